# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recipe counts each product in a unit that its own unit can be converted from.

Odoo 19 has no categories of units any more: ``uom.uom._compute_quantity`` divides the
two factors whatever they are, so 10 Unit of a product in kg become 10 grams, and nobody
is told. Over RPC a recipe without a unit gets the first unit of the database (*Unit*),
also for a product in kg. When the unit of a product itself is changed, core writes the
new one into its recipes, or refuses (``product.product._update_uom``).
"""

from odoo import api, models
from odoo.exceptions import ValidationError


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    @api.model_create_multi
    def create(self, vals_list):
        """A recipe without a unit is in that of its product, not in the first one."""
        templates = self.env["product.template"]
        has_default = "default_product_uom_id" in self.env.context
        for vals in vals_list:
            if vals.get("product_tmpl_id") and not (
                has_default or "product_uom_id" in vals
            ):
                product = templates.browse(vals["product_tmpl_id"])
                vals["product_uom_id"] = product.uom_id.id
        return super().create(vals_list)

    @api.constrains("product_uom_id", "product_tmpl_id")
    def _check_uom(self):
        for bom in self:
            bom._check_convertible(bom.product_uom_id, bom.product_tmpl_id)

    def _check_convertible(self, uom, product):
        """Refuse a unit that cannot be converted into the product's own.

        :param product: product.product or product.template
        """
        # sudo: the product of another company's recipe may be hidden
        product = product.sudo()
        # core changes the unit in the recipes just before that of the product
        is_relabelled = self.env.context.get("skip_uom_conversion")
        if not uom or not product or is_relabelled:
            return
        if uom._has_common_reference(product.uom_id):
            return
        raise ValidationError(
            self.env._(
                "Recipe of %(recipe)s: %(product)s is kept in %(own)s and cannot be "
                "counted in %(unit)s; Odoo would take 1 %(unit)s for "
                "%(quantity)g %(own)s. Choose %(own)s or a unit made of it.",
                recipe=self[:1].product_tmpl_id.display_name,
                product=product.display_name,
                own=product.uom_id.name,
                unit=uom.name,
                quantity=uom._compute_quantity(1, product.uom_id, round=False),
            )
        )


class MrpBomLine(models.Model):
    _inherit = "mrp.bom.line"

    @api.constrains("product_uom_id", "product_id")
    def _check_uom(self):
        for line in self:
            line.bom_id._check_convertible(line.product_uom_id, line.product_id)


class MrpBomByproduct(models.Model):
    _inherit = "mrp.bom.byproduct"

    @api.constrains("product_uom_id", "product_id")
    def _check_uom(self):
        for line in self:
            line.bom_id._check_convertible(line.product_uom_id, line.product_id)


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    @api.constrains("product_uom_id", "product_id")
    def _check_uom(self):
        # core changes the unit in the orders just before that of the product
        if self.env.context.get("skip_uom_conversion"):
            return
        for order in self:
            uom, own = order.product_uom_id, order.product_id.uom_id
            if uom and own and not uom._has_common_reference(own):
                raise ValidationError(
                    self.env._(
                        "%(order)s: %(product)s is kept in %(own)s and cannot be made "
                        "in %(unit)s. Choose %(own)s or a unit made of it.",
                        order=order.display_name,
                        product=order.product_id.display_name,
                        own=own.name,
                        unit=uom.name,
                    )
                )
