# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dues collected by an employer or buyer: the list sent out, and what comes back."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CoopSavingBatch(models.Model):
    _inherit = "coop.saving.batch"

    employer_id = fields.Many2one(
        "res.partner",
        string="Collected by",
        check_company=True,
        index="btree_not_null",
        help="Employer or buyer who collects: the members of whom it says so. Empty for"
        " all members.",
    )

    def _collectable_sql(self):
        """Return SQL of ``(member_id, type_id, due_id, rest)``: open until the date."""
        self.ensure_one()
        employer = SQL("TRUE")
        if self.employer_id:
            employer = SQL("m.employer_id = %s", self.employer_id.id)
        return SQL(
            """
            SELECT d.member_id, d.type_id, d.id AS due_id, d.amount - d.paid AS rest
              FROM coop_saving_due d
              JOIN coop_member m ON m.id = d.member_id
             WHERE d.company_id = %s AND d.state = 'open' AND d.period <= %s
               AND m.state IN ('approved', 'active', 'suspended') AND %s
            """,
            self.company_id.id,
            self.date,
            employer,
        )

    def get_payroll_list(self):
        """Return what is to be collected and what was, a row for a member and saving.

        :return: list of ``{number, name, type, type_name, owed, collected, short,
            member_id}``; owed is what was open before the batch
        """
        self.ensure_one()
        self.check_access("read")
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH owed AS (
                    SELECT member_id, type_id, SUM(rest) AS rest
                      FROM (%(open)s) AS dues GROUP BY member_id, type_id),
                got AS (
                    SELECT member_id, type_id, SUM(amount) AS amount,
                           SUM(amount) FILTER (WHERE state = 'posted') AS posted
                      FROM coop_saving_entry
                     WHERE batch_id = %(batch)s AND reversed_entry_id IS NULL
                  GROUP BY member_id, type_id)
                SELECT m.id, m.number, p.name, t.id,
                       COALESCE(o.rest, 0) + COALESCE(g.posted, 0),
                       COALESCE(g.amount, 0)
                  FROM owed o
             FULL JOIN got g USING (member_id, type_id)
                  JOIN coop_member m ON m.id = member_id
                  JOIN res_partner p ON p.id = m.partner_id
                  JOIN coop_saving_type t ON t.id = type_id
              ORDER BY m.number, t.sequence, t.id
                """,
                open=self._collectable_sql(),
                batch=self.id,
            )
        )
        types = self.env["coop.saving.type"]
        return [
            {
                "member_id": member_id,
                "number": number,
                "name": name,
                "type": types.browse(type_id).code,
                "type_name": types.browse(type_id).name,
                "owed": float(owed),
                "collected": float(collected),
                "short": float(owed) - float(collected),
            }
            for member_id, number, name, type_id, owed, collected in rows
        ]

    def action_short_payments(self):
        """Open the dues that the list did not collect, or not in full."""
        self.ensure_one()
        short = [row for row in self.get_payroll_list() if row["short"] > 0]
        if not short:
            raise UserError(
                self.env._(
                    "%(name)s collects all that is owed until its date.", name=self.name
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coop_membership.coop_saving_due_action"
        )
        action["domain"] = [
            ("member_id", "in", [row["member_id"] for row in short]),
            ("state", "=", "open"),
            ("period", "<=", self.date),
        ]
        action["context"] = {"search_default_by_member": 1}
        return action


class ReportPayroll(models.AbstractModel):
    _name = "report.coop_membership.report_payroll"
    _inherit = "report.report_xlsx.abstract"
    _description = "Payroll List of Dues"

    def generate_xlsx_report(self, workbook, data, objs):
        """Write one sheet a batch; the same columns are read back by the import."""
        money = workbook.add_format({"num_format": "#,##0"})
        bold = workbook.add_format({"bold": True})
        for batch in objs:
            sheet = workbook.add_worksheet(str(batch.id))
            columns = (
                ("number", self.env._("Number")),
                ("name", self.env._("Name")),
                ("type", self.env._("Saving")),
                ("owed", self.env._("Owed")),
                ("collected", self.env._("Collected")),
                ("short", self.env._("Short")),
            )
            for column, (_key, title) in enumerate(columns):
                sheet.write(0, column, title, bold)
            rows = batch.get_payroll_list()
            for number, row in enumerate(rows, start=1):
                for column, (key, _title) in enumerate(columns):
                    sheet.write(number, column, row[key], money if column > 2 else None)
            sheet.set_column(0, 0, 12)
            sheet.set_column(1, 1, 32)
            sheet.set_column(2, 5, 14)
