# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.tools import SQL


class CoopSavingAccount(models.Model):
    _name = "coop.saving.account"
    _description = "Savings Account"
    _inherit = ["coop.guard.mixin"]
    _order = "member_id, type_id, id"
    _rec_names_search = ["member_id.number", "member_id.partner_id.name"]
    _check_company_auto = True
    _guarded_fields = {
        "balance": 0.0,
        "blocked_amount": 0.0,
        "term_state": False,
        "date_start": False,
        "date_maturity": False,
        "line_count": 0,
        "last_printed_line": 0,
    }
    _frozen_fields = (
        "member_id",
        "type_id",
        "term_months",
        "term_rate",
        "date_placed",
        "compounding_months",
        "break_rate_reduction",
        "break_penalty_percent",
    )

    member_id = fields.Many2one(
        "coop.member",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(related="member_id.partner_id")
    type_id = fields.Many2one(
        "coop.saving.type",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    kind = fields.Selection(related="type_id.kind", store=True, precompute=True)
    company_id = fields.Many2one(
        related="member_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    balance = fields.Monetary(
        readonly=True,
        copy=False,
        help="Sum of the posted entries, kept by the statement that posts them.",
    )
    blocked_amount = fields.Monetary(
        readonly=True,
        copy=False,
        help="Part of the balance that cannot be drawn, for instance a pledge.",
    )
    available_amount = fields.Monetary(
        compute="_compute_available_amount", help="Balance less what is blocked."
    )
    entry_ids = fields.One2many("coop.saving.entry", "account_id", string="Entries")

    _type_uniq = models.UniqueIndex(
        "(member_id, type_id) WHERE kind != 'term'",
        "The member has an account of this saving type already.",
    )
    _never_overdrawn = models.Constraint(
        "CHECK (balance - blocked_amount >= 0 AND blocked_amount >= 0)",
        "A savings account cannot be drawn below its blocked amount: draw less, or"
        " release the block first.",
    )

    def init(self):
        # room on each page, so that a new balance changes no index
        self.env.cr.execute("ALTER TABLE coop_saving_account SET (fillfactor = 80)")

    @api.depends("balance", "blocked_amount")
    def _compute_available_amount(self):
        for account in self:
            account.available_amount = account.balance - account.blocked_amount

    @api.depends("member_id", "type_id")
    def _compute_display_name(self):
        for account in self:
            parts = (account.member_id.display_name, account.type_id.name)
            account.display_name = " - ".join(filter(None, parts))

    def _is_frozen(self):
        return bool(self.entry_ids)

    @api.model
    def _ensure_accounts(self, pairs):
        """Return the account of each member and saving type, opening those missing.

        :param pairs: iterable of ``(member_id, type_id)``, not of term savings
        :rtype: {(member_id, type_id): account id}
        """
        pairs = sorted(set(pairs))
        found = self._find_accounts(pairs)
        if len(found) < len(pairs):
            self._open_accounts([pair for pair in pairs if pair not in found])
            found = self._find_accounts(pairs)
        return found

    @api.model
    def _find_accounts(self, pairs):
        """Return the accounts there are of pairs as of ``_ensure_accounts``."""
        if not pairs:
            return {}
        self.flush_model(["member_id", "type_id", "kind"])
        members, types = zip(*pairs, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.member_id, a.type_id, a.id
                  FROM unnest(%s::int[], %s::int[]) AS p (member, type)
                  JOIN coop_saving_account a
                    ON a.member_id = p.member AND a.type_id = p.type
                 WHERE a.kind != 'term'
                """,
                list(members),
                list(types),
            )
        )
        return {(member, saving): account for member, saving, account in rows}

    @api.model
    def _open_accounts(self, pairs):
        """Open the accounts of pairs as of ``_ensure_accounts``."""
        self.env.flush_all()
        members, types = zip(*pairs, strict=True)
        self.env.execute_query(
            SQL(
                """
                INSERT INTO coop_saving_account (company_id, member_id, type_id, kind,
                       balance, blocked_amount,
                       create_uid, write_uid, create_date, write_date)
                SELECT m.company_id, m.id, t.id, t.kind, 0, 0, %(uid)s, %(uid)s,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM unnest(%(members)s::int[], %(types)s::int[]) AS p (member, type)
                  JOIN coop_member m ON m.id = p.member
                  JOIN coop_saving_type t
                    ON t.id = p.type AND t.company_id = m.company_id
                ON CONFLICT (member_id, type_id) WHERE kind != 'term' DO NOTHING
                RETURNING id
                """,
                uid=self.env.uid,
                members=list(members),
                types=list(types),
            )
        )
        self.invalidate_model()
        self.env["coop.member"].invalidate_model(["account_ids", "savings_balance"])

    def action_open_entries(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coop_membership.coop_saving_entry_action"
        )
        action["domain"] = [("account_id", "=", self.id)]
        action["context"] = {"default_account_id": self.id}
        return action
