# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .stock_lot import OWNER_TOKEN

# Passed in the context by our own code only: a client cannot send this object.
INTAKE_TOKEN = object()

STATES = [
    ("draft", "Weighing"),
    ("accepted", "Accepted"),
    ("reversed", "Returned"),
    ("cancelled", "Cancelled"),
]
MONEY_GROUPS = (
    "umkm_base.umkm_base_group_accountant,"
    "umkm_base.umkm_base_group_factory_manager,"
    "umkm_base.umkm_base_group_auditor"
)
# What may still be written on an intake that is not a draft.
OPEN_FIELDS = {"message_main_attachment_id"}
# What the actions leave on an intake.
RESULT_FIELDS = {
    "state",
    "is_in_quarantine",
    "picking_id",
    "reversal_picking_id",
    "queue_date",
    "queue_number",
}


def without_results(records, vals_list, names):
    """Drop what only actions may set from values and from defaults of the context.

    :return: records in the cleaned context, cleaned values
    """
    context = {
        key: value
        for key, value in records.env.context.items()
        if key.removeprefix("default_") not in names or not key.startswith("default_")
    }
    clean = [{k: v for k, v in vals.items() if k not in names} for vals in vals_list]
    return records.with_env(records.env(context=context)), clean


class FactoryIntake(models.Model):
    _name = "factory.intake"
    _description = "Material Intake"
    _inherit = ["factory.warehouse.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "external_ref", "partner_id"]

    name = fields.Char("Ticket", readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        "res.partner",
        string="Brought by",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
        help="Owner of the material in toll mode, seller when the cooperative buys.",
    )
    mode = fields.Selection(
        [("toll", "Stays his (toll)"), ("bought", "Bought by the cooperative")],
        required=True,
        default="toll",
        tracking=True,
        help="Toll: the lots belong to who brought them. Bought: they are the "
        "cooperative's, at the purchase price of the day and grade.",
    )
    date = fields.Datetime(
        required=True, default=fields.Datetime.now, help="When it was weighed, UTC."
    )
    external_ref = fields.Char(
        "Weighbridge number",
        copy=False,
        help="Number of the ticket in the weighbridge or paper book, unique per "
        "warehouse, so that a second load of the same ticket is refused.",
    )
    region_id = fields.Many2one(
        "umkm.region", string="Origin", help="Where the material was grown."
    )
    season = fields.Char(help="Harvest season, as people call it.")
    photo = fields.Image(
        max_width=1280,
        max_height=1280,
        copy=False,
        help="The goods on the scale, or the ticket of the weighbridge.",
    )
    to_quarantine = fields.Boolean(
        "Into quarantine",
        help="The lots wait in quarantine until they are released; no order can take "
        "them before.",
    )
    is_in_quarantine = fields.Boolean(readonly=True, copy=False)
    sack_count = fields.Integer("Sacks", compute="_compute_totals", store=True)
    note = fields.Text()
    line_ids = fields.One2many("factory.intake.line", "intake_id", copy=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Receipt", readonly=True, copy=False
    )
    reversal_picking_id = fields.Many2one(
        "stock.picking", string="Return", readonly=True, copy=False
    )
    net_kg = fields.Float(
        "Net (kg)", digits=(16, 3), compute="_compute_totals", store=True
    )
    accepted_kg = fields.Float(
        "Accepted (kg)", digits=(16, 3), compute="_compute_totals", store=True
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        groups=MONEY_GROUPS,
        help="What the cooperative owes for bought material.",
    )
    lot_ids = fields.One2many("stock.lot", "intake_id", string="Lots", readonly=True)

    _external_ref_uniq = models.UniqueIndex(
        "(warehouse_id, external_ref) WHERE external_ref IS NOT NULL",
        "This weighbridge number was entered already in this warehouse.",
    )

    # ---- computes -----------------------------------------------------------------

    @api.depends("line_ids.net_kg", "line_ids.accepted_kg", "line_ids.sack_count")
    def _compute_totals(self):
        for intake in self:
            intake.sack_count = sum(intake.line_ids.mapped("sack_count"))
            intake.net_kg = sum(intake.line_ids.mapped("net_kg"))
            intake.accepted_kg = sum(intake.line_ids.mapped("accepted_kg"))

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for intake in self:
            intake.amount = sum(intake.sudo().line_ids.mapped("amount"))

    # ---- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = self
        if not self._is_own_write():
            records, vals_list = without_results(self, vals_list, RESULT_FIELDS)
        for vals in vals_list:
            vals["external_ref"] = self._clean_ref(vals.get("external_ref"))
            if vals.get("name", "/") == "/":
                company = vals.get("company_id") or self.env.company.id
                vals["name"] = (
                    self.env["ir.sequence"]
                    .with_company(company)
                    .next_by_code("factory.intake", vals.get("date"))
                )
        return super(FactoryIntake, records).create(vals_list)

    def write(self, vals):
        if not self._is_own_write() and vals.keys() - OPEN_FIELDS:
            self._check_draft()
            if RESULT_FIELDS & vals.keys():
                raise UserError(
                    self.env._("Use Accept or Cancel to change the state of an intake.")
                )
        if "external_ref" in vals:
            vals = {**vals, "external_ref": self._clean_ref(vals["external_ref"])}
        return super().write(vals)

    def _clean_ref(self, reference):
        return (reference or "").strip() or False

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        self.filtered(lambda i: i.state in ("accepted", "reversed"))._check_draft()

    def _is_own_write(self):
        return self.env.context.get("factory_intake_token") is INTAKE_TOKEN

    def _own(self):
        return self.with_context(factory_intake_token=INTAKE_TOKEN)

    def _check_draft(self):
        for intake in self:
            if intake.state != "draft":
                raise UserError(
                    self.env._(
                        "Intake %(ticket)s of %(partner)s is %(state)s and stands as "
                        "it is. To correct it, cancel it and weigh in again.",
                        ticket=intake.name,
                        partner=intake.partner_id.display_name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[intake.state].lower(),
                    )
                )

    # ---- actions ------------------------------------------------------------------

    def action_accept(self):
        """Receive the material: one lot per line, owned by who brought it.

        :return: True
        """
        self._check_draft()
        for intake in self:
            intake._check_not_ahead()
            intake.line_ids._check_acceptable()
            intake._receive()
        return True

    def _check_not_ahead(self):
        """Refuse what would be weighed after today, by the house's own clock."""
        today = self.company_id._local_date()
        if self._get_local_day() > today:
            raise UserError(
                self.env._(
                    "Intake %(ticket)s is dated %(day)s, after today (%(today)s). "
                    "Correct its date.",
                    ticket=self.name,
                    day=self._get_local_day(),
                    today=today,
                )
            )

    def action_accept_print(self):
        """Accept and give the ticket to print at once."""
        self.action_accept()
        report = self.env.ref("factory_toll.action_report_factory_intake")
        return report.report_action(self, config=False)

    def _receive(self):
        self.ensure_one()
        lines = self.line_ids
        # A weigher may have no right on purchase prices: the day's price is looked up
        # for him and stays hidden from him.
        lines.sudo()._set_price()
        lines._create_lots()
        owner = self._get_owner()
        location = self.warehouse_id.lot_stock_id
        if self.to_quarantine:
            location = self.warehouse_id._get_quarantine_location()
        if self.mode == "bought":
            products = lines.product_id.with_company(self.company_id)
            products._date_first_price(self.date)
            self._warn_of_no_cost(products._get_unpriced())
        picking = self._create_transfer(
            self.warehouse_id.in_type_id,
            self.partner_id.property_stock_supplier,
            location,
            owner,
        )
        self._set_transfer_date(picking)
        lines.sudo()._set_purchase_value(picking)
        self._own().write(
            {
                "state": "accepted",
                "picking_id": picking.id,
                "is_in_quarantine": self.to_quarantine,
            }
        )

    def _warn_of_no_cost(self, products):
        """Note on the ticket that what is bought will be worth nothing in the books."""
        if products:
            # who weighs need not be able to write a note
            self.sudo().message_post(
                body=self.env._(
                    "%(products)s: bought, but worth nothing in the books, because "
                    "the product is valued at a standard price and has none. Let the "
                    "accountant set its category to average cost, or a cost on the "
                    "product.",
                    products=", ".join(products.mapped("display_name")),
                )
            )

    def _get_owner(self):
        self.ensure_one()
        return self.partner_id if self.mode == "toll" else self.env["res.partner"]

    def _create_transfer(self, picking_type, source, destination, owner):
        """Make and validate a transfer of all lots of the intake."""
        # Weighing in is the weigher's right; transfers and lots follow from it.
        picking = (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "partner_id": self.partner_id.id,
                    "owner_id": owner.id,
                    "origin": self.name,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "scheduled_date": self.date,
                    "company_id": self.company_id.id,
                    "move_ids": [
                        # Picked, with its lot: nothing is left for core to reserve.
                        Command.create(
                            line._prepare_move_vals(source, destination, owner)
                        )
                        for line in self.line_ids
                    ],
                }
            )
        )
        local = self._get_local_day()
        picking.with_context(
            cancel_backorder=True, force_period_date=local
        )._action_done()
        if picking.state != "done":
            raise UserError(
                self.env._(
                    "The transfer of intake %(ticket)s could not be done.",
                    ticket=self.name,
                )
            )
        return picking

    def _set_transfer_date(self, picking):
        """Date the receipt, and the age of the lots, when they were weighed."""
        picking = picking.with_context(toll_dating_token=OWNER_TOKEN)
        picking.date_done = self.date
        picking.move_ids.date = self.date
        picking.move_line_ids.date = self.date
        quants = self.env["stock.quant"].sudo()
        quants.search(
            [("lot_id", "in", self.line_ids.lot_id.ids), ("quantity", ">", 0)]
        ).in_date = self.date

    def action_release(self):
        """Move the lots from quarantine into stock; not one that must pass a test."""
        for intake in self:
            if intake.state != "accepted" or not intake.is_in_quarantine:
                raise UserError(
                    self.env._(
                        "Intake %(ticket)s has nothing in quarantine.",
                        ticket=intake.name,
                    )
                )
            intake.line_ids.lot_id._leave_quarantine()
            intake._own().is_in_quarantine = False
        return True

    def action_cancel(self):
        """Cancel a draft; give an accepted intake back by a return transfer."""
        for intake in self:
            if intake.state == "draft":
                intake._own().state = "cancelled"
            elif intake.state == "accepted":
                intake._reverse()
            else:
                intake._check_draft()
        return True

    def _reverse(self):
        source = self.warehouse_id.lot_stock_id
        if self.is_in_quarantine:
            source = self.warehouse_id._get_quarantine_location()
        for line in self.line_ids:
            line._check_untouched(source)
        picking = self._create_transfer(
            self.warehouse_id.out_type_id,
            source,
            self.partner_id.property_stock_supplier,
            self._get_owner(),
        )
        self._own().write({"state": "reversed", "reversal_picking_id": picking.id})

    def action_view_lots(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.lot",
            "name": self.env._("Lots"),
            "view_mode": "list,form",
            "domain": [("intake_id", "in", self.ids)],
        }
