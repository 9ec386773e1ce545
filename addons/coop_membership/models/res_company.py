# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.chart import ACCOUNTS

#: code, English name, Indonesian name, values; amounts are decided by the meeting
SAVING_TYPES = [
    (
        "principal",
        "SP",
        "Principal savings",
        "Simpanan pokok",
        {"kind": "principal", "capital_weight": 1.0, "sequence": 10},
    ),
    (
        "mandatory",
        "SW",
        "Mandatory savings",
        "Simpanan wajib",
        {
            "kind": "mandatory",
            "capital_weight": 1.0,
            "interval_months": 1,
            "sequence": 20,
        },
    ),
    (
        "voluntary",
        "SS",
        "Voluntary savings",
        "Simpanan sukarela",
        {
            "kind": "voluntary",
            "withdrawable": True,
            "interest_basis": "daily",
            "sequence": 30,
        },
    ),
]
MEMBER_CLASSES = [
    ("class_ordinary", "AB", "Ordinary member", "Anggota", "ordinary", True),
    (
        "class_extraordinary",
        "ALB",
        "Extraordinary member",
        "Anggota luar biasa",
        "extraordinary",
        False,
    ),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    is_taxable_enterprise = fields.Boolean(
        string="Taxable enterprise (PKP)",
        help="Pengusaha kena pajak: charges VAT on what it sells. When not, the set-up"
        " of the cooperative empties the chart's default taxes, which would add 12 %"
        " to every invoice.",
    )
    cash_day_required = fields.Boolean(
        string="Cash only on an open cash day",
        help="Entries of a cash journal are posted only while the journal has an open"
        " cash day of that date.",
    )

    def action_setup_cooperative(self):
        """Prepare the company as a cooperative; see ``umkm_base``.

        Loads the Indonesian chart when the company has none and it is installed, then
        creates what is missing of accounts, journals, sequences, member classes and
        saving types. What exists stays as it is.
        """
        self.ensure_one()
        self._coop_check_setup_right()
        report = super().action_setup_cooperative()
        # the right to set this company up was checked above
        company = self.sudo().with_company(self)
        report += company._coop_setup_chart()
        report += company._coop_setup_accounts()
        report += company._coop_setup_journals()
        report += company._coop_setup_sequences()
        report += company._coop_setup_members()
        report += company._coop_setup_calendar()
        return report

    @api.model
    def _coop_complete_set_up(self):
        """Give companies that are set up the accounts and journals added since."""
        for company in self.search([]):  # pylint: disable=no-search-all
            if company._coop_journal("savings"):
                company = company.with_company(company)
                company._coop_setup_accounts()
                company._coop_setup_journals()

    def _coop_setup_calendar(self):
        """Enter this year's taxes, reports and meetings into the calendar."""
        year = self._local_date().year
        count = self.env["coop.duty"]._create_for(self, year)
        return [
            self.env._(
                "Calendar of %(year)s: %(count)s new days", year=year, count=count
            )
        ]

    def _coop_check_setup_right(self):
        group = "umkm_base.umkm_base_group_accountant"
        allowed = self.env.su or (
            self in self.env.user.company_ids
            and (self.env.user._is_system() or self.env.user.has_group(group))
        )
        if not allowed:
            raise AccessError(
                self.env._(
                    "Only the accountant of %(company)s or an administrator sets it up"
                    " as a cooperative.",
                    company=self.display_name,
                )
            )

    def _coop_report(self, text, created):
        """Return a line of the set-up's report."""
        done = self.env._("created") if created else self.env._("was there already")
        return f"{text}: {done}"

    def _coop_setup_chart(self):
        installed = self.env["ir.module.module"].search_count(
            [("name", "=", "l10n_id"), ("state", "=", "installed")]
        )
        # loading a chart deletes accounts that are unused so far: only into nothing
        has_accounts = self.env["account.account"].search_count(
            [("company_ids", "in", self.ids)], limit=1
        )
        missing = not self.chart_template and not has_accounts and bool(installed)
        if missing:
            self.env["account.chart.template"].try_loading(
                "id", self, install_demo=False
            )
        report = [self._coop_report(self.env._("Chart of accounts"), missing)]
        if not self.is_taxable_enterprise:
            taxed = self.account_sale_tax_id or self.account_purchase_tax_id
            self.write({"account_sale_tax_id": False, "account_purchase_tax_id": False})
            if taxed:
                report.append(self.env._("Default taxes: emptied, not a PKP"))
        return report

    def _coop_setup_accounts(self):
        """Create those of the cooperative's accounts that are missing, no others."""
        report = []
        for wanted in ACCOUNTS:
            created = not self._coop_account(wanted.key)
            account = self._coop_ensure_account(*wanted)
            text = f"{account.with_company(self).code} {account.name}"
            report.append(self._coop_report(text, created))
        return report

    def _coop_setup_journals(self):
        created = not self._coop_journal("savings")
        savings = self._coop_ensure_journal(
            "savings", "SIMP", "Savings", "Simpanan", "general"
        )
        counter = self._coop_ensure_journal(
            "counter",
            "LOKET",
            "Counter",
            "Loket",
            "cash",
            default_account_id=self._coop_account("counter_cash").id,
        )
        bank = self._coop_bank_journal()
        outstanding = self._coop_account("outstanding")
        methods = (
            bank.inbound_payment_method_line_ids | bank.outbound_payment_method_line_ids
        )
        methods.filtered(lambda line: not line.payment_account_id).write(
            {"payment_account_id": outstanding.id}
        )
        migration = self._coop_ensure_journal(
            "migration", "SALDO", "Opening Balances", "Saldo Awal", "general"
        )
        (counter | bank)._coop_complete_money_accounts()
        return [
            self._coop_report(journal.name, created)
            for journal in (savings, counter, bank, migration)
        ]

    def _coop_bank_journal(self):
        """Return the first bank journal of the company, creating one when missing."""
        return self.env["account.journal"].search(
            [("company_id", "=", self.id), ("type", "=", "bank")], limit=1
        ) or self._coop_ensure_journal(
            "bank", "BANK", "Bank", "Bank", "bank", hashed=False
        )

    def _coop_setup_sequences(self):
        created = not self._coop_record("ir.sequence", "member")
        self._coop_ensure_sequence(
            "member", self.env._("Member numbers"), prefix="A", padding=5
        )
        for key, mark, name in (
            ("receipt", "KWT", self.env._("Receipts")),
            ("payment", "BKK", self.env._("Cash vouchers")),
        ):
            self._coop_ensure_sequence(
                key,
                name,
                suffix=f"/{mark}/%(roman_month)s/%(year)s",
                padding=4,
                use_date_range=True,
            )
        return [self._coop_report(self.env._("Number sequences"), created)]

    def _coop_setup_members(self):
        report = []
        for key, code, name_en, name_id, kind, has_vote in MEMBER_CLASSES:
            created = not self._coop_record("coop.member.class", key)
            record = self._coop_ensure(
                "coop.member.class",
                key,
                {
                    "name": name_en,
                    "code": code,
                    "kind": kind,
                    "has_vote": has_vote,
                    "company_id": self.id,
                },
                {"name": name_id},
            )
            report.append(self._coop_report(record.name, created))
        for key, code, name_en, name_id, values in SAVING_TYPES:
            created = not self._coop_record("coop.saving.type", f"type_{key}")
            record = self._coop_ensure(
                "coop.saving.type",
                f"type_{key}",
                {
                    "name": name_en,
                    "code": code,
                    "company_id": self.id,
                    "account_id": self._coop_account(key).id,
                    **values,
                },
                {"name": name_id},
            )
            report.append(self._coop_report(record.name, created))
        return report

    # Numbers

    def _coop_next_number(self, key, day):
        """Draw the next number of a sequence for a day.

        :param str key: as given to ``_coop_ensure_sequence``
        :param date day: day of the document
        """
        sequence = self._coop_ensure_numbering(key)
        return sequence.with_context(ir_sequence_date=str(day)).next_by_id(
            sequence_date=day
        )

    def _coop_ensure_numbering(self, key):
        """Return the sequence of a key, setting the numbering up when missing."""
        sequence = self._coop_record("ir.sequence", key).sudo()
        if not sequence:
            self.sudo()._coop_setup_sequences()
            sequence = self._coop_record("ir.sequence", key).sudo()
        return sequence

    def _coop_draw_member_numbers(self, count):
        """Draw member numbers that no member of the company ever had.

        :param int count: how many
        :rtype: list(str)
        """
        self.ensure_one()
        sequence = self._coop_ensure_numbering("member")
        numbers = []
        while len(numbers) < count:
            drawn = self._coop_draw(sequence, count - len(numbers))
            # numbers of members whom the user may not see are taken as well
            taken = set(
                self.env["coop.member"]
                .sudo()
                .search([("company_id", "=", self.id), ("number", "in", drawn)])
                .mapped("number")
            )
            numbers += [number for number in drawn if number not in taken]
        return numbers

    def _coop_draw(self, sequence, count):
        """Draw many numbers of a sequence, with one query where the kind allows."""
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _n in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        return [sequence.get_next_char(row[0]) for row in rows]

    def _coop_spoken(self, records, partner=None):
        """Return records in the language in which people will read a stored text.

        It is the person's for whom it is written, else the user's, else that of the
        cooperative: crons and scripts have none.

        :param partner: ``res.partner`` whom the text is for
        """
        self.ensure_one()
        lang = partner.sudo().lang if partner else None
        lang = lang or records.env.lang or self.sudo().partner_id.lang
        return records.with_context(lang=lang)
