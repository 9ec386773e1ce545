# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.tools import SQL


class StockAverageCostReport(models.AbstractModel):
    _inherit = "stock.avco.report"

    def init(self):
        """Count only what is the cooperative's own of moves that carry owners' stock.

        Core takes the whole quantity beside the value of the own part, so that the
        average it explains is not the average it keeps (stock_account 19.0).
        """
        result = super().init()
        [[core]] = self.env.execute_query(
            SQL("SELECT pg_get_viewdef('stock_avco_report'::regclass)")
        )
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE VIEW stock_avco_report AS
                SELECT core.id, core.product_id, core.date, core.user_id,
                       core.company_id, core.reference, core.value,
                       CASE WHEN line.foreign_qty != 0
                            THEN sign(core.quantity) * line.own_qty
                            ELSE core.quantity END AS quantity,
                       core.res_model_name, core.description
                  FROM (%s) AS core
                  JOIN res_company company ON company.id = core.company_id
             LEFT JOIN LATERAL (
                       SELECT SUM(CASE WHEN is_own THEN quantity ELSE 0 END) AS own_qty,
                              SUM(CASE WHEN is_own THEN 0 ELSE quantity END)
                              AS foreign_qty
                         FROM (SELECT quantity_product_uom AS quantity,
                                      owner_id IS NULL OR owner_id = company.partner_id
                                      AS is_own
                                 FROM stock_move_line
                                WHERE move_id = core.id
                                  AND core.res_model_name = 'stock.move') AS lines
                       ) AS line ON TRUE
                """,
                SQL(core.strip().rstrip(";")),
            )
        )
        return result
