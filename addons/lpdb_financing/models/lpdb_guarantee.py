# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

#: guarantees count while the loan runs
RUNNING = ("signed", "active", "restructured")


class LpdbGuarantee(models.Model):
    """What secures a loan, at the value that the lender accepted."""

    _name = "lpdb.guarantee"
    _description = "Collateral or Guarantee of a Loan"
    _inherit = "lpdb.agreement.line"
    _order = "facility_id, id"
    _check_company_auto = True
    _frozen_fields = (
        "facility_id",
        "name",
        "kind",
        "partner_id",
        "amount",
        "cap_percent",
    )

    facility_id = fields.Many2one(
        "lpdb.facility",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(string="Description", required=True)
    kind = fields.Selection(
        [
            ("asset", "Asset collateral"),
            ("fiduciary", "Fiduciary on receivables"),
            ("personal", "Personal guarantee"),
            ("company", "Guarantee company"),
        ],
        required=True,
        default="asset",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Guarantor",
        check_company=True,
        help="Owner of the asset, or who guarantees.",
    )
    number = fields.Char(help="Certificate, deed or guarantee letter.")
    amount = fields.Monetary(string="Value", help="Value that the lender accepted.")
    cap_percent = fields.Float(
        string="Covers at most (%)",
        digits=(5, 2),
        help="Of the outstanding principal, by the guarantee's own terms; 0 has no"
        " such cap.",
    )
    date_from = fields.Date(string="In force from", help="Empty: from the start.")
    date_end = fields.Date(string="Valid until")
    date_released = fields.Date(
        string="Released on", help="Day on which the lender gave it back."
    )
    remind_days = fields.Integer(
        string="Remind before", default=30, help="Days before it runs out."
    )
    is_in_force = fields.Boolean(string="In force", compute="_compute_cover")
    cover_amount = fields.Monetary(
        string="Covers",
        compute="_compute_cover",
        help="What of the outstanding principal it secures today.",
    )
    obligation_ids = fields.One2many("umkm.obligation", "lpdb_guarantee_id")

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The value of a guarantee is not negative."
    )
    _cap_range = models.Constraint(
        "CHECK (cap_percent BETWEEN 0 AND 100 AND remind_days >= 0)",
        "A guarantee covers between 0 and 100 % of the loan.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_end IS NULL OR date_end >= date_from)",
        "A guarantee cannot end before it begins.",
    )

    @api.depends(
        "amount",
        "cap_percent",
        "date_from",
        "date_end",
        "date_released",
        "facility_id.outstanding",
    )
    def _compute_cover(self):
        for guarantee in self:
            facility = guarantee.facility_id
            day = (guarantee.company_id or self.env.company)._local_date()
            guarantee.is_in_force = guarantee._is_in_force_at(day)
            guarantee.cover_amount = guarantee._cover_at(day, facility.outstanding)

    def _is_in_force_at(self, day):
        self.ensure_one()
        return (
            (not self.date_from or self.date_from <= day)
            and (not self.date_end or day <= self.date_end)
            and (not self.date_released or day < self.date_released)
        )

    def _cover_at(self, day, outstanding):
        """Return what it covers of a debt on a day."""
        self.ensure_one()
        if not self._is_in_force_at(day):
            return 0.0
        if not self.cap_percent:
            return self.amount
        cap = self.currency_id.round(outstanding * self.cap_percent / 100)
        return min(self.amount, cap)

    @api.model_create_multi
    def create(self, vals_list):
        guarantees = super().create(vals_list)
        guarantees.facility_id._sync_obligations()
        return guarantees

    def write(self, vals):
        result = super().write(vals)
        if {"date_end", "date_released", "name", "remind_days"} & vals.keys():
            self._sync_obligation()
        return result

    def _sync_obligation(self):
        """Keep one open entry in the calendar for each guarantee that runs out.

        :return: number of entries made
        """
        vals_list = []
        for guarantee in self:
            entries = guarantee.obligation_ids
            pending = entries.filtered(lambda one: not one.date_done)
            running = guarantee.facility_id.state in RUNNING
            if not guarantee.date_end or guarantee.date_released or not running:
                pending.unlink()
                continue
            vals = guarantee._prepare_obligation_vals()
            if pending:
                changed = {
                    name: vals[name]
                    for name in ("name", "date_due", "remind_days")
                    if pending[0][name] != vals[name]
                }
                if changed:
                    pending[0].write(changed)
            elif vals["date_due"] not in entries.mapped("date_due"):
                vals_list.append(vals)
        return len(self.env["umkm.obligation"].create(vals_list))

    def _prepare_obligation_vals(self):
        self.ensure_one()
        facility = self.facility_id
        return {
            "name": self.env._(
                "Renew %(guarantee)s (%(loan)s)",
                guarantee=self.name,
                loan=facility.name,
            ),
            "kind": "loan",
            "rule": self.number or facility.agreement_number,
            "company_id": self.company_id.id,
            "date_due": self.date_end,
            "remind_days": self.remind_days,
            "responsible_id": facility._responsible().id,
            "res_model": facility._name,
            "res_id": facility.id,
            "lpdb_guarantee_id": self.id,
        }
