# SPDX-License-Identifier: AGPL-3.0-or-later
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

EXPIRES_SOON_DAYS = "umkm_base.licence_warning_days"


class UmkmLicence(models.Model):
    _name = "umkm.licence"
    _description = "Licence or Certificate"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_expiry, id"
    _check_company_auto = True
    _rec_names_search = ["number", "product", "partner_id.name"]

    type_id = fields.Many2one(
        "umkm.licence.type", string="Kind", required=True, tracking=True
    )
    number = fields.Char(
        required=True, tracking=True, help="As printed, with its separators."
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Holder",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    product = fields.Char(help="Product or activity that it covers, as printed.")
    kbli_id = fields.Many2one("umkm.kbli", string="KBLI")
    date_issued = fields.Date(string="Issued")
    date_expiry = fields.Date(
        string="Expires",
        compute="_compute_date_expiry",
        store=True,
        readonly=False,
        tracking=True,
        help="Last day of validity; empty when it does not expire.",
    )
    date_renew = fields.Date(
        string="Renew by",
        compute="_compute_date_renew",
        store=True,
        help="Last day to ask for renewal.",
    )
    state = fields.Selection(
        [("valid", "Valid"), ("expiring", "Expires soon"), ("expired", "Expired")],
        compute="_compute_state",
        search="_search_state",
    )
    obligation_id = fields.Many2one(
        "umkm.obligation",
        string="Renewal",
        readonly=True,
        copy=False,
        help="Entry for the renewal in the calendar of obligations.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Scan")
    note = fields.Text()
    active = fields.Boolean(default=True)

    _number_uniq = models.Constraint(
        "UNIQUE(type_id, number, company_id)",
        "A licence of this kind with this number exists already.",
    )
    _dates_order = models.Constraint(
        "CHECK(date_expiry >= date_issued)", "A licence cannot expire before its issue."
    )

    @api.depends("type_id", "number", "product")
    def _compute_display_name(self):
        for licence in self:
            parts = [licence.type_id.code, licence.number, licence.product]
            licence.display_name = " ".join(part for part in parts if part)

    @api.depends("type_id", "date_issued")
    def _compute_date_expiry(self):
        for licence in self:
            months = licence.type_id.validity_months
            if licence.date_issued and months:
                # The last day of validity is the day before the anniversary.
                licence.date_expiry = licence.date_issued + relativedelta(
                    months=months, days=-1
                )
            else:
                licence.date_expiry = licence.date_expiry

    @api.depends("date_expiry", "type_id.renew_months")
    def _compute_date_renew(self):
        for licence in self:
            months = relativedelta(months=licence.type_id.renew_months)
            licence.date_renew = licence.date_expiry and licence.date_expiry - months

    @api.model
    def _get_warning_days(self):
        """Return how many days before expiry a licence counts as expiring."""
        params = self.env["ir.config_parameter"].sudo()
        return int(params.get_param(EXPIRES_SOON_DAYS, 180))

    @api.depends("date_expiry", "company_id")
    def _compute_state(self):
        warning = relativedelta(days=self._get_warning_days())
        for licence in self:
            today = (licence.company_id or self.env.company)._local_date()
            expiry = licence.date_expiry
            licence.state = "valid"
            if expiry and expiry < today:
                licence.state = "expired"
            elif expiry and expiry <= today + warning:
                licence.state = "expiring"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._local_date()
        limit = today + relativedelta(days=self._get_warning_days())
        domains = {
            "expired": Domain("date_expiry", "<", today),
            "expiring": Domain("date_expiry", ">=", today)
            & Domain("date_expiry", "<=", limit),
            "valid": Domain("date_expiry", "=", False)
            | Domain("date_expiry", ">", limit),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.constrains("number", "type_id")
    def _check_number(self):
        for licence in self:
            if not licence.type_id._is_number_valid(licence.number):
                raise ValidationError(
                    self.env._(
                        "%(kind)s %(number)s of %(holder)s: the number does not fit."
                        " %(rule)s",
                        kind=licence.type_id.code,
                        number=licence.number,
                        holder=licence.partner_id.name,
                        rule=licence.type_id.number_rule or "",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        licences = super().create(vals_list)
        licences._sync_obligation()
        return licences

    def write(self, vals):
        result = super().write(vals)
        if {"date_expiry", "date_issued", "type_id", "number", "active"} & vals.keys():
            self._sync_obligation()
        return result

    def _prepare_obligation_vals(self):
        self.ensure_one()
        return {
            "name": self.env._("Renew %(licence)s", licence=self.display_name),
            "kind": "licence",
            "rule": self.type_id.source,
            "company_id": self.company_id.id,
            "date_due": self.date_renew,
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
        }

    def _sync_obligation(self):
        """Keep one open calendar entry per licence that expires."""
        for licence in self:
            # Who may keep licences need not have the right to all obligations.
            entry = licence.sudo().obligation_id
            if not licence.date_renew or not licence.active:
                entry.filtered(lambda one: not one.date_done).unlink()
            elif entry and not entry.date_done:
                vals = licence._prepare_obligation_vals()
                entry.write({"name": vals["name"], "date_due": vals["date_due"]})
            else:
                vals = licence._prepare_obligation_vals()
                if not entry or entry.date_due != vals["date_due"]:
                    licence.sudo().obligation_id = entry.create(vals)
