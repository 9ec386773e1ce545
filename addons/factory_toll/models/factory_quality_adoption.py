# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STAGES = [
    ("intake", "At weigh-in"),
    ("process", "During the order"),
    ("finished", "Finished product"),
]
# What may still change on an adoption by which something was tested.
OPEN_FIELDS = {"date_to", "message_main_attachment_id"}


class FactoryQualityAdoption(models.Model):
    _name = "factory.quality.adoption"
    _description = "Adopted Quality Standard"
    _inherit = ["mail.thread"]
    _order = "warehouse_id, product_id, stage, date_from desc, id desc"
    _check_company_auto = True
    _rec_name = "level_id"

    def _default_warehouse_id(self):
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    company_id = fields.Many2one(
        related="warehouse_id.company_id", store=True, index=True
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        index=True,
        default=lambda self: self._default_warehouse_id(),
        help="The house that works by the standard.",
    )
    product_id = fields.Many2one(
        "product.product", required=True, index=True, check_company=True
    )
    stage = fields.Selection(
        STAGES,
        required=True,
        default="finished",
        tracking=True,
        help="When a test is asked for by itself: for each lot weighed in, for each "
        "order, or for each lot that an order makes.",
    )
    standard_id = fields.Many2one(
        "factory.quality.standard", required=True, index=True, check_company=True
    )
    level_id = fields.Many2one(
        "factory.quality.standard.level",
        string="Grade aimed at",
        required=True,
        index=True,
        compute="_compute_level_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('standard_id', '=', standard_id)]",
        help="A lot is judged by the limits of this grade first.",
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="First day on which material is judged by it.",
    )
    date_to = fields.Date(
        "Until", tracking=True, help="Last day; empty: until a later adoption."
    )
    is_required = fields.Boolean(
        "Must pass",
        default=True,
        tracking=True,
        help="On: a lot that still waits for its result cannot leave, be used or leave "
        "quarantine. A failed lot never can.",
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        check_company=True,
        help="During the order: test at this work centre. Empty: at any time.",
    )

    _dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "An adoption cannot end before it begins.",
    )
    _adoption_uniq = models.Constraint(
        "UNIQUE (warehouse_id, product_id, stage, date_from)",
        "On this day the warehouse adopts a standard for this product already.",
    )

    @api.depends("standard_id")
    def _compute_level_id(self):
        for adoption in self:
            if adoption.level_id.standard_id != adoption.standard_id:
                adoption.level_id = adoption.standard_id.level_ids[:1]

    @api.constrains("standard_id", "level_id", "date_from")
    def _check_standard(self):
        for adoption in self:
            standard = adoption.standard_id
            if adoption.level_id.standard_id != standard:
                raise ValidationError(
                    self.env._(
                        "%(level)s is no grade of %(standard)s.",
                        level=adoption.level_id.display_name or "-",
                        standard=standard.display_name,
                    )
                )
            if adoption.date_from < standard.date_from:
                raise ValidationError(
                    self.env._(
                        "%(standard)s is valid from %(date)s; it cannot be adopted "
                        "earlier.",
                        standard=standard.display_name,
                        date=standard.date_from,
                    )
                )

    # ---- CRUD ---------------------------------------------------------------------

    def write(self, vals):
        if vals.keys() - OPEN_FIELDS:
            self._check_not_in_use()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        self._check_not_in_use()

    def _check_not_in_use(self):
        inspections = self.env["qc.inspection"].sudo()
        used = inspections.search([("adoption_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "%(product)s was tested by this adoption of %(standard)s already. "
                    "End it with a last day and adopt anew.",
                    product=used.adoption_id.product_id.display_name,
                    standard=used.adoption_id.standard_id.display_name,
                )
            )

    # ---- look-up ------------------------------------------------------------------

    @api.model
    def _get_for(self, warehouse, products, day, stage):
        """Return {product: adoption in force}, empty where none is.

        :param date day: local date of the warehouse
        """
        # Who weighs in need not be able to read the adoptions of the house.
        adoptions = self.sudo().search(
            [
                ("warehouse_id", "=", warehouse.id),
                ("product_id", "in", products.ids),
                ("stage", "=", stage),
                ("date_from", "<=", day),
            ],
            order="date_from, id",
        )
        latest = {adoption.product_id: adoption for adoption in adoptions}
        return {
            product: adoption
            for product, adoption in latest.items()
            if not adoption.date_to or adoption.date_to >= day
        }
