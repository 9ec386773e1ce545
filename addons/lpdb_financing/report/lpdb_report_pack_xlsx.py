# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime, time

from odoo import models

WIDTHS = {"text": 26, "date": 12, "amount": 18, "number": 8, "ratio": 12}


class LpdbReportPackXlsx(models.AbstractModel):
    """The report pack as a workbook: a sheet for each part, numbers as numbers."""

    _name = "report.lpdb_financing.report_pack_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Report Pack of a Loan (workbook)"

    def generate_xlsx_report(self, workbook, data, objs):
        """Write the packs that were asked for, usually one."""
        for order in objs:
            pack = order._get_pack()
            formats = self._formats(workbook)
            for number, part in enumerate(pack["parts"], start=1):
                # titles may be longer than Excel takes, or equal in two packs
                name = f"{number} {part['title']}"[:31]
                if len(objs) > 1:
                    name = f"{order.id}-{name}"[:31]
                self._write_part(workbook.add_worksheet(name), part, formats)

    def _formats(self, workbook):
        money = {"num_format": "#,##0.##"}
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 14}),
            "head": workbook.add_format({"bold": True, "bottom": 1}),
            "label": workbook.add_format({"bold": True}),
        }
        kinds = {
            "text": {"text_wrap": True, "valign": "top"},
            "date": {"num_format": "dd/mm/yyyy", "align": "left"},
            "amount": {"num_format": "#,##0"},
            "number": {},
            "ratio": money,
        }
        for kind, values in kinds.items():
            formats[kind] = workbook.add_format(values)
            formats[f"total_{kind}"] = workbook.add_format(
                {**values, "bold": True, "top": 1}
            )
        return formats

    def _write_part(self, sheet, part, formats):
        sheet.write_string(0, 0, part["title"], formats["title"])
        row = 2
        for fact in part["facts"]:
            sheet.write_string(row, 0, fact["label"], formats["label"])
            self._write_cell(sheet, row, 1, fact["type"], fact["value"], formats)
            row += 1
        for note in part["notes"]:
            sheet.write_string(row, 0, note)
            row += 1
        widths = {0: 34, 1: 26} if part["facts"] else {}
        for table in part["tables"]:
            row = self._write_table(sheet, row + 1, table, formats)
            for column, spec in enumerate(table["columns"]):
                width = WIDTHS[spec["type"]]
                widths[column] = max(widths.get(column, 0), width)
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)

    def _write_table(self, sheet, row, table, formats):
        """Write a table; return the first row below it."""
        if table["title"]:
            sheet.write_string(row, 0, table["title"], formats["label"])
            row += 1
        for column, spec in enumerate(table["columns"]):
            sheet.write_string(row, column, spec["label"], formats["head"])
        for values in table["rows"]:
            row += 1
            for column, spec in enumerate(table["columns"]):
                value = values[spec["key"]]
                self._write_cell(sheet, row, column, spec["type"], value, formats)
        if table["total"]:
            row += 1
            sheet.write_string(row, 0, table["total_label"], formats["total_text"])
            for column, spec in enumerate(table["columns"][1:], start=1):
                value = table["total"].get(spec["key"])
                kind = spec["type"]
                self._write_cell(sheet, row, column, kind, value, formats, "total_")
        return row + 1

    def _write_cell(self, sheet, row, column, kind, value, formats, style=""):
        cell = formats[style + kind]
        if value is None:
            sheet.write_blank(row, column, None, cell)
        elif kind == "date":
            moment = datetime.combine(value, time())
            sheet.write_datetime(row, column, moment, cell)
        elif kind == "text":
            # never a formula, whatever somebody typed
            sheet.write_string(row, column, str(value), cell)
        else:
            sheet.write_number(row, column, value, cell)
