# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.qr_code import qr_data_uri

from .stock_move import HOUSE_USAGES


class StockLot(models.Model):
    _inherit = "stock.lot"

    def action_print_certificate(self):
        """Return the certificate of analysis (PDF) of lots that passed.

        :raise UserError: with the lots that have not passed
        """
        lots = self._get_certified_lots()
        report = self.env.ref("factory_toll.action_report_quality_certificate")
        return report.report_action(lots, config=False)

    def _get_certified_lots(self):
        """Return the lots to certify; of owners' parts, their batch, once."""
        lots = self.batch_lot_id | self.filtered(lambda lot: not lot.batch_lot_id)
        wrong = lots.filtered(lambda lot: lot.quality_state != "passed")
        if wrong:
            raise UserError(
                self.env._(
                    "No certificate for lot %(lots)s: only a lot that passed its test "
                    "has one.",
                    lots=", ".join(wrong.mapped("name")),
                )
            )
        return lots

    def _get_certificate_values(self):
        """Return what the certificate of this lot or batch says.

        :return: dict of inspection, parts (recordset of the owners' parts), quantities
            ({lot id: quantity that came into the house}), made (datetime), qr (data
            URI), tester (name), tested_on (datetime), has_nd (whether a result is ND)
        """
        self.ensure_one()
        # A portal or stock user who may print need not read all of the test.
        lot = self.sudo()
        inspection = lot._get_last_inspection()
        parts = lot.part_lot_ids
        lines = self.env["stock.move.line"].sudo()
        came_in = lines._read_group(
            [
                ("lot_id", "in", (lot | parts).ids),
                ("state", "=", "done"),
                ("location_id.usage", "not in", HOUSE_USAGES),
                ("location_dest_id.usage", "in", HOUSE_USAGES),
            ],
            ["lot_id"],
            ["quantity_product_uom:sum", "date:min"],
        )
        quantities = {found.id: quantity for found, quantity, _date in came_in}
        dates = [date for _lot, _quantity, date in came_in if date]
        return {
            "inspection": inspection,
            "parts": parts,
            "quantities": quantities,
            "total": sum(quantities.values()),
            "made": min(dates) if dates else lot.create_date,
            "tested_on": inspection.date_done,
            "has_nd": any(
                line._get_reading().not_detected
                for line in inspection.inspection_lines
                if line.question_type == "quantitative" and line.is_answered
            ),
            "tester": inspection.laboratory or inspection.concluded_by_id.name,
            "qr": qr_data_uri(lot.name),
        }
