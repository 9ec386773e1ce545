# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register of members (buku daftar anggota), on paper and as a workbook.

UU 25/1992 art. 17(2) asks for the book and does not list its columns; these are those
of the ministry's books of administration. Whoever left stays in it with day and reason.
"""

from odoo import api, models
from odoo.fields import Domain

COLUMNS = (
    "number",
    "name",
    "nik",
    "birthdate",
    "gender",
    "address",
    "class",
    "group",
    "date_joined",
    "date_exited",
    "reason",
)


class CoopMember(models.Model):
    _inherit = "coop.member"

    @api.model
    def _get_register(self, members=None):
        """Return the entered members in the order of the book, those who left too.

        :param members: only these; all that the user may see when empty
        """
        entered = Domain("date_joined", "!=", False)
        entered &= Domain("state", "not in", ("applied", "approved", "refused"))
        if members:
            entered &= Domain("id", "in", members.ids)
        else:
            entered &= Domain("company_id", "=", self.env.company.id)
        return self.search(entered, order="number, id")

    def _get_register_labels(self):
        labels = (
            self.env._("Number"),
            self.env._("Name"),
            self.env._("NIK"),
            self.env._("Date of birth"),
            self.env._("Sex"),
            self.env._("Address"),
            self.env._("Class"),
            self.env._("Group"),
            self.env._("Joined"),
            self.env._("Left"),
            self.env._("Reason"),
        )
        return dict(zip(COLUMNS, labels, strict=True))

    def _get_register_rows(self):
        """Return one ``{column: value}`` for each member, in the order of the book."""
        genders = {"male": self.env._("M"), "female": self.env._("F"), False: ""}
        kinds = dict(self._fields["exit_kind"]._description_selection(self.env))
        self.partner_id.fetch(["name", "nik", "birthdate", "gender"])
        rows = []
        for member in self:
            person = member.partner_id
            reason = [kinds.get(member.exit_kind, ""), member.exit_reason or ""]
            left = member.state == "exited"
            rows.append(
                {
                    "number": member.number,
                    "name": person.name,
                    "nik": person.nik or "",
                    "birthdate": person.birthdate,
                    "gender": genders[person.gender],
                    "address": person.contact_address_inline or "",
                    "class": member.class_id.name,
                    "group": member.group_id.name or "",
                    "date_joined": member.date_joined,
                    "date_exited": member.date_exited,
                    "reason": ", ".join(filter(None, reason)) if left else "",
                }
            )
        return rows

    @api.model
    def action_print_register(self):
        """Print the whole register of the current company, whoever left included."""
        report = self.env.ref("coop_membership.coop_member_report_register")
        return report.report_action(None, data={"whole": True})

    @api.model
    def action_export_register(self):
        """Download the whole register of the current company as a workbook."""
        report = self.env.ref("coop_membership.coop_member_report_register_xlsx")
        return report.report_action(None, data={"whole": True})


class ReportRegister(models.AbstractModel):
    _name = "report.coop_membership.report_register"
    _description = "Register of Members"

    @api.model
    def _get_report_values(self, docids, data=None):
        members = self.env["coop.member"]
        members = members._get_register(members.browse(docids or []))
        company = members.company_id[:1] or self.env.company
        return {
            "doc_ids": members.ids,
            "doc_model": "coop.member",
            "docs": members,
            "company": company,
            "labels": members._get_register_labels(),
            "rows": members._get_register_rows(),
            "figures": members.get_member_figures(company_id=company.id),
        }


class ReportRegisterXlsx(models.AbstractModel):
    _name = "report.coop_membership.register_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Register of Members (workbook)"

    def generate_xlsx_report(self, workbook, data, objs):
        """Write the register: one row for each member, figures below."""
        members = self.env["coop.member"]._get_register(objs)
        company = members.company_id[:1] or self.env.company
        sheet = workbook.add_worksheet(self.env._("Register of members")[:31])
        bold = workbook.add_format({"bold": True})
        days = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write(0, 0, self.env._("Register of members"), bold)
        sheet.write(0, 3, company.name, bold)
        labels = members._get_register_labels()
        sheet.write_row(2, 0, [self.env._("No."), *labels.values()], bold)
        row = 2
        for row, values in enumerate(members._get_register_rows(), start=3):
            sheet.write_number(row, 0, row - 2)
            for column, key in enumerate(COLUMNS, start=1):
                value = values[key]
                if key in ("birthdate", "date_joined", "date_exited"):
                    if value:
                        sheet.write_datetime(row, column, value, days)
                else:
                    # numbers and NIK keep their zeros and all digits
                    sheet.write_string(row, column, value or "")
        figures = members.get_member_figures(company_id=company.id)
        below = [(label, figures[key]) for label, key in self._get_figure_labels()]
        below += [(group["name"], group["members"]) for group in figures["groups"]]
        for offset, (label, value) in enumerate(below, start=2):
            sheet.write(row + offset, 2, label, bold)
            sheet.write(row + offset, 3, value)
        sheet.freeze_panes(3, 3)
        sheet.set_column(1, len(COLUMNS), 16)

    def _get_figure_labels(self):
        return (
            (self.env._("As of"), "date"),
            (self.env._("Members"), "total"),
            (self.env._("Men"), "male"),
            (self.env._("Women"), "female"),
            (self.env._("Sex not recorded"), "unknown"),
            (self.env._("Joined this year"), "joined"),
            (self.env._("Left this year"), "left"),
            (self.env._("Warning"), "warning"),
            (self.env._("Groups"), "group_warning"),
        )
