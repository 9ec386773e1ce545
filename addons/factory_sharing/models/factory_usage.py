# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.local_time import to_local
from ..tools.pricing_errors import NoLineError
from .factory_charge_facts import INITIAL
from .factory_tariff_line import CHARGE_TYPES, UNITS
from .member_of_partner import assign_members
from .sharing_guard import by_action, without_defaults

CHARGE_READERS = (
    "umkm_base.umkm_base_group_factory_manager,umkm_base.umkm_base_group_accountant,"
    "umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_auditor"
)
METERED_FIELDS = {
    "company_id",
    "site_id",
    "workcenter_id",
    "booking_id",
    "workorder_id",
    "production_id",
    "partner_id",
    "charge_type",
    "product_id",
    "material_class_id",
    "quantity",
    "unit",
    "booked_quantity",
    "date_start",
    "date_end",
    "date",
}
COMPUTED_FIELDS = ("is_charged", "member_id")


class FactoryUsage(models.Model):
    _name = "factory.usage"
    _description = "Metered Use"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    site_id = fields.Many2one(
        "factory.site",
        check_company=True,
        compute="_compute_site_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    workcenter_id = fields.Many2one("mrp.workcenter", check_company=True, index=True)
    booking_id = fields.Many2one("factory.booking", check_company=True, index=True)
    workorder_id = fields.Many2one("mrp.workorder", check_company=True, index=True)
    production_id = fields.Many2one("mrp.production", check_company=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        string="User",
        help="Person, group or firm that used the house, member or not.",
    )
    member_id = fields.Many2one(
        "coop.member",
        compute="_compute_member_id",
        store=True,
        precompute=True,
        index=True,
        help="Membership of the user on the day of the use; empty for non-members.",
    )
    charge_type = fields.Selection(CHARGE_TYPES, required=True, default="time")
    product_id = fields.Many2one(
        "product.product",
        string="Service",
        check_company=True,
        domain=[("type", "=", "service")],
        index=True,
    )
    material_class_id = fields.Many2one("factory.material.class", index=True)
    quantity = fields.Float(
        required=True,
        digits=(16, 6),
        min_display_digits="Product Unit",
        help="What was used.",
    )
    unit = fields.Selection(UNITS, required=True, default="hour")
    booked_quantity = fields.Float(
        digits="Product Unit", help="What was booked, in the same unit."
    )
    date_start = fields.Datetime(string="Start")
    date_end = fields.Datetime(string="End")
    date = fields.Date(
        compute="_compute_date",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        help="Day of the use, local to the site.",
    )
    external_ref = fields.Char(
        index="btree_not_null",
        help="Number of the meter, scale or system that told it.",
    )
    is_chargeable = fields.Boolean(
        default=True, help="Not for the cooperative's own use of its machines."
    )
    note = fields.Char()
    charge_ids = fields.One2many(
        "factory.charge", "usage_id", string="Charges", groups=CHARGE_READERS
    )
    is_charged = fields.Boolean(
        compute="_compute_is_charged",
        store=True,
        compute_sudo=True,
        help="A charge that is not cancelled or reversed stands for this use.",
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0 AND booked_quantity >= 0)",
        "What was used or booked cannot be less than nothing.",
    )
    _dates_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A use ends after it starts.",
    )
    _booking_uniq = models.UniqueIndex(
        "(booking_id, charge_type) WHERE booking_id IS NOT NULL",
        "This booking has its use recorded already.",
    )
    _workorder_uniq = models.UniqueIndex(
        "(workorder_id, charge_type) WHERE workorder_id IS NOT NULL"
        " AND booking_id IS NULL",
        "This work order has its use recorded already.",
    )
    _external_ref_uniq = models.UniqueIndex(
        "(company_id, external_ref) WHERE external_ref IS NOT NULL",
        "A use with this external reference exists already.",
    )

    @api.depends("partner_id", "quantity", "unit", "date")
    def _compute_display_name(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        for usage in self:
            usage.display_name = (
                f"{usage.partner_id.name or ''}, {usage.date or ''}:"
                f" {usage.quantity:g} {units.get(usage.unit, '')}"
            )

    @api.depends("workcenter_id", "production_id")
    def _compute_site_id(self):
        for usage in self:
            usage.site_id = (
                usage.site_id
                or usage.workcenter_id.site_id
                or usage.production_id.site_id
            )

    @api.depends("partner_id", "company_id", "date")
    def _compute_member_id(self):
        assign_members(self, lambda usage: usage.date)

    @api.depends("date_start", "site_id")
    def _compute_date(self):
        for usage in self:
            if usage.date and not usage.date_start:
                continue
            local = usage._get_local_time(usage.date_start or fields.Datetime.now())
            usage.date = local.date()

    @api.depends("charge_ids.state", "charge_ids.reversed_by_id")
    def _compute_is_charged(self):
        for usage in self:
            usage.is_charged = bool(usage._get_live_charges())

    @api.model_create_multi
    def create(self, vals_list):
        # membership and charge are found out, whatever a client or its defaults say
        model = without_defaults(self, COMPUTED_FIELDS)
        vals_list = [
            {name: vals[name] for name in vals if name not in COMPUTED_FIELDS}
            for vals in vals_list
        ]
        usages = super(FactoryUsage, model).create(vals_list)
        if not all(usages.mapped("is_chargeable")):
            self._check_may_exempt()
        return usages

    def write(self, vals):
        if not vals.keys().isdisjoint(COMPUTED_FIELDS):
            raise UserError(
                self.env._(
                    "The membership and the charge of use %(usage)s are found out from"
                    " its facts; they cannot be set.",
                    usage=self[:1].display_name,
                )
            )
        if "is_chargeable" in vals and any(
            usage.is_chargeable != vals["is_chargeable"] for usage in self
        ):
            self._check_may_exempt()
        if METERED_FIELDS & vals.keys():
            self._check_not_charged()
        return super().write(vals)

    @api.model
    def _check_may_exempt(self):
        """Leave it to whoever makes charges to say what costs nothing."""
        if not self.env["factory.charge"].has_access("create"):
            raise AccessError(
                self.env._(
                    "Whether a use is charged is for the factory manager or the"
                    " accountant to say."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        self._check_not_charged()

    def _check_not_charged(self):
        # the charges themselves are asked: an operator may not see them
        for usage in self:
            if usage.sudo()._get_live_charges():
                raise UserError(
                    self.env._(
                        "The use %(usage)s is charged; cancel or reverse its charge"
                        " first.",
                        usage=usage.display_name,
                    )
                )

    def action_price(self):
        """Make a draft charge for each use that has none yet.

        :return: ids of the charges of these uses, the new ones included
        :rtype: list(int)
        """
        self.env["factory.charge"].check_access("create")
        todo = self.filtered(lambda u: u.is_chargeable and not u.is_charged)
        vals_list, problems = [], []
        for usage in todo:
            try:
                vals_list += usage._prepare_charges_vals()
            except UserError as error:
                problems.append(f"{usage.display_name}: {error}")
        if problems:
            raise UserError("\n".join(problems))
        by_action(self.env["factory.charge"]).create(vals_list)
        return self._get_live_charges().ids

    @api.model
    def price_open(self, company_id, date_to):
        """Make draft charges for every use of a company that has none yet.

        :param int company_id: company
        :param str date_to: last day of use, ISO
        :return: ids of the new charges
        :rtype: list(int)
        """
        company = self.env["res.company"].browse(company_id)
        company.check_access("read")
        usages = self.search(
            [
                ("company_id", "=", company.id),
                ("date", "<=", fields.Date.to_date(date_to)),
                ("is_chargeable", "=", True),
                ("is_charged", "=", False),
            ],
            order="date, id",
        )
        return usages.action_price()

    def action_view_charges(self):
        """Price what is open and show the charges."""
        charge_ids = self.action_price()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_sharing.factory_charge_action"
        )
        return {**action, "domain": [("id", "in", charge_ids)], "context": {}}

    def _get_live_charges(self):
        """Return the charges that stand: neither cancelled nor reversed."""
        return self.charge_ids.filtered(
            lambda charge: (
                charge.state != "cancelled"
                and not charge.reversed_by_id
                and not charge.reversal_of_id
            )
        )

    def _get_price(self):
        """Return the tariff line and the price of the use."""
        self.ensure_one()
        tariffs = self.env["factory.tariff"]
        return tariffs._price(
            self.company_id._origin,
            self.site_id._origin,
            self.date,
            tariffs._prepare_request(self),
        )

    def _has_tariff_line(self):
        """Tell whether the tariff of the day has a line for this use.

        Where a line fits but cannot be applied (two fit equally well) the use is to be
        recorded, so that somebody sees the fault when he prices it.
        """
        self.ensure_one()
        try:
            self._get_price()
        except UserError as error:
            return bool(error.__cause__) and not isinstance(
                error.__cause__, NoLineError
            )
        return True

    def _prepare_charge_vals(self):
        self.ensure_one()
        line, price = self._get_price()
        charges = self.env["factory.charge"]
        return {
            **INITIAL,
            **charges._copy_facts(self),
            "usage_id": self.id,
            "company_id": self.company_id.id,
            **charges._prepare_price_vals(line, price),
        }

    def _prepare_charges_vals(self):
        """Return the values of all charges that the use is still to have."""
        return [self._prepare_charge_vals()]

    def _get_local_time(self, moment):
        """Return a UTC moment as wall-clock time of the site, None for none."""
        self.ensure_one()
        if not moment:
            return None
        # whoever records a use gets its local time, also when he cannot read the site
        zone = self.sudo().site_id.time_zone or self.company_id.time_zone
        return to_local(zone or "Asia/Jakarta", moment)
