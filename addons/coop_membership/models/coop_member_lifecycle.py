# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to a membership: approval, activation, suspension, exit."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, formatLang


class CoopMember(models.Model):
    _inherit = "coop.member"

    def _check_state(self, *states):
        """Refuse an action on members who are not in one of the states."""
        self.check_access("write")
        wrong = self.filtered(lambda member: member.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This action is for members who are: %(wanted)s. Not for"
                    " %(names)s.",
                    wanted=", ".join(labels[state] for state in states),
                    names=", ".join(
                        f"{member.display_name} ({labels[member.state]})"
                        for member in wrong
                    ),
                )
            )

    def _check_decider(self):
        """Refuse users who do not act for the board of the cooperative."""
        group = "umkm_base.umkm_base_group_accountant"
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "Memberships are decided by the accountant or an officer of the"
                    " cooperative; ask one of them."
                )
            )

    def action_approve(self, date=None):
        """Accept applications: give numbers and record what has to be paid first.

        Officer, meeting and resolution are fields of the application; the officer must
        be in office on the day.

        :param str date: day of the decision, the local date when empty; principal
            saving and entrance fee in force on that day are owed
        """
        self._check_decider()
        self._check_state("applied")
        self._check_documents()
        self._check_group()
        for company, members in self.grouped("company_id").items():
            day = fields.Date.to_date(date) or company._local_date()
            members._name_approver(company, day)
            unnumbered = members.filtered(lambda member: not member.number)
            numbers = company._coop_draw_member_numbers(len(unnumbered))
            for member, number in zip(unnumbered, numbers, strict=True):
                member._write_guarded({"number": number})
            members._write_guarded({"state": "approved"})
            members._create_principal_dues(day)
            members._create_entrance_invoices(day)
        return True

    def _create_principal_dues(self, day):
        """Record the principal savings that these members owe and have not yet."""
        types = self.env["coop.saving.type"].search(
            [("company_id", "in", self.company_id.ids), ("kind", "=", "principal")]
        )
        self.env["coop.saving.due"]._create_for_members(types, day, self)

    def action_activate(self, date=None):
        """Enter approved persons, whose principal saving is paid, in the register.

        :param str date: first day of the membership; else the day entered with the
            application, else the local date
        """
        self._check_state("approved")
        for company, members in self.grouped("company_id").items():
            day = fields.Date.to_date(date) or company._local_date()
            members._check_principal_decided(company, day)
            members._create_principal_dues(day)
            members._check_principal_paid()
            members._check_entrance_paid()
            for member in members:
                joined = fields.Date.to_date(date) or member.date_joined or day
                member._write_guarded({"state": "active", "date_joined": joined})
        return True

    def _check_principal_decided(self, company, day):
        types = self.env["coop.saving.type"].search(
            [("company_id", "=", company.id), ("kind", "=", "principal")]
        )
        classes = {member.class_id for member in self}
        undecided = types.filtered(
            lambda saving: any(
                not saving._get_rate(day, member_class) for member_class in classes
            )
        )
        if not types or undecided:
            raise UserError(
                self.env._(
                    "%(company)s has no principal saving in force on %(day)s. Set the"
                    " cooperative up and record the amount that the members' meeting"
                    " decided.",
                    company=company.display_name,
                    day=fields.Date.to_string(day),
                )
            )

    def _check_principal_paid(self):
        """Refuse members who still owe of the principal saving what comes first."""
        missing = {
            member: member.class_id._get_missing_principal(amount, paid)
            for member, amount, paid in self.env["coop.saving.due"]._read_group(
                [
                    ("member_id", "in", self.ids),
                    ("kind", "=", "principal"),
                    ("state", "=", "open"),
                ],
                ["member_id"],
                ["amount:sum", "paid:sum"],
            )
        }
        owed = {member: amount for member, amount in missing.items() if amount > 0}
        if owed:
            raise UserError(
                self.env._(
                    "The principal saving is not paid in full. Missing: %(missing)s."
                    " Take it at the counter, then activate again.",
                    missing="; ".join(
                        f"{member.display_name} {member._format_amount(amount)}"
                        for member, amount in owed.items()
                    ),
                )
            )

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def action_suspend(self, reason=None):
        """Suspend members; they stay members and keep owing their dues."""
        self._check_decider()
        self._check_state("active")
        self._write_guarded({"state": "suspended"})
        self._log_reason(reason)
        return True

    def action_reinstate(self):
        """Make suspended members active again, or those who stay after all."""
        self._check_decider()
        self._check_state("suspended", "exiting")
        self._write_guarded({"state": "active", "exit_kind": False})
        # the request falls away with its settlement
        self.env["coop.member.exit"].sudo().search(
            [("member_id", "in", self.ids), ("state", "=", "draft")]
        )._write_guarded({"state": "cancelled"})
        return True

    def action_request_exit(self, reason=None, kind=None, date=None):
        """Record that members leave: a draft settlement, savings become refundable.

        :param str reason: in words
        :param str kind: resignation, death, expulsion or ineligible
        :param str date: day of the request, the local date when empty; the refund
            rule of that day applies
        """
        self._check_state("active", "suspended")
        for member in self:
            day = fields.Date.to_date(date) or member.company_id._local_date()
            member._write_guarded(
                {
                    "state": "exiting",
                    "exit_kind": kind or member.exit_kind or "resignation",
                    "exit_reason": reason or member.exit_reason,
                }
            )
            member._ensure_exit(day)
        return True

    def _ensure_exit(self, day=None):
        """Return the member's draft settlement, opening it when there is none.

        One that was reversed or cancelled lends its day of the request.
        """
        self.ensure_one()
        # whoever may record the request opens its settlement
        exits = self.env["coop.member.exit"].sudo()
        exits.flush_model()
        known = exits.search([("member_id", "=", self.id)], order="id desc")
        draft = known.filtered(lambda record: record.state == "draft")[:1]
        return draft or exits.create(
            {
                "member_id": self.id,
                "date_requested": day
                or known[:1].date_requested
                or self.company_id._local_date(),
            }
        )

    def action_exit(self, date=None):
        """Settle savings and debts in one document and end the memberships.

        What remains is paid from the day of the refund rule on; open dues lapse.

        :param str date: first day without membership, the local date when empty
        :raise UserError: when savings and claims do not cover what the member owes,
            or something cannot be settled (see ``_get_exit_obstacles``)
        """
        self._check_decider()
        self._check_state("exiting")
        for company, members in self.grouped("company_id").items():
            day = fields.Date.to_date(date) or company._local_date()
            for member in members:
                member._ensure_exit()._settle(day)
        self.invalidate_recordset()
        obstacles = self._get_exit_obstacles()
        if obstacles:
            raise UserError(
                self.env._(
                    "These are to be settled before the member leaves: %(what)s.",
                    what="; ".join(
                        f"{self.browse(member_id).display_name}: {', '.join(texts)}"
                        for member_id, texts in obstacles.items()
                    ),
                )
            )
        for company, members in self.grouped("company_id").items():
            day = fields.Date.to_date(date) or company._local_date()
            members._write_guarded({"state": "exited", "date_exited": day})
        # the person may apply again in the same call
        self.flush_recordset()
        self.env["coop.saving.due"].search(
            [("member_id", "in", self.ids), ("state", "=", "open")]
        )._cancel()
        return True

    def _get_exit_obstacles(self):
        """Say what is open between members and the cooperative.

        The settlement clears savings and trade items; what is left after it keeps the
        member from leaving. Other addons (loans, SHU, charges) add theirs.

        :rtype: {member_id: [text]}
        """
        result = {}
        accounts = self.env["coop.saving.account"].search(
            [("member_id", "in", self.ids), ("balance", "!=", 0)]
        )
        for account in accounts:
            amount = account.member_id._format_amount(account.balance)
            text = f"{account.type_id.name} {amount}"
            result.setdefault(account.member_id.id, []).append(text)
        for member_id, owed in self._get_open_items().items():
            text = self.env._(
                "unpaid items %(amount)s",
                amount=self.browse(member_id)._format_amount(owed),
            )
            result.setdefault(member_id, []).append(text)
        return result

    def _get_open_items(self):
        """Return what is open on receivable and payable accounts, either way.

        :rtype: {member_id: sum of the sizes of the open items}
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id, SUM(ABS(l.amount_residual))
                  FROM coop_member m
                  JOIN account_move_line l
                    ON l.partner_id = m.partner_id AND l.company_id = m.company_id
                  JOIN account_account a ON a.id = l.account_id
                 WHERE m.id = ANY(%s) AND l.parent_state = 'posted'
                   AND a.account_type IN ('asset_receivable', 'liability_payable')
                   AND l.amount_residual != 0
              GROUP BY m.id
                """,
                self.ids,
            )
        )
        return dict(rows)

    def action_refuse(self, reason=None):
        """Refuse applications that nobody paid for yet."""
        self._check_decider()
        self._check_state("applied", "approved")
        paid = self.env["coop.saving.account"].search(
            [("member_id", "in", self.ids), ("balance", "!=", 0)]
        )
        if paid:
            raise UserError(
                self.env._(
                    "%(names)s paid already. Reverse the receipts first.",
                    names=", ".join(paid.member_id.mapped("display_name")),
                )
            )
        self._cancel_entrance_invoices()
        self._write_guarded({"state": "refused"})
        if reason:
            self._write_guarded({"exit_reason": reason})
        # the person may apply again in the same call
        self.flush_recordset()
        self.env["coop.saving.due"].search(
            [("member_id", "in", self.ids), ("state", "=", "open")]
        )._cancel()
        return True

    def _log_reason(self, reason):
        if reason:
            self._message_log_batch(bodies=dict.fromkeys(self.ids, reason))

    # Smart buttons

    def action_open_accounts(self):
        return self._open_related("coop_saving_account_action", "member_id")

    def action_open_dues(self):
        return self._open_related("coop_saving_due_action", "member_id")

    def action_open_receipts(self):
        action = self._open_related("coop_receipt_action", "member_id")
        action["context"]["default_partner_id"] = self.partner_id.id
        return action

    def action_open_exit(self):
        """Open the member's newest settlement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "coop.member.exit",
            "res_id": self.exit_ids.sorted("id")[-1:].id,
            "view_mode": "form",
        }

    def action_open_invoices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [
            ("partner_id", "=", self.partner_id.id),
            ("move_type", "in", ("out_invoice", "out_refund")),
        ]
        action["context"] = {"default_partner_id": self.partner_id.id}
        return action

    def _open_related(self, xmlid, field):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"coop_membership.{xmlid}"
        )
        action["domain"] = [(field, "=", self.id)]
        action["context"] = {f"default_{field}": self.id}
        return action
