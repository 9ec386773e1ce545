# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

ACCOUNTS = [
    (
        "income_member",
        "41500010",
        "Services to members (gross participation)",
        "Pelayanan kepada anggota (partisipasi bruto)",
        "factory_income_member_account_id",
    ),
    (
        "income_nonmember",
        "41500020",
        "Services to non-members",
        "Pelayanan kepada non-anggota",
        "factory_income_nonmember_account_id",
    ),
]
SERVICES = [
    ("time", "Machine time", "Waktu pakai mesin"),
    ("setup", "Set-up and cleaning", "Penyiapan dan pembersihan"),
    ("service", "Processing service", "Jasa pengolahan"),
    ("consumable", "Consumables used", "Bahan penolong terpakai"),
    ("cancellation", "Late cancellation", "Pembatalan terlambat"),
    ("no_show", "No-show", "Tidak hadir"),
    ("drying", "Drying", "Jasa pengeringan"),
    ("grinding", "Grinding", "Jasa penggilingan"),
    ("packing", "Packing", "Jasa pengemasan"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    factory_income_member_account_id = fields.Many2one(
        "account.account",
        string="Income from services to members",
        check_company=True,
        help="Partisipasi bruto anggota: charges of members.",
    )
    factory_income_nonmember_account_id = fields.Many2one(
        "account.account",
        string="Income from services to non-members",
        check_company=True,
        help="Pendapatan dari non-anggota: charges of everybody else.",
    )
    factory_charge_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of service invoices",
        check_company=True,
        domain=[("type", "=", "sale")],
    )
    factory_kind_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of payments in kind",
        check_company=True,
        domain=[("type", "=", "general")],
        help="Where goods with which owners pay settle their invoices; empty: the"
        " first miscellaneous journal.",
    )
    intake_netting_dues = fields.Selection(
        [
            ("last", "After the invoices"),
            ("first", "Before the invoices"),
            ("oldest", "With the invoices, the oldest first"),
            ("never", "Never"),
        ],
        string="Savings owed and bills of material",
        default="last",
        required=True,
        help="When savings in arrears are taken off the bill of a member who agreed to "
        "it. Without his consent they never are.",
    )

    def action_setup_cooperative(self):
        """Add income accounts, the journal and the service products of a factory.

        Tariffs are left to the members' meeting.

        :return: one line of text for each thing done or found already done
        :rtype: list(str)
        """
        lines = super().action_setup_cooperative()
        # the right to set the company up was checked by the cooperative's part
        company = self.sudo().with_company(self)
        return lines + company._setup_factory()

    def _setup_factory(self):
        lines = []
        for key, code, name, name_id, field in ACCOUNTS:
            account = self._coop_ensure_account(
                f"factory_sharing.{key}", code, name, name_id, "income"
            )
            if not self[field]:
                self[field] = account
            lines.append(f"{self[field].code} {self[field].name}")
        if not self.factory_charge_journal_id:
            self.factory_charge_journal_id = self._coop_ensure_journal(
                "factory_sharing.charge_journal",
                "JASA",
                "Service invoices",
                "Faktur jasa",
                "sale",
                hashed=True,
                default_account_id=self.factory_income_member_account_id.id,
            )
        lines.append(self.factory_charge_journal_id.display_name)
        if not self.factory_kind_journal_id:
            self.factory_kind_journal_id = self._coop_ensure_journal(
                "factory_sharing.kind_journal",
                "NATRA",
                "Payments in kind",
                "Pembayaran natura",
                "general",
                hashed=True,
            )
        lines.append(self.factory_kind_journal_id.display_name)
        self._coop_ensure_sequence(
            "factory_sharing.charge_sequence",
            "Charges",
            code="factory.charge",
            prefix="CHG/%(range_year)s/",
            padding=5,
            use_date_range=True,
        )
        lines += [self._setup_service(*service).display_name for service in SERVICES]
        return lines

    def _setup_service(self, key, name, name_id):
        """Return the company's product of a service, creating it once."""
        return self._coop_ensure(
            "product.product",
            f"factory_sharing.product_{key}",
            {
                "name": name,
                "type": "service",
                "company_id": self.id,
                "sale_ok": True,
                "purchase_ok": False,
                "list_price": 0.0,
                "taxes_id": [Command.set(self.account_sale_tax_id.ids)],
                "property_account_income_id": (
                    self.factory_income_nonmember_account_id.id
                ),
            },
            {"name": name_id},
        )

    def check_ties(self, date=None):
        """Compare savings, charges and invoices with the ledger at the end of a day.

        :param str date: ISO date, the local date when empty
        :return: one ``{check, name, account_code, sub_ledger, ledger, difference}``
            per tie; ``check`` is savings (per control account, only for whoever may
            see the savings of all members), charges_invoiced, charges_members,
            charges_nonmembers (income by invoice lines) or receivable (invoices less
            payments)
        :rtype: list(dict)
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(
                self.env._(
                    "The books of %(company)s are for its staff.", company=self.name
                )
            )
        self.env["factory.charge"].check_access("read")
        day = fields.Date.to_date(date) or self._local_date()
        self.env.flush_all()
        rows = self._tie_savings(day)
        return [*rows, *self._tie_charges(day), self._tie_receivable(day)]

    def _tie_savings(self, day):
        """Compare savings with the ledger, for whoever may see the savings."""
        if not self.env["coop.saving.entry"].has_access("read"):
            return []
        return [
            {
                "check": "savings",
                "name": row["account_name"],
                "account_code": row["account_code"],
                "sub_ledger": row["sub_ledger"],
                "ledger": row["ledger"],
                "difference": row["difference"],
            }
            for row in self.action_check_ledger(fields.Date.to_string(day), self.id)
        ]

    def _tie_charges(self, day):
        """Compare invoiced charges with the lines of their invoices, by account."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT charge.is_member_business, SUM(charge.amount)
                  FROM factory_charge charge
                  JOIN account_move move ON move.id = charge.move_id
                 WHERE charge.company_id = %s AND charge.state = 'invoiced'
                   AND move.state = 'posted' AND move.date <= %s
              GROUP BY charge.is_member_business
                """,
                self.id,
                day,
            )
        )
        charged = {is_member: float(amount) for is_member, amount in rows}
        booked = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT account_id, -SUM(balance)
                      FROM account_move_line
                     WHERE company_id = %s AND charge_id IS NOT NULL
                       AND parent_state = 'posted' AND date <= %s
                  GROUP BY account_id
                    """,
                    self.id,
                    day,
                )
            )
        )
        member = self.sudo().factory_income_member_account_id
        other = self.sudo().factory_income_nonmember_account_id
        return [
            self._prepare_tie(
                "charges_invoiced",
                self.env._("Charges and the lines of their invoices"),
                sum(charged.values()),
                sum(booked.values()),
            ),
            self._prepare_tie(
                "charges_members",
                self.env._("Charges of members and income from members"),
                charged.get(True, 0.0),
                booked.get(member.id, 0.0),
                member,
            ),
            self._prepare_tie(
                "charges_nonmembers",
                self.env._("Charges of non-members and income from them"),
                charged.get(False, 0.0),
                booked.get(other.id, 0.0),
                other,
            ),
        ]

    def _tie_receivable(self, day):
        """Compare charges with tax less payments with the open receivables."""
        # sums of the ledger for whoever may see the charges
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.id),
                    ("charge_ids", "!=", False),
                    ("state", "=", "posted"),
                    ("date", "<=", fields.Date.to_string(day)),
                ]
            )
        )
        tax = sum(moves.mapped("amount_tax_signed"))
        charged = sum(
            moves.charge_ids.filtered(lambda c: c.state == "invoiced").mapped("amount")
        )
        paid = sum(
            amount for date, amount in moves._get_charge_payments() if date <= day
        )
        booked = sum(moves._get_charge_receivable_lines().mapped("balance")) - paid
        return self._prepare_tie(
            "receivable",
            self.env._("Charges with tax, less payments, and open receivables"),
            charged + tax - paid,
            booked,
        )

    def _prepare_tie(self, check, name, sub_ledger, ledger, account=None):
        rounding = self.currency_id.round
        return {
            "check": check,
            "name": name,
            "account_code": (account and account.with_company(self).code) or "",
            "sub_ledger": rounding(float(sub_ledger)),
            "ledger": rounding(float(ledger)),
            "difference": rounding(float(sub_ledger) - float(ledger)),
        }
