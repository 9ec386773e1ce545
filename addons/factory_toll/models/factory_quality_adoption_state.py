# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is in force where: standards seen from the product and from the lot."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STATES = [
    ("coming", "Coming"),
    ("in_force", "In force"),
    ("ended", "Ended"),
]


class FactoryQualityAdoption(models.Model):
    _inherit = "factory.quality.adoption"

    state = fields.Selection(
        STATES,
        compute="_compute_state",
        search="_search_state",
        help="Today, by the date of the house. A later adoption for the same product "
        "and moment ends the one before.",
    )
    newer_standard_id = fields.Many2one(
        "factory.quality.standard",
        string="Newer version",
        compute="_compute_newer_standard_id",
        help="A later version of the standard that may be adopted today.",
    )

    @api.depends("warehouse_id", "product_id", "stage", "date_from", "date_to")
    def _compute_state(self):
        known = self.filtered("id")
        in_force = set(known._get_in_force_ids())
        for adoption in self:
            day = adoption._get_local_day()
            if adoption._origin.id in in_force:
                adoption.state = "in_force"
            elif adoption.date_from and adoption.date_from > day:
                adoption.state = "coming"
            else:
                adoption.state = "ended"

    def _search_state(self, operator, values):
        if operator != "in":
            return NotImplemented
        # sudo: which one is the latest must not depend on who asks; the rules of the
        # search itself hide what is not his
        adoptions = self.sudo().search([("warehouse_id", "!=", False)])
        found = adoptions.filtered(lambda adoption: adoption.state in values)
        return Domain("id", "in", found.ids)

    @api.depends("standard_id.code", "standard_id.date_from")
    def _compute_newer_standard_id(self):
        standards = self.env["factory.quality.standard"]
        codes = self.standard_id.mapped("code")
        versions = standards.search([("code", "in", codes)], order="date_from desc")
        for adoption in self:
            mine = adoption.standard_id
            day = adoption._get_local_day()
            adoption.newer_standard_id = versions.filtered(
                lambda other, mine=mine, day=day: (
                    other.code == mine.code
                    and other.company_id.id in (False, mine.company_id.id)
                    and mine.date_from
                    and mine.date_from < other.date_from <= day
                )
            )[:1]

    def _get_local_day(self):
        company = self.company_id or self.env.company
        return company._local_date(fields.Datetime.now())

    def _get_in_force_ids(self):
        """Return the ids of those that judge what is tested today, in one query."""
        if not self.ids:
            return []
        days = {
            company.id: company._local_date(fields.Datetime.now())
            for company in self.company_id
        }
        self.flush_model()
        rows = [
            self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM (
                        SELECT DISTINCT ON (warehouse_id, product_id, stage)
                               id, date_to
                          FROM factory_quality_adoption
                         WHERE company_id = %(company)s AND date_from <= %(day)s
                         ORDER BY warehouse_id, product_id, stage,
                                  date_from DESC, id DESC
                    ) latest
                     WHERE date_to IS NULL OR date_to >= %(day)s
                    """,
                    company=company,
                    day=day,
                )
            )
            for company, day in days.items()
        ]
        return [adoption_id for found in rows for (adoption_id,) in found]


class ProductProduct(models.Model):
    _inherit = "product.product"

    quality_adoption_ids = fields.One2many(
        "factory.quality.adoption", "product_id", string="Adopted standards"
    )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    quality_adoption_ids = fields.One2many(
        "factory.quality.adoption",
        compute="_compute_quality_adoption_ids",
        string="Adopted standards",
        help="By what the houses test this product, and since when.",
    )

    @api.depends("product_variant_ids.quality_adoption_ids")
    def _compute_quality_adoption_ids(self):
        for template in self:
            variants = template.product_variant_ids
            template.quality_adoption_ids = variants.quality_adoption_ids


class StockLot(models.Model):
    _inherit = "stock.lot"

    quality_level_id = fields.Many2one(
        "factory.quality.standard.level",
        string="Standard",
        compute="_compute_quality_level_id",
        compute_sudo=True,
        help="By which standard, version and grade the lot was tested last; before a "
        "test, what the house adopted for the product.",
    )
    quality_adopted_on = fields.Date(
        "Adopted on",
        compute="_compute_quality_level_id",
        compute_sudo=True,
        help="Since when the house works by this standard.",
    )

    @api.depends("inspection_ids.level_id", "inspection_ids.state", "batch_lot_id")
    def _compute_quality_level_id(self):
        for lot in self:
            last = lot._get_last_inspection()
            adoption = last.adoption_id if last else lot._find_adoption()
            lot.quality_level_id = last.level_id or adoption.level_id
            lot.quality_adopted_on = adoption.date_from
