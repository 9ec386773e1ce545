# SPDX-License-Identifier: AGPL-3.0-or-later
"""The statements of the mass balance: of lots, of places, of orders.

Two independent tests. Per lot and owner, the done moves must explain the stock that
the quants hold. Per order, material and additives must equal product, by-products and
the loss that was frozen when the order closed.
"""

from odoo.tools import SQL

# Signed quantity of a done line in each column; an unbuild takes back. What an owner
# paid in kind is his output that left him at once: it stands in two columns.
LINES = """
    SELECT line.id, line.company_id, line.product_id, line.lot_id,
           COALESCE(line.owner_id, line.kind_owner_id) AS owner_id,
           line.kind_owner_id IS NOT NULL AS is_kind,
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
      AND (line.owner_id IS NOT NULL OR line.kind_owner_id IS NOT NULL)
"""
FLOWS = f"""
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
        CASE WHEN is_kind AND source_usage = 'production' THEN qty
             WHEN is_kind AND target_usage = 'production' THEN -qty
             ELSE 0 END AS in_kind,
        CASE WHEN from_house AND target_usage NOT IN ('production', 'inventory')
             THEN qty ELSE 0 END AS returned,
        CASE WHEN from_house AND target_usage = 'inventory' THEN qty
             WHEN to_house AND source_usage = 'inventory' THEN -qty ELSE 0
        END AS lost
    FROM ({LINES}) line
    WHERE from_house != to_house
"""
COLUMNS = ("received", "consumed", "produced", "in_kind", "returned", "lost")
# Weight of a done line in kg: by its unit, or by the product's own weight.
ORDER_WEIGHTS = """
    SELECT COALESCE(move.raw_material_production_id, move.production_id) AS order_id,
        SUM(
            CASE WHEN move.raw_material_production_id IS NULL THEN -1 ELSE 1 END
            * CASE WHEN split_part(unit.parent_path, '/', 1)
                      = split_part(kilogram.parent_path, '/', 1)
                   THEN line.quantity * unit.factor / kilogram.factor
                   ELSE line.quantity_product_uom * COALESCE(product.weight, 0) END
        ) AS rest_kg
    FROM stock_move move
    JOIN stock_move_line line ON line.move_id = move.id
    JOIN uom_uom unit ON unit.id = line.product_uom_id
    JOIN product_product product ON product.id = line.product_id
    CROSS JOIN (SELECT parent_path, factor FROM uom_uom WHERE id = %s) kilogram
    WHERE move.state = 'done' AND move.scrap_id IS NULL
      AND COALESCE(move.raw_material_production_id, move.production_id) IS NOT NULL
    GROUP BY 1
"""
ORDERS = f"""
    SELECT production.id, production.id AS production_id, production.company_id,
        production.partner_id AS owner_id, production.product_id,
        production.production_mode, production.date_finished,
        production.expected_yield, production.yield_tolerance,
        production.actual_yield, production.loss_reason, production.is_over_input,
        production.input_kg, production.additive_kg, production.output_kg,
        production.byproduct_kg, production.loss_kg, production.kind_kg,
        ROUND(COALESCE(weight.rest_kg, 0)::numeric - production.loss_kg::numeric, 3)
            AS difference
    FROM mrp_production production
    LEFT JOIN ({ORDER_WEIGHTS}) weight ON weight.order_id = production.id
    WHERE production.state = 'done' AND production.production_mode != 'own'
"""
# What moves brought to each place of the house, and what stands there.
PLACES = """
    WITH moved AS (
        SELECT place.id AS location_id, SUM(place.qty) AS qty FROM (
            SELECT line.location_dest_id AS id, line.quantity_product_uom AS qty
            FROM stock_move_line line WHERE line.state = 'done' AND %(where)s
            UNION ALL
            SELECT line.location_id, -line.quantity_product_uom
            FROM stock_move_line line WHERE line.state = 'done' AND %(where)s
        ) place GROUP BY place.id
    ),
    held AS (
        SELECT line.location_id, SUM(line.quantity) AS qty
        FROM stock_quant line WHERE %(where)s GROUP BY line.location_id
    )
    SELECT location.id AS location_id, location.complete_name AS name,
        COALESCE(moved.qty, 0)::float AS moved, COALESCE(held.qty, 0)::float AS held,
        ROUND((COALESCE(moved.qty, 0) - COALESCE(held.qty, 0))::numeric, 3)::float
            AS difference
    FROM moved FULL JOIN held ON held.location_id = moved.location_id
    JOIN stock_location location
      ON location.id = COALESCE(moved.location_id, held.location_id)
    WHERE location.usage IN ('internal', 'transit')
    ORDER BY location.complete_name
"""


