# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mass balance: what came in, became what, and where the rest is.

Two independent tests. Per lot and owner, the done moves must explain the stock that
the quants hold. Per order, material and additives must equal product, by-products and
the loss that was frozen when the order closed.
"""

from odoo import api, fields, models
from odoo.tools import SQL

# Signed quantity of a done line in each column; an unbuild takes back.
LINES = """
    SELECT line.id, line.company_id, line.owner_id, line.product_id, line.lot_id,
           line.date, line.quantity_product_uom AS qty,
           source.usage IN ('internal', 'transit') AS from_house,
           target.usage IN ('internal', 'transit') AS to_house,
           source.usage AS source_usage, target.usage AS target_usage,
           move.unbuild_id,
           (origin.raw_material_production_id IS NOT NULL
            OR move.bom_line_id IS NOT NULL) AS is_material
    FROM stock_move_line line
    JOIN stock_move move ON move.id = line.move_id
    LEFT JOIN stock_move origin ON origin.id = move.origin_returned_move_id
    JOIN stock_location source ON source.id = line.location_id
    JOIN stock_location target ON target.id = line.location_dest_id
    JOIN product_product product ON product.id = line.product_id
    JOIN product_template template ON template.id = product.product_tmpl_id
    WHERE line.state = 'done' AND template.is_storable
      AND line.owner_id IS NOT NULL
"""
FLOWS = """
    SELECT id, company_id, owner_id, product_id, lot_id, date,
        CASE WHEN to_house AND source_usage NOT IN ('production', 'inventory')
             THEN qty ELSE 0 END AS received,
        CASE WHEN target_usage = 'production' AND unbuild_id IS NULL THEN qty
             WHEN source_usage = 'production' AND unbuild_id IS NOT NULL
              AND is_material THEN -qty ELSE 0 END AS consumed,
        CASE WHEN source_usage = 'production' AND NOT (unbuild_id IS NOT NULL
              AND is_material) THEN qty
             WHEN target_usage = 'production' AND unbuild_id IS NOT NULL
             THEN -qty ELSE 0 END AS produced,
        CASE WHEN from_house AND target_usage NOT IN ('production', 'inventory')
             THEN qty ELSE 0 END AS returned,
        CASE WHEN from_house AND target_usage = 'inventory' THEN qty
             WHEN to_house AND source_usage = 'inventory' THEN -qty ELSE 0
        END AS lost
    FROM (%s) line
    WHERE from_house != to_house
