# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the sack to the package and back: which lot became which.

Every order ties each lot that went in to each lot that came out, for in a batch nobody
can tell them apart; an unbuild does so the other way round. Core's traceability stops
at the batch of a pooled order, whose stock stands under the lots of its owners.
"""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# One row for each document and lot: what went in and what came out of it.
PARTS = """
    SELECT 'mrp.production' AS model,
        COALESCE(move.raw_material_production_id, move.production_id) AS document_id,
        move.raw_material_production_id IS NOT NULL AS is_input,
        line.lot_id, SUM(line.quantity_product_uom) AS quantity, MAX(line.date) AS date
    FROM stock_move_line line JOIN stock_move move ON move.id = line.move_id
    WHERE line.state = 'done' AND line.lot_id IS NOT NULL AND move.scrap_id IS NULL
      AND line.company_id = ANY(%(companies)s) AND %(where)s
      AND move.unbuild_id IS NULL
      AND COALESCE(move.raw_material_production_id, move.production_id) IS NOT NULL
    GROUP BY 1, 2, 3, 4
    UNION ALL
    -- core marks what an unbuild takes and what it gives alike
    SELECT 'mrp.unbuild', move.unbuild_id, target.usage = 'production', line.lot_id,
        SUM(line.quantity_product_uom), MAX(line.date)
    FROM stock_move_line line
    JOIN stock_move move ON move.id = line.move_id
    JOIN stock_location target ON target.id = line.location_dest_id
    WHERE line.state = 'done' AND line.lot_id IS NOT NULL AND %(where)s
      AND line.company_id = ANY(%(companies)s) AND move.unbuild_id IS NOT NULL
    GROUP BY 1, 2, 3, 4
"""
ENDS = """
    SELECT line.lot_id, picking.id AS document_id, picking.name AS document,
        COALESCE(picking.partner_id, move.partner_id) AS partner_id,
        target.usage, line.date, line.quantity_product_uom AS quantity,
        package.name AS package, move.scrap_id
    FROM stock_move_line line
    JOIN stock_move move ON move.id = line.move_id
    JOIN stock_location source ON source.id = line.location_id
    JOIN stock_location target ON target.id = line.location_dest_id
    LEFT JOIN stock_picking picking ON picking.id = move.picking_id
    LEFT JOIN stock_package package ON package.id = line.result_package_id
    WHERE line.state = 'done' AND line.lot_id = ANY(%s)
      AND line.company_id = ANY(%s)
      AND source.usage IN ('internal', 'transit')
      AND target.usage IN ('customer', 'supplier', 'inventory')
    ORDER BY line.date, line.id
