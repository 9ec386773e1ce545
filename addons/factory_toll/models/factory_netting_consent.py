# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

#: what a revocation changes: it ends, and says so
OPEN_FIELDS = {"date_to", "note", "message_main_attachment_id"}


class FactoryNettingConsent(models.Model):
    """What a seller agreed to have taken off his bills (kuasa pemotongan).

    Money debts that are both due set each other off by law (KUHPerdata art. 1425 to
    1427); what is not due yet, and what is no debt of that kind, is taken off only
    with the consent of who is paid less for it.
    """

    _name = "factory.netting.consent"
    _description = "Consent to Netting"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["partner_id", "reference"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Seller",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    reference = fields.Char(
        "Paper", required=True, help="Number of the signed paper (surat kuasa)."
    )
    document = fields.Binary(
        "Scan", attachment=True, help="Scan or photo of the signed paper."
    )
    document_name = fields.Char()
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self.env.company._local_date(),
        tracking=True,
        help="First day. Of several in force, the newest counts.",
    )
    date_to = fields.Date(
        "Until", tracking=True, help="Last day; empty until it is revoked."
    )
    not_due = fields.Boolean(
        "Invoices not yet due",
        help="Open invoices are taken off before their day, too. Those that are due "
        "set the bill off by law.",
    )
    percent_max = fields.Float(
        "At most (% of a bill)",
        required=True,
        default=100.0,
        help="The rest of every bill is paid out, whatever is owed.",
    )
    is_used = fields.Boolean(
        compute="_compute_is_used", help="A netting was booked on it; it stands."
    )
    note = fields.Text()

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A consent cannot end before it begins.",
    )
    _percent_range = models.Constraint(
        "CHECK (percent_max > 0 AND percent_max <= 100)",
        "What is taken off is above 0 and at most 100 percent of a bill.",
    )

    @api.depends("partner_id.name", "reference")
    def _compute_display_name(self):
        for consent in self:
            consent.display_name = (
                f"{consent.partner_id.name or ''} ({consent.reference or ''})"
            )

    def _compute_is_used(self):
        last_days = self._get_last_days()
        for consent in self:
            consent.is_used = consent.id in last_days

    def _get_last_days(self):
        """Return {consent id: day of the last netting on it that still stands}."""
        # whoever keeps the consents need not read the entries
        groups = (
            self.env["account.move"]
            .sudo()
            ._read_group(
                [
                    ("netting_consent_id", "in", self.ids),
                    ("state", "=", "posted"),
                    ("reversal_move_ids", "not any", [("state", "=", "posted")]),
                ],
                ["netting_consent_id"],
                ["date:max"],
            )
        )
        return {consent.id: day for consent, day in groups}

    @api.model
    def _find(self, partner, company, day):
        """Return the consent of a seller, or of his firm, that is in force on a day."""
        # read for the netting, whoever weighs in
        return self.sudo().search(
            [
                ("partner_id", "in", (partner | partner.commercial_partner_id).ids),
                ("company_id", "=", company.id),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ],
            limit=1,
        )

    # ---- what was used stands -----------------------------------------------------

    def write(self, vals):
        last_days = self._get_last_days()
        if vals.keys() - OPEN_FIELDS:
            self.filtered(lambda consent: consent.id in last_days)._raise_used()
        result = super().write(vals)
        for consent in self.filtered("date_to"):
            if consent.id in last_days and consent.date_to < last_days[consent.id]:
                raise UserError(
                    self.env._(
                        "%(consent)s was used on %(day)s: it ends on that day at the "
                        "earliest. Reverse the netting first.",
                        consent=consent.display_name,
                        day=last_days[consent.id],
                    )
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # a netting that was reversed still names it
        moves = self.env["account.move"].sudo()
        booked = moves.search([("netting_consent_id", "in", self.ids)])
        (booked.netting_consent_id & self)._raise_used()

    def _raise_used(self):
        for consent in self:
            raise UserError(
                self.env._(
                    "Debts were netted on %(consent)s, so it stays as it was signed. "
                    "End it and enter the new one.",
                    consent=consent.display_name,
                )
            )