"""


class FactoryMassBalance(models.Model):
    _name = "factory.mass.balance"
    _description = "Mass Balance per Owner and Lot"
    _auto = False
    _order = "owner_id, product_id, lot_id"
    _rec_name = "lot_id"
    _depends = {
        "stock.move": ["bom_line_id", "origin_returned_move_id", "unbuild_id"],
        "stock.move.line": [
            "date",
            "location_dest_id",
            "location_id",
            "lot_id",
            "owner_id",
            "quantity_product_uom",
            "state",
        ],
        "stock.quant": ["location_id", "lot_id", "owner_id", "quantity"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one("stock.lot", readonly=True)
    received = fields.Float("In", digits=(16, 3), readonly=True)
    consumed = fields.Float(digits=(16, 3), readonly=True)
    produced = fields.Float("Output", digits=(16, 3), readonly=True)
    returned = fields.Float("Handed out", digits=(16, 3), readonly=True)
    lost = fields.Float(
        "Scrap and count", digits=(16, 3), readonly=True, help="Scrapped or missing."
    )
    stock = fields.Float(digits=(16, 3), readonly=True)
    difference = fields.Float(
        digits=(16, 3),
        readonly=True,
        help="In and output less all that left and the stock: zero when the moves "
        "explain the stock.",
    )

    @property
    def _table_query(self):
        flows = SQL(FLOWS % LINES)
        return SQL(
            """
            WITH flow AS (%s),
            moved AS (
                SELECT company_id, owner_id, product_id, lot_id, MIN(id) AS id,
                    SUM(received) AS received, SUM(consumed) AS consumed,
                    SUM(produced) AS produced, SUM(returned) AS returned,
                    SUM(lost) AS lost
                FROM flow GROUP BY company_id, owner_id, product_id, lot_id
            ),
            held AS (
                SELECT quant.company_id, quant.owner_id, quant.product_id,
                    quant.lot_id, MIN(quant.id) AS id, SUM(quant.quantity) AS stock
                FROM stock_quant quant
                JOIN stock_location location ON location.id = quant.location_id
                WHERE quant.owner_id IS NOT NULL
                  AND location.usage IN ('internal', 'transit')
                GROUP BY quant.company_id, quant.owner_id, quant.product_id,
                    quant.lot_id
            )
            SELECT COALESCE(moved.id * 2, held.id * 2 + 1) AS id,
                COALESCE(moved.company_id, held.company_id) AS company_id,
                COALESCE(moved.owner_id, held.owner_id) AS owner_id,
                COALESCE(moved.product_id, held.product_id) AS product_id,
                COALESCE(moved.lot_id, held.lot_id) AS lot_id,
                COALESCE(received, 0) AS received, COALESCE(consumed, 0) AS consumed,
                COALESCE(produced, 0) AS produced, COALESCE(returned, 0) AS returned,
                COALESCE(lost, 0) AS lost, COALESCE(stock, 0) AS stock,
                ROUND((COALESCE(received, 0) + COALESCE(produced, 0)
                    - COALESCE(consumed, 0) - COALESCE(returned, 0)
                    - COALESCE(lost, 0) - COALESCE(stock, 0))::numeric, 3)
                    AS difference
            FROM moved FULL JOIN held
              ON held.company_id = moved.company_id
             AND held.owner_id = moved.owner_id
             AND held.product_id = moved.product_id
             AND COALESCE(held.lot_id, 0) = COALESCE(moved.lot_id, 0)
            """,
            flows,
        )

    @api.model
    def check_mass_balance(self, date_from, date_to):
        """Return the balance of every owner's lot and order in a period.

        :param str date_from: first moment, ISO date or datetime (UTC)
        :param str date_to: last moment; a date counts to its end
        :return: list of dicts. ``kind`` "lot": owner_id, owner, product_id, product,
            lot_id, lot, opening, received, consumed, produced, returned, lost,
            closing, difference (in the product's unit). ``kind`` "order":
            production_id, name, owner_id, owner, input_kg, additive_kg, output_kg,
            byproduct_kg, loss_kg, difference. ``difference`` is 0.0 when it closes
        """
        self.check_access("read")
        start = fields.Datetime.to_datetime(date_from)
        end = fields.Datetime.to_datetime(date_to)
        if len(str(date_to)) == 10:
            end = end.replace(hour=23, minute=59, second=59)
        return self._get_lot_rows(start, end) + self._get_order_rows(start, end)

    @api.model
    def _get_lot_rows(self, start, end):
        self.env.flush_all()
        columns = ("received", "consumed", "produced", "returned", "lost")
        sums = SQL(", ").join(
            SQL(
                "SUM(CASE WHEN flow.date >= %s AND flow.date <= %s THEN %s ELSE 0 END)"
                " AS %s",
                start,
                end,
                SQL.identifier("flow", column),
                SQL.identifier(column),
            )
            for column in columns
        )
        net = SQL("received + produced - consumed - returned - lost")
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH flow AS (%(flows)s),
                moved AS (
                    SELECT owner_id, product_id, lot_id, %(sums)s,
                        SUM(CASE WHEN date < %(start)s THEN %(net)s ELSE 0 END)
                            AS opening,
                        SUM(CASE WHEN date > %(end)s THEN %(net)s ELSE 0 END) AS later
                    FROM flow WHERE company_id = ANY(%(companies)s)
                    GROUP BY owner_id, product_id, lot_id
                ),
                held AS (
                    SELECT quant.owner_id, quant.product_id, quant.lot_id,
                        SUM(quant.quantity) AS stock
                    FROM stock_quant quant
                    JOIN stock_location location ON location.id = quant.location_id
                    WHERE quant.owner_id IS NOT NULL
                      AND quant.company_id = ANY(%(companies)s)
                      AND location.usage IN ('internal', 'transit')
                    GROUP BY quant.owner_id, quant.product_id, quant.lot_id
                )
                SELECT COALESCE(moved.owner_id, held.owner_id) AS owner_id,
                    COALESCE(moved.product_id, held.product_id) AS product_id,
                    COALESCE(moved.lot_id, held.lot_id) AS lot_id,
                    opening, received, consumed, produced, returned, lost,
                    COALESCE(stock, 0) - COALESCE(later, 0) AS closing
                FROM moved FULL JOIN held
                  ON held.owner_id = moved.owner_id
                 AND held.product_id = moved.product_id
                 AND COALESCE(held.lot_id, 0) = COALESCE(moved.lot_id, 0)
                ORDER BY 1, 2, 3
                """,
                flows=SQL(FLOWS % LINES),
                sums=sums,
                net=net,
                start=start,
                end=end,
                companies=self.env.companies.ids,
            )
        )
        return [self._prepare_lot_row(row) for row in rows]

    @api.model
    def _prepare_lot_row(self, row):
        numbers = {
            name: float(row[name] or 0.0)
            for name in (
                "opening",
                "received",
                "consumed",
                "produced",
                "returned",
                "lost",
                "closing",
            )
        }
        difference = (
            numbers["opening"]
            + numbers["received"]
            + numbers["produced"]
            - numbers["consumed"]
            - numbers["returned"]
            - numbers["lost"]
            - numbers["closing"]
        )
        lot = self.env["stock.lot"].browse(row["lot_id"] or [])
        return {
            "kind": "lot",
            "owner_id": row["owner_id"],
            "owner": self.env["res.partner"].browse(row["owner_id"]).display_name,
            "product_id": row["product_id"],
            "product": self.env["product.product"]
            .browse(row["product_id"])
            .display_name,
            "lot_id": row["lot_id"] or False,
            "lot": lot.name or "",
            **{name: round(value, 3) for name, value in numbers.items()},
            "difference": round(difference, 3) + 0.0,
        }

    @api.model
    def _get_order_rows(self, start, end):
        orders = self.env["mrp.production"].search(
            [
                ("state", "=", "done"),
                ("production_mode", "!=", "own"),
                ("company_id", "in", self.env.companies.ids),
                ("date_finished", ">=", start),
                ("date_finished", "<=", end),
            ]
        )
        return [order._get_balance_row() for order in orders]
