# SPDX-License-Identifier: AGPL-3.0-or-later
"""Savings that a member owes are taken off his bill, where he agreed to it."""

from odoo import fields, models

from odoo.addons.factory_toll.models.factory_intake import MONEY_GROUPS
from odoo.addons.umkm_base.tools.rounding import to_decimal

SAVER_STATES = ("active", "suspended")
SAVINGS_GROUPS = "umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_auditor"


class FactoryNettingConsent(models.Model):
    _inherit = "factory.netting.consent"

    dues = fields.Boolean(
        "Savings that are owed",
        help="Savings in arrears (simpanan pokok, simpanan wajib) are paid out of the "
        "bills of the member. They are capital, no debt that sets a bill off by law.",
    )


class FactoryIntake(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.intake"

    member_dues = fields.Monetary(
        "Open dues of the member",
        compute="_compute_member_dues",
        compute_sudo=True,
        groups=MONEY_GROUPS,
        help="Savings that the member owes (simpanan terutang). What is in arrears is "
        "taken off his bill where he agreed to it; else it is paid at the counter.",
    )
    dues_transfer_ids = fields.One2many(
        "coop.saving.transfer",
        "intake_id",
        string="Savings paid",
        readonly=True,
        groups=SAVINGS_GROUPS,
        help="Savings that this bill paid.",
    )

    def _compute_member_dues(self):
        groups = self.env["coop.saving.due"]._read_group(
            [("member_id", "in", self.member_id.ids), ("state", "=", "open")],
            ["member_id"],
            ["amount:sum", "paid:sum"],
        )
        rests = {member: amount - paid for member, amount, paid in groups}
        for intake in self:
            intake.member_dues = rests.get(intake.member_id, 0.0)

    def action_view_dues_paid(self):
        """Open the transfers that paid the member's savings out of the bill."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coop_membership.coop_saving_transfer_action"
        )
        return {**action, "domain": [("intake_id", "=", self.id)]}

    # ---- what may be taken off ----------------------------------------------------

    def _get_dues_to_net(self, day, consent):
        """Return the savings in arrears that the member agreed to pay this way."""
        dues = self.env["coop.saving.due"].sudo()
        member = self.sudo().member_id
        # a contact of a firm weighs in for it; the bill is owed to the firm
        is_his = member.partner_id == self.partner_id.commercial_partner_id
        if not (consent.dues and is_his and member.state in SAVER_STATES):
            return dues
        domain = [
            ("member_id", "=", member.id),
            ("state", "=", "open"),
            ("date_due", "<=", day),
        ]
        return dues.search(domain, order="date_due, period, id")

    def _get_netting_queue(self, day, consent):
        """Add the savings in arrears, where the company wants them."""
        debts = super()._get_netting_queue(day, consent)
        order = self.company_id.intake_netting_dues
        if order == "never":
            return debts
        dues = [
            (due, to_decimal(due.rest)) for due in self._get_dues_to_net(day, consent)
        ]
        if order == "first":
            return dues + debts
        if order == "oldest":
            return sorted(dues + debts, key=self._get_debt_day)
        return debts + dues

    def _get_debt_day(self, debt):
        record, _owed = debt
        if record._name == "coop.saving.due":
            return record.date_due
        return record.date_maturity or record.date

    # ---- booking ------------------------------------------------------------------

    def _book_netting(self, bill, day, consent, taken):
        """Pay the dues by transfers from the bill, one for each kind of saving."""
        moves = super()._book_netting(bill, day, consent, taken)
        amounts = {}
        for debt, part in taken:
            if debt._name == "coop.saving.due":
                key = debt.member_id, debt.type_id
                amounts[key] = amounts.get(key, 0) + part
        transfers = self.env["coop.saving.transfer"].create(
            [
                {
                    "company_id": self.company_id.id,
                    "date": day,
                    "source_bill_id": bill.id,
                    "target_member_id": member.id,
                    "target_type_id": saving.id,
                    "amount": float(amount),
                }
                for (member, saving), amount in amounts.items()
            ]
        )
        transfers._write_guarded(
            {"intake_id": self.id, "netting_consent_id": consent.id}
        )
        transfers.action_post()
        return moves + transfers.move_id

    def _get_dues_transfers(self):
        """Return the transfers that stand."""
        return self.sudo().dues_transfer_ids.filtered(lambda t: t.state == "posted")

    def _get_nettings(self):
        """Leave out the entries of transfers: those reverse them themselves."""
        transfers = self.sudo().dues_transfer_ids
        return super()._get_nettings() - transfers.move_id - transfers.reversal_move_id

    def _get_netted(self):
        """Add each of the savings that the bill paid."""
        entries = self._get_dues_transfers().entry_ids.filtered("due_id")
        lang = self.partner_id.lang
        return super()._get_netted() + [
            {
                "name": entry.due_id.with_context(lang=lang).display_name,
                "amount": entry.amount,
            }
            for entry in entries.sorted("id")
        ]

    def _reverse_netting(self):
        result = super()._reverse_netting()
        self._get_dues_transfers().action_reverse()
        return result

    # ---- payment slip -------------------------------------------------------------

    def get_payment_slip(self):
        """Add ``member_dues``: savings that the seller still owes after this bill."""
        return {**super().get_payment_slip(), "member_dues": self.sudo().member_dues}
