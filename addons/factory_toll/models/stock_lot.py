# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.qr_code import qr_data_uri

HOUSE_USAGES = ("internal", "transit")
# Passed in the context by our own code only: a client cannot send this object.
OWNER_TOKEN = object()


class StockLot(models.Model):
    _inherit = "stock.lot"

    owner_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Whose material this is. Empty: the cooperative's. It is set when the "
        "material comes in and cannot be changed while there is stock.",
    )
    grade_id = fields.Many2one("factory.grade", index="btree_not_null")
    intake_line_id = fields.Many2one(
        "factory.intake.line", index="btree_not_null", readonly=True, copy=False
    )
    intake_id = fields.Many2one(related="intake_line_id.intake_id", store=True)
    batch_lot_id = fields.Many2one(
        "stock.lot",
        string="Batch",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The pooled batch that this owner's part was made in.",
    )
    part_lot_ids = fields.One2many("stock.lot", "batch_lot_id", string="Owners' parts")

    def write(self, vals):
        if (
            "owner_id" in vals
            and self.env.context.get("toll_owner_token") is not OWNER_TOKEN
        ):
            self._check_owner_change(vals["owner_id"])
        return super().write(vals)

    def _check_owner_change(self, owner_id):
        """Refuse another owner for a lot that has, or had, an owner's stock."""
        changed = self.filtered(lambda lot: lot.owner_id.id != (owner_id or False))
        moved = (
            self.env["stock.move.line"]
            .sudo()
            ._read_group(
                [("lot_id", "in", changed.ids), ("state", "=", "done")], ["lot_id"]
            )
        )
        if moved:
            lot = moved[0][0]
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(product)s has been moved already, so its owner "
                    "%(owner)s cannot be changed. Return it and weigh it in again "
                    "under the new owner.",
                    lot=lot.name,
                    product=lot.product_id.display_name,
                    owner=lot.owner_id.display_name or self.env._("the cooperative"),
                )
            )

    def _set_owner(self, owner):
        """Give the lots an owner; only for lots whose stock is all his."""
        self.with_context(toll_owner_token=OWNER_TOKEN).write({"owner_id": owner.id})

    def _take_owner(self, owner):
        """Note the owner on a lot without one, unless others have stock of it."""
        others = self.quant_ids.filtered(
            lambda quant: (
                quant.owner_id != owner
                and quant.location_id.usage in HOUSE_USAGES
                and not quant.product_uom_id.is_zero(quant.quantity)
            )
        )
        if not others:
            self._set_owner(owner)

    def get_qr_data_uri(self):
        """Return the lot number as QR code for labels, a data URI of an SVG."""
        self.ensure_one()
        return qr_data_uri(self.name)

    @api.depends("owner_id")
    def _compute_display_name(self):
        """Show the owner where people pick a lot."""
        super()._compute_display_name()
        if not self.env.context.get("show_lot_owner"):
            return
        for lot in self.filtered("owner_id"):
            lot.display_name = f"{lot.display_name} ({lot.owner_id.name})"

    def _compute_value(self):
        """Value an owner's lot at nothing.

        Core multiplies all of the lot by its cost where products are valued by lot.
        """
        result = super()._compute_value()
        house = self.env.company.partner_id
        self.filtered(
            lambda lot: lot.owner_id and lot.owner_id != house
        ).total_value = 0
        return result