def lot_balance(start=None, end=None, companies=None):
    """Return the statement of the balance of every owner's lot.

    :param start: first moment (UTC) of the period; None: from the beginning
    :param end: last moment; None: until now
    :param companies: ids to look at; None: all
    """
    start = start or "-infinity"
    end = end or "infinity"
    sums = SQL(", ").join(
        SQL(
            "COALESCE(SUM(%s) FILTER (WHERE date >= %s AND date <= %s), 0) AS %s",
            SQL.identifier("flow", column),
            start,
            end,
            SQL.identifier(column),
        )
        for column in COLUMNS
    )
    of_company = (
        SQL("TRUE") if companies is None else SQL("company_id = ANY(%s)", companies)
    )
    return SQL(
        """
        WITH flow AS (%(flows)s),
        moved AS (
            SELECT company_id, owner_id, product_id, lot_id, MIN(id) AS id, %(sums)s,
                COALESCE(SUM(%(net)s) FILTER (WHERE date < %(start)s), 0) AS opening,
                COALESCE(SUM(%(net)s) FILTER (WHERE date > %(end)s), 0) AS later
            FROM flow WHERE %(of_company)s
            GROUP BY company_id, owner_id, product_id, lot_id
        ),
        held AS (
            SELECT quant.company_id, quant.owner_id, quant.product_id, quant.lot_id,
                MIN(quant.id) AS id, SUM(quant.quantity) AS stock
            FROM stock_quant quant
            JOIN stock_location location ON location.id = quant.location_id
            WHERE quant.owner_id IS NOT NULL
              AND location.usage IN ('internal', 'transit')
            GROUP BY quant.company_id, quant.owner_id, quant.product_id, quant.lot_id
        ),
        balance AS (
            SELECT COALESCE(moved.id * 2, held.id * 2 + 1) AS id,
                COALESCE(moved.company_id, held.company_id) AS company_id,
                COALESCE(moved.owner_id, held.owner_id) AS owner_id,
                COALESCE(moved.product_id, held.product_id) AS product_id,
                COALESCE(moved.lot_id, held.lot_id) AS lot_id,
                COALESCE(opening, 0) AS opening, COALESCE(received, 0) AS received,
                COALESCE(consumed, 0) AS consumed, COALESCE(produced, 0) AS produced,
                COALESCE(in_kind, 0) AS in_kind,
                COALESCE(returned, 0) AS returned, COALESCE(lost, 0) AS lost,
                COALESCE(stock, 0) - COALESCE(later, 0) AS stock
            FROM moved FULL JOIN held
              ON held.company_id = moved.company_id
             AND held.owner_id = moved.owner_id
             AND held.product_id = moved.product_id
             AND COALESCE(held.lot_id, 0) = COALESCE(moved.lot_id, 0)
        )
        SELECT *, ROUND((opening + received + produced - in_kind - consumed - returned
            - lost - stock)::numeric, 3) AS difference
        FROM balance WHERE %(of_company)s
        """,
        flows=SQL(FLOWS),
        sums=sums,
        net=SQL("received + produced - in_kind - consumed - returned - lost"),
        start=start,
        end=end,
        of_company=of_company,
    )


def order_balance(kilogram_id):
    """Return the statement of the balance of every closed order.

    :param int kilogram_id: the unit in which it is weighed
    """
    return SQL(ORDERS, kilogram_id)
