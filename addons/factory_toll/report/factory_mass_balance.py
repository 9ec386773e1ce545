# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mass balance of lots: what came in, became what, and where the rest is."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from .factory_balance_sql import COLUMNS, PLACES, lot_balance, order_balance


class FactoryMassBalance(models.Model):
    """Balance of every owner's lot.

    ``balance_from`` and ``balance_to`` in the context (UTC) limit it to a period; the
    values of a record are those of the period it was first read in.
    """

    _name = "factory.mass.balance"
    _description = "Mass Balance per Owner and Lot"
    _auto = False
    _order = "owner_id, product_id, lot_id"
    _rec_name = "lot_id"
    _depends = {
        "stock.move": ["bom_line_id", "origin_returned_move_id", "unbuild_id"],
        "stock.move.line": [
            "date",
            "kind_owner_id",
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
    opening = fields.Float(digits=(16, 3), readonly=True)
    received = fields.Float("In", digits=(16, 3), readonly=True)
    consumed = fields.Float(digits=(16, 3), readonly=True)
    produced = fields.Float("Output", digits=(16, 3), readonly=True)
    in_kind = fields.Float(
        "Paid in kind",
        digits=(16, 3),
        readonly=True,
        help="Part of the output that stayed with the cooperative for its work.",
    )
    returned = fields.Float("Handed out", digits=(16, 3), readonly=True)
    lost = fields.Float(
        "Scrap and count", digits=(16, 3), readonly=True, help="Scrapped or missing."
    )
    stock = fields.Float(
        digits=(16, 3), readonly=True, help="On hand, at the end of the period."
    )
    difference = fields.Float(
        digits=(16, 3),
        readonly=True,
        help="Opening, in and output less all that left and the stock: zero when the "
        "moves explain the stock.",
    )
    place_table = fields.Html(
        "Where it stands",
        compute="_compute_place_table",
        sanitize=False,
        help="What the moves brought to each place of the house, and what is there.",
    )

    @property
    def _table_query(self):
        context = self.env.context
        return lot_balance(context.get("balance_from"), context.get("balance_to"))

    # ---- where it does not close --------------------------------------------------

    def get_places(self):
        """Tell of each place in the house what moves brought and what is there.

        :return: list of {"location_id", "name", "moved", "held", "difference"}, in the
            product's unit, now (not at the end of a period)
        """
        self.ensure_one()
        self.check_access("read")
        self.env.flush_all()
        where = SQL(
            "line.company_id = %s AND line.product_id = %s AND line.owner_id = %s"
            " AND line.lot_id IS NOT DISTINCT FROM %s",
            self.company_id.id,
            self.product_id.id,
            self.owner_id.id,
            self.lot_id.id or None,
        )
        return self.env.execute_query_dict(SQL(PLACES, where=where))

    def _compute_place_table(self):
        headings = (
            self.env._("Place"),
            self.env._("By the moves"),
            self.env._("On hand"),
            self.env._("Difference"),
        )
        head = Markup("").join(Markup("<th>%s</th>") % text for text in headings)
        for balance in self:
            uom = balance.uom_id
            rows = Markup("").join(
                Markup("<tr%s><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>")
                % (
                    Markup(' class="table-danger"') if place["difference"] else "",
                    place["name"],
                    *(
                        f"{uom.round(place[name]):.3f}"
                        for name in ("moved", "held", "difference")
                    ),
                )
                for place in balance.get_places()
            )
            balance.place_table = Markup(
                '<table class="table table-sm w-auto"><thead><tr>%s</tr></thead>'
                "<tbody>%s</tbody></table>"
            ) % (head, rows)

    def action_view_moves(self):
        """Open the done lines that the balance is made of."""
        self.ensure_one()
        domain = [
            ("product_id", "=", self.product_id.id),
            "|",
            ("owner_id", "=", self.owner_id.id),
            ("kind_owner_id", "=", self.owner_id.id),
            ("lot_id", "=", self.lot_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "=", "done"),
        ]
        end = self.env.context.get("balance_to")
        if end:
            domain.append(("date", "<=", end))
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.move.line",
            "name": self.env._("Moves of %s", self.lot_id.name or self.owner_id.name),
            "view_mode": "list,form",
            "domain": domain,
        }

    # ---- RPC ----------------------------------------------------------------------

    @api.model
    def check_mass_balance(self, date_from, date_to):
        """Return the balance of every owner's lot and order in a period.

        :param str date_from: first moment, ISO date or datetime (UTC)
        :param str date_to: last moment; a date counts to its end
        :return: list of dicts. ``kind`` "lot": owner_id, owner, product_id, product,
            lot_id, lot, opening, received, consumed, produced, in_kind (of that, paid
            for the work), returned, lost, closing, difference (in the product's unit).
            ``kind`` "order": production_id, name, owner_id, owner, input_kg,
            additive_kg, output_kg, byproduct_kg, loss_kg, kind_kg (of the outputs),
            difference. ``difference`` is 0.0 when it closes
        """
        self.check_access("read")
        start = fields.Datetime.to_datetime(date_from)
        end = fields.Datetime.to_datetime(date_to)
        if len(str(date_to)) == 10:
            end = end.replace(hour=23, minute=59, second=59)
        self.env.flush_all()
        return self._get_lot_rows(start, end) + self._get_order_rows(start, end)

    @api.model
    def _get_names(self, rows, model, name):
        """Return {id: display name} of a column, each record read once."""
        found = {row[name] for row in rows if row[name]}
        records = self.env[model].browse(found)
        return dict(zip(records.ids, records.mapped("display_name"), strict=True))

    @api.model
    def _get_lot_rows(self, start, end):
        query = lot_balance(start, end, self.env.companies.ids)
        rows = self.env.execute_query_dict(
            SQL("%s ORDER BY owner_id, product_id, lot_id", query)
        )
        owners = self._get_names(rows, "res.partner", "owner_id")
        products = self._get_names(rows, "product.product", "product_id")
        lots = dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, name FROM stock_lot WHERE id = ANY(%s)",
                    [row["lot_id"] for row in rows if row["lot_id"]],
                )
            )
        )
        return [
            {
                "kind": "lot",
                "owner_id": row["owner_id"],
                "owner": owners[row["owner_id"]],
                "product_id": row["product_id"],
                "product": products[row["product_id"]],
                "lot_id": row["lot_id"] or False,
                "lot": lots.get(row["lot_id"], ""),
                "opening": round(float(row["opening"]), 3) + 0.0,
                **{name: round(float(row[name]), 3) + 0.0 for name in COLUMNS},
                "closing": round(float(row["stock"]), 3) + 0.0,
                "difference": float(row["difference"]) + 0.0,
            }
            for row in rows
        ]

    @api.model
    def _get_order_rows(self, start, end):
        kilogram = self.env.ref("uom.product_uom_kgm").id
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT balance.*, production.name,
                    ARRAY(SELECT DISTINCT share.partner_id
                          FROM factory_production_share share
                          WHERE share.production_id = production.id) AS sharers
                FROM (%s) balance
                JOIN mrp_production production ON production.id = balance.id
                WHERE balance.company_id = ANY(%s)
                  AND balance.date_finished >= %s AND balance.date_finished <= %s
                ORDER BY balance.date_finished, balance.id
                """,
                order_balance(kilogram),
                self.env.companies.ids,
                start,
                end,
            )
        )
        people = {person for row in rows for person in row["sharers"]}
        people |= {row["owner_id"] for row in rows if row["owner_id"]}
        partners = self.env["res.partner"].browse(people)
        names = dict(zip(partners.ids, partners.mapped("display_name"), strict=True))
        weights = ("input_kg", "additive_kg", "output_kg", "byproduct_kg", "loss_kg")
        weights += ("kind_kg",)
        return [
            {
                "kind": "order",
                "production_id": row["id"],
                "name": row["name"],
                "owner_id": row["owner_id"] or False,
                "owner": names[row["owner_id"]]
                if row["owner_id"]
                else ", ".join(names[person] for person in row["sharers"]),
                **{name: float(row[name] or 0.0) for name in weights},
                "difference": float(row["difference"] or 0.0) + 0.0,
            }
            for row in rows
        ]


class FactoryOrderBalance(models.Model):
    _name = "factory.order.balance"
    _description = "Mass Balance per Order"
    _auto = False
    _order = "date_finished desc, id desc"
    _rec_name = "production_id"
    _depends = {
        "mrp.production": [
            "actual_yield",
            "additive_kg",
            "byproduct_kg",
            "date_finished",
            "expected_yield",
            "input_kg",
            "is_over_input",
            "kind_kg",
            "loss_kg",
            "loss_reason",
            "output_kg",
            "partner_id",
            "production_mode",
            "state",
            "yield_tolerance",
        ],
        "stock.move": ["production_id", "raw_material_production_id", "state"],
        "stock.move.line": ["quantity", "quantity_product_uom"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    production_id = fields.Many2one("mrp.production", string="Order", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    production_mode = fields.Selection(
        [("toll", "Toll (maklon)"), ("pooled", "Pooled")], readonly=True
    )
    date_finished = fields.Datetime("Closed", readonly=True)
    input_kg = fields.Float("Material in (kg)", digits=(16, 3), readonly=True)
    additive_kg = fields.Float("Additives (kg)", digits=(16, 3), readonly=True)
    output_kg = fields.Float("Product out (kg)", digits=(16, 3), readonly=True)
    byproduct_kg = fields.Float("By-products out (kg)", digits=(16, 3), readonly=True)
    loss_kg = fields.Float("Loss (kg)", digits=(16, 3), readonly=True)
    kind_kg = fields.Float("Paid in kind (kg)", digits=(16, 3), readonly=True)
    expected_yield = fields.Float(
        "Expected yield (%)", digits=(6, 3), readonly=True, aggregator="avg"
    )
    yield_tolerance = fields.Float(
        "Tolerance (points)", digits=(6, 3), readonly=True, aggregator="avg"
    )
    actual_yield = fields.Float(
        "Yield (%)", digits=(9, 3), readonly=True, aggregator="avg"
    )
    is_off_yield = fields.Boolean(
        "Yield missed",
        compute="_compute_is_off_yield",
        search="_search_is_off_yield",
        help="The yield missed the expected one by more than the tolerance, or more "
        "came out than went in.",
    )
    is_over_input = fields.Boolean("More out than in", readonly=True)
    loss_reason = fields.Char(readonly=True)
    difference = fields.Float(
        digits=(16, 3),
        readonly=True,
        help="What the moves weigh, less the loss that was recorded: zero when the "
        "order closes.",
    )

    @property
    def _table_query(self):
        return order_balance(self.env.ref("uom.product_uom_kgm").id)

    @api.depends("actual_yield", "expected_yield", "is_over_input", "yield_tolerance")
    def _compute_is_off_yield(self):
        for order in self:
            missed = abs(order.actual_yield - order.expected_yield)
            order.is_off_yield = order.is_over_input or bool(
                order.expected_yield and missed > order.yield_tolerance + 1e-9
            )

    def _search_is_off_yield(self, operator, value):
        if operator != "in":
            return NotImplemented
        # The value of a Boolean comes as a set: {True}, {False} or both.
        self.env["mrp.production"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM mrp_production WHERE state = 'done'"
                " AND (is_over_input OR expected_yield > 0"
                " AND abs(actual_yield - expected_yield) > yield_tolerance + 1e-9)"
            )
        )
        found = [row[0] for row in rows]
        wanted = set(value)
        if wanted == {True, False}:
            return []
        return [("id", "in" if True in wanted else "not in", found)]

    def action_view_order(self):
        """Open the order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mrp.production",
            "res_id": self.production_id.id,
            "view_mode": "form",
        }
