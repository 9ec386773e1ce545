# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models

KINDS = [
    ("lot", "Lot"),
    ("intake", "Weighed in"),
    ("delivery", "Delivered"),
    ("return", "Returned"),
    ("scrap", "Scrapped or missing"),
    ("stock", "On hand"),
]
COLUMNS = (
    "kind",
    "level",
    "lot_id",
    "product",
    "owner",
    "quantity",
    "unit",
    "date",
    "model",
    "document_id",
    "document",
    "partner",
    "package",
)


class FactoryGenealogy(models.TransientModel):
    """Where a lot comes from and what became of it, on a screen and on paper."""

    _name = "factory.genealogy"
    _description = "Genealogy of a Lot"
    _rec_name = "lot_id"

    lot_id = fields.Many2one("stock.lot", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="lot_id.product_id")
    owner_id = fields.Many2one(related="lot_id.owner_id")
    source_ids = fields.One2many(
        "factory.genealogy.line",
        "genealogy_id",
        string="Comes from",
        domain=[("direction", "=", "sources")],
    )
    use_ids = fields.One2many(
        "factory.genealogy.line",
        "genealogy_id",
        string="Became",
        domain=[("direction", "=", "uses")],
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            record._load()
        return records

    def _load(self):
        found = self.lot_id.get_genealogy()
        lines = [
            {
                "direction": direction,
                "sequence": sequence,
                **{name: row[name] for name in COLUMNS},
                "date": row["date"] or False,
            }
            for direction in ("sources", "uses")
            for sequence, row in enumerate(found[direction])
        ]
        by_direction = {"sources": "source_ids", "uses": "use_ids"}
        for direction, name in by_direction.items():
            self[name] = [
                Command.create(line) for line in lines if line["direction"] == direction
            ]

    @api.model
    def _open(self, lot):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.create({"lot_id": lot.id}).id,
            "name": self.env._("Genealogy of %s", lot.name),
            "view_mode": "form",
        }

    def action_print(self):
        """Print the genealogy."""
        report = self.env.ref("factory_toll.action_report_factory_genealogy")
        return report.report_action(self, config=False)


class FactoryGenealogyLine(models.TransientModel):
    _name = "factory.genealogy.line"
    _description = "Line of a Genealogy"
    _order = "genealogy_id, direction, sequence, id"

    genealogy_id = fields.Many2one(
        "factory.genealogy", required=True, index=True, ondelete="cascade"
    )
    direction = fields.Selection(
        [("sources", "Comes from"), ("uses", "Became")], required=True
    )
    sequence = fields.Integer()
    level = fields.Integer(help="How many orders away from the lot.")
    kind = fields.Selection(KINDS, required=True)
    lot_id = fields.Many2one("stock.lot", ondelete="cascade")
    name = fields.Char("Lot in the tree", compute="_compute_name")
    product = fields.Char()
    owner = fields.Char()
    quantity = fields.Float(digits=(16, 3))
    unit = fields.Char()
    date = fields.Datetime()
    model = fields.Char()
    document_id = fields.Integer("Document number in the database")
    document = fields.Char(help="Order, unbuild, ticket or transfer.")
    partner = fields.Char("From or to")
    package = fields.Char()

    @api.depends("level", "lot_id")
    def _compute_name(self):
        for line in self:
            indent = "\u2003" * line.level
            line.name = f"{indent}{line.lot_id.name}"

    def action_open_document(self):
        """Open the order, ticket or transfer, or the lot where there is none."""
        self.ensure_one()
        is_document = self.model and self.document_id
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model if is_document else "stock.lot",
            "res_id": self.document_id if is_document else self.lot_id.id,
            "view_mode": "form",
        }
