# SPDX-License-Identifier: AGPL-3.0-or-later
from contextlib import suppress
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from odoo.tools.misc import get_lang


class CoopSavingDue(models.Model):
    _name = "coop.saving.due"
    _description = "Saving Due"
    _inherit = ["coop.guard.mixin"]
    _order = "period, id"
    _rec_names_search = ["type_id.name", "member_id.number", "member_id.partner_id"]
    _check_company_auto = True
    _guarded_fields = {"state": "open", "paid": 0.0}
    _frozen_fields = ("member_id", "type_id", "period", "amount", "rate_id")

    member_id = fields.Many2one(
        "coop.member",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    type_id = fields.Many2one(
        "coop.saving.type", required=True, ondelete="restrict", check_company=True
    )
    kind = fields.Selection(related="type_id.kind", store=True, precompute=True)
    company_id = fields.Many2one(
        related="member_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    period = fields.Date(
        required=True,
        help="First day of the month, quarter or year that is owed; the day of the"
        " application for the principal saving, which is owed once.",
    )
    date_due = fields.Date(string="Due on", required=True)
    amount = fields.Monetary(required=True)
    paid = fields.Monetary(readonly=True, help="Paid by posted savings entries.")
    rest = fields.Monetary(
        string="Open", compute="_compute_rest", help="Still to be paid."
    )
    rate_id = fields.Many2one(
        "coop.saving.rate",
        ondelete="restrict",
        index="btree_not_null",
        help="Decision that the amount comes from.",
    )
    state = fields.Selection(
        [("open", "Open"), ("paid", "Paid"), ("cancelled", "Cancelled")],
        required=True,
        default="open",
        readonly=True,
        index=True,
    )
    entry_ids = fields.One2many("coop.saving.entry", "due_id", string="Payments")

    _period_uniq = models.Constraint(
        "UNIQUE (member_id, type_id, period)",
        "The member owes this saving for this period already.",
    )
    _paid_in_range = models.Constraint(
        "CHECK (amount > 0 AND paid >= 0 AND paid <= amount)",
        "A due cannot be paid beyond its amount.",
    )
    _open_idx = models.Index("(member_id, type_id, period) WHERE state = 'open'")

    @api.depends("amount", "paid", "state")
    def _compute_rest(self):
        for due in self:
            due.rest = due.amount - due.paid if due.state == "open" else 0.0

    @api.depends("type_id", "period", "member_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for due in self:
            period = format_date(self.env, due.period)
            due.display_name = (
                f"{due.type_id.name} {period} {due.member_id.number or ''}".strip()
            )

    @api.model
    def _search_display_name(self, operator, value):
        """Find each word typed in saving, number, name of the member, or period."""
        if operator != "ilike" or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        return Domain.AND(
            Domain(super(CoopSavingDue, self)._search_display_name(operator, word))
            | self._get_period_domain(word)
            for word in value.split()
        )

    def _get_period_domain(self, text):
        """Return the periods that a text names: a day as shown, or 2026-01."""
        with suppress(ValueError):
            day = datetime.strptime(text, get_lang(self.env).date_format)
            return Domain("period", "=", fields.Date.to_string(day))
        return Domain("period", "ilike", text)

    def _is_frozen(self):
        return self.state != "open" or self.paid != 0 or bool(self.rate_id)

    @api.model
    def _create_for_members(self, types, day, members=None):
        """Insert the dues of a day that are missing, one statement for all.

        :param types: saving types of one company
        :param date day: members who joined until then owe; the principal saving is
            owed by approved persons
        :param members: only these, all of the company when None
        :return: number of dues created
        """
        if not types or (members is not None and not members):
            return 0
        self.env.flush_all()
        created = 0
        for saving in types:
            created += self._insert_dues(saving, day, members)
        self.invalidate_model()
        self.env["coop.member"].invalidate_model(["due_ids", "dues_open"])
        return created

    def _insert_dues(self, saving, day, members):
        once = saving.kind == "principal"
        first, last = saving._get_period(day)
        period = SQL("m.date_applied") if once else SQL("%s::date", first)
        who = (
            SQL("m.state IN ('approved', 'active', 'suspended')")
            if once
            else SQL("m.state IN ('active', 'suspended') AND m.date_joined <= %s", day)
        )
        only = SQL("TRUE") if members is None else SQL("m.id = ANY(%s)", members.ids)
        query = SQL(
            """
            INSERT INTO coop_saving_due (company_id, member_id, type_id, kind, period,
                   date_due, amount, paid, rate_id, state,
                   create_uid, write_uid, create_date, write_date)
            SELECT m.company_id, m.id, t.id, t.kind, %(period)s,
                   %(due)s, r.amount, 0, r.id, 'open',
                   %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM coop_saving_type t
              JOIN coop_member m ON m.company_id = t.company_id
              JOIN LATERAL (
                    SELECT r.id, r.amount
                      FROM coop_saving_rate r
                     WHERE r.type_id = t.id AND r.date_from <= %(last)s
                       AND (r.class_id IS NULL OR r.class_id = m.class_id)
                  ORDER BY r.class_id IS NULL, r.date_from DESC
                     LIMIT 1) r ON r.amount > 0
             WHERE t.id = %(type)s AND %(who)s AND %(only)s
          ORDER BY m.id
            ON CONFLICT (member_id, type_id, period) DO NOTHING
            RETURNING id
            """,
            period=period,
            due=day if once else last,
            uid=self.env.uid,
            last=day if once else last,
            type=saving.id,
            who=who,
            only=only,
        )
        return len(self.env.execute_query(query))

    def _cancel(self):
        """Let open dues lapse; what was paid on them stays saved."""
        open_dues = self.filtered(lambda due: due.state == "open")
        # a member's exit or refusal lapses his dues, whoever may end memberships
        open_dues.sudo()._write_guarded({"state": "cancelled"})

    def action_cancel(self):
        """Waive open dues that were not to be paid."""
        closed = self.filtered(lambda due: due.state != "open")
        if closed:
            raise UserError(
                self.env._(
                    "%(names)s: only open dues can be cancelled.",
                    names=", ".join(closed.mapped("display_name")),
                )
            )
        self.check_access("write")
        principal = self.filtered(
            lambda due: (
                due.kind == "principal"
                and due.member_id.state in ("approved", "active", "suspended")
            )
        )
        if principal:
            raise UserError(
                self.env._(
                    "%(names)s: whoever is a member owes the principal saving. Refuse"
                    " the application or record the request to exit.",
                    names=", ".join(principal.mapped("display_name")),
                )
            )
        self._cancel()
        return True
