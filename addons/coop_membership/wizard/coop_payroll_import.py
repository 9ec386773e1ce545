# SPDX-License-Identifier: AGPL-3.0-or-later
import base64
import csv
import io
import re
import zipfile

import openpyxl

from odoo import fields, models
from odoo.exceptions import UserError

#: headings that are known, in lower case
NUMBER = ("number", "nomor", "no anggota", "nomor anggota", "member_number")
SAVING = ("saving", "type", "simpanan", "jenis")
AMOUNT = ("collected", "amount", "terpotong", "dipotong", "jumlah")
#: 1.250.000,50 and 1,250,000.50 and 1250000.50: pattern, thousands, decimals
AMOUNTS = (
    (re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?"), ".", ","),
    (re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?"), ",", "."),
    (re.compile(r"\d+(,\d{1,2})?"), ".", ","),
    (re.compile(r"\d+(\.\d{1,2})?"), ",", "."),
)


class CoopPayrollImport(models.TransientModel):
    """Read the list that an employer or buyer sends back."""

    _name = "coop.payroll.import"
    _description = "Read a Payroll List"

    batch_id = fields.Many2one("coop.saving.batch", required=True)
    data = fields.Binary(string="File", required=True, help="XLSX or CSV (UTF-8).")
    filename = fields.Char()

    def action_import(self):
        """Fill the batch with what was collected; rows without amount are left out.

        :raise UserError: names every row that is wrong; nothing is prepared then
        """
        self.ensure_one()
        content = base64.b64decode(self.data)
        # a spreadsheet of this kind is a zip file whatever its name is
        if content[:2] == b"PK":
            table = self._read_xlsx(content)
        else:
            table = self._read_csv(content)
        self.batch_id.action_prepare(self._get_rows(table))
        return {"type": "ir.actions.act_window_close"}

    def _read_xlsx(self, content):
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise UserError(
                self.env._(
                    "%(file)s is no spreadsheet that can be read. Save it as XLSX or"
                    " CSV.",
                    file=self.filename or self.env._("The file"),
                )
            ) from error
        return [list(row) for row in book.active.iter_rows(values_only=True)]

    def _read_csv(self, content):
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(
                self.env._("The file is not in UTF-8. Save it as XLSX, or CSV UTF-8.")
            ) from error
        first = text.partition("\n")[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))

    def _get_rows(self, table):
        headings = [str(cell or "").strip().lower() for cell in (table or [[]])[0]]
        columns = []
        for known in (NUMBER, SAVING, AMOUNT):
            found = [n for n, heading in enumerate(headings) if heading in known]
            if not found:
                raise UserError(
                    self.env._(
                        "The first row needs a column named one of: %(names)s.",
                        names=", ".join(known),
                    )
                )
            columns.append(found[0])
        # the position in the file is the row's number in every message
        rows = []
        for cells in table[1:]:
            cells = [*cells, *[None] * len(headings)]
            number, saving, amount = (cells[column] for column in columns)
            if amount in (None, "", 0, "0"):
                continue
            rows.append(
                {
                    "number": self._as_text(number),
                    "type": self._as_text(saving),
                    "amount": self._as_amount(amount),
                }
            )
        return rows

    def _as_text(self, value):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return str(value or "").strip()

    def _as_amount(self, value):
        """Return a number where the cell is one; the batch names what is none.

        Texts are read as Indonesians write them: 1.250.000,50.
        """
        if isinstance(value, int | float):
            return value
        text = str(value).replace("Rp", "").replace(" ", "")
        for pattern, thousands, decimal in AMOUNTS:
            if pattern.fullmatch(text):
                return float(text.replace(thousands, "").replace(decimal, "."))
        return text