"""
DEEPEST = 100


class StockLot(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    def get_genealogy(self, direction="both"):
        """Return where a lot comes from and what became of it.

        :param str direction: sources, uses or both
        :return: {"lot_id", "lot", "sources": rows, "uses": rows}; a row has ``kind``,
            ``level`` (0 is the lot itself), ``lot_id``, ``lot``, ``product``,
            ``owner``, ``quantity``, ``unit``, ``date``, ``model``, ``document_id``,
            ``document``, ``partner``, ``package``. Kind "lot": a lot that went in or
            came out, by the order or unbuild named. "intake": the ticket it was
            weighed in with. "delivery", "return", "scrap": where it left the house.
            "stock": what of it is on hand. An order stands as often as it has lots; a
            lot that was reached before is named again, its own lots are not
        """
        self.ensure_one()
        if direction not in ("sources", "uses", "both"):
            raise UserError(
                self.env._(
                    "'%s' is no direction; it is sources, uses or both.", direction
                )
            )
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The genealogy is for the house's own staff."))
        self.check_access("read")
        self.env.flush_all()
        result = {"lot_id": self.id, "lot": self.name, "sources": [], "uses": []}
        if direction != "uses":
            result["sources"] = self._get_genealogy_rows(backward=True)
        if direction != "sources":
            result["uses"] = self._get_genealogy_rows(backward=False)
        return result

    # ---- walking ------------------------------------------------------------------

    def _get_genealogy_rows(self, backward):
        """Walk through the orders, each lot once, and list what was met depth first."""
        children = {}
        # A batch has no stock: its owners' parts have.
        starts = self | self.part_lot_ids
        seen = set(starts.ids)
        frontier = set(seen)
        for _level in range(DEEPEST):
            if not frontier:
                break
            links = self._get_links(frontier, backward)
            frontier = set()
            for parent, link in links:
                children.setdefault(parent, []).append(link)
                if link["lot_id"] not in seen:
                    seen.add(link["lot_id"])
                    frontier.add(link["lot_id"])
        lots = self.sudo().browse(seen)
        ends = lots._get_intake_ends() if backward else lots._get_use_ends()
        rows, told = [], set()
        for start in starts:
            start_row = {"kind": "lot", "level": 0, **start._prepare_genealogy_row()}
            self._list_genealogy(start_row, children, ends, rows, told)
        return rows

    def _list_genealogy(self, row, children, ends, rows, told):
        """Add a row and all below it."""
        rows.append(row)
        lot_id = row["lot_id"]
        if lot_id in told:
            return
        told.add(lot_id)
        below = row["level"] + 1
        empty = self._prepare_genealogy_row()
        rows += [{**empty, **end, "level": below} for end in ends.get(lot_id, [])]
        for link in children.get(lot_id, []):
            lot = self.sudo().browse(link["lot_id"])
            child = {**lot._prepare_genealogy_row(), **link, "level": below}
            self._list_genealogy({"kind": "lot", **child}, children, ends, rows, told)

    def _prepare_genealogy_row(self):
        lot = self.sudo()
        return {
            "lot_id": lot.id,
            "lot": lot.name or "",
            "product": lot.product_id.display_name or "",
            "owner": lot.owner_id.display_name or "",
            "unit": lot.product_uom_id.name or "",
            **dict.fromkeys(("model", "document", "partner", "package"), ""),
            "document_id": 0,
            "quantity": 0.0,
            "date": "",
        }

    @api.model
    def _get_links(self, lot_ids, backward):
        """Return (lot, {other lot, its quantity and the document}) of some lots.

        :param bool backward: from what came out to what went in
        """
        own = self._get_parts(SQL("line.lot_id = ANY(%s)", list(lot_ids)))
        own = [part for part in own if part["is_input"] is not backward]
        found = {"mrp.production": set(), "mrp.unbuild": set()}
        for part in own:
            found[part["model"]].add(part["document_id"])
        others = self._get_parts(
            SQL(
                "(COALESCE(move.raw_material_production_id, move.production_id)"
                " = ANY(%s) OR move.unbuild_id = ANY(%s))",
                list(found["mrp.production"]),
                list(found["mrp.unbuild"]),
            )
        )
        by_document = {}
        for part in others:
            if part["is_input"] is backward:
                key = part["model"], part["document_id"]
                by_document.setdefault(key, []).append(part)
        names = {
            model: dict(
                zip(ids, self.env[model].sudo().browse(ids).mapped("name"), strict=True)
            )
            for model, ids in found.items()
        }
        links = []
        for part in sorted(own, key=lambda one: (one["date"], one["document_id"])):
            model, document_id = key = part["model"], part["document_id"]
            for other in by_document.get(key, []):
                link = {
                    "lot_id": other["lot_id"],
                    "quantity": round(float(other["quantity"]), 3),
                    "date": other["date"].isoformat(sep=" ", timespec="seconds"),
                    "model": model,
                    "document_id": document_id,
                    "document": names[model][document_id],
                }
                links.append((part["lot_id"], link))
        return links

    @api.model
    def _get_parts(self, where):
        return self.env.execute_query_dict(
            SQL(PARTS, where=where, companies=self.env.companies.ids)
        )

    # ---- ends ---------------------------------------------------------------------

    def _get_intake_ends(self):
        """Return {lot id: rows} of the tickets the lots were weighed in with."""
        ends = {}
        for lot in self.filtered("intake_id"):
            intake = lot.intake_id
            ends[lot.id] = [
                {
                    "kind": "intake",
                    "lot_id": lot.id,
                    "lot": lot.name,
                    "product": lot.product_id.display_name,
                    "owner": lot.owner_id.display_name or "",
                    "model": "factory.intake",
                    "document_id": intake.id,
                    "document": intake.name,
                    "partner": intake.partner_id.display_name,
                    "quantity": lot.intake_line_id._get_product_qty(),
                    "unit": lot.product_uom_id.name,
                    "date": f"{intake.date}",
                }
            ]
        return ends

    def _get_use_ends(self):
        """Return {lot id: rows} of what left the house and what is on hand."""
        ends = {}
        rows = self.env.execute_query_dict(SQL(ENDS, self.ids, self.env.companies.ids))
        partners = self.env["res.partner"].sudo()
        kinds = {"customer": "delivery", "supplier": "return", "inventory": "scrap"}
        for row in rows:
            lot = self.browse(row["lot_id"])
            partner = partners.browse(row["partner_id"] or [])
            ends.setdefault(lot.id, []).append(
                {
                    **lot._prepare_genealogy_row(),
                    "kind": kinds[row["usage"]],
                    "model": "stock.picking" if row["document_id"] else "",
                    "document_id": row["document_id"] or 0,
                    "document": row["document"] or "",
                    "partner": partner.display_name or "",
                    "package": row["package"] or "",
                    "quantity": round(float(row["quantity"]), 3),
                    "date": row["date"].isoformat(sep=" ", timespec="seconds"),
                }
            )
        for lot in self:
            stock = lot.product_id.uom_id.round(lot.product_qty)
            if stock:
                ends.setdefault(lot.id, []).append(
                    {**lot._prepare_genealogy_row(), "kind": "stock", "quantity": stock}
                )
        return ends

    def action_view_genealogy(self):
        """Open the genealogy of the lot."""
        self.ensure_one()
        return self.env["factory.genealogy"]._open(self)
