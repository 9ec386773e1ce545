# SPDX-License-Identifier: AGPL-3.0-or-later
import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.rounding import round_to_unit
from ..tools.terbilang import amount_in_words
from .umkm_region import TIME_ZONES


class ResCompany(models.Model):
    _inherit = "res.company"

    region_id = fields.Many2one(
        "umkm.region",
        help="Seat of the cooperative or office, as a region code.",
    )
    time_zone = fields.Selection(
        TIME_ZONES,
        compute="_compute_time_zone",
        store=True,
        readonly=False,
        help="Dates of the company's documents are local dates in this zone.",
    )
    amount_unit = fields.Float(
        default=1.0,
        digits=(16, 2),
        help="Smallest amount that we compute, in the company's currency: 1 is Rp1."
        " Every split, interest, charge and instalment is rounded to it.",
    )
    coop_registry_number = fields.Char(
        string="Cooperative registry number (NIK koperasi)",
        help="Nomor Induk Koperasi given by the ministry's Online Data System.",
    )
    legal_entity_number = fields.Char(
        help="Number of the decree that made it a legal entity (badan hukum)."
    )
    legal_entity_date = fields.Date(help="Date of that decree.")
    coop_level = fields.Selection(
        [("primary", "Primary"), ("secondary", "Secondary")],
        string="Cooperative level",
        help="Primary: members are persons; secondary: members are cooperatives"
        " (UU 25/1992 article 15).",
    )
    coop_type = fields.Selection(
        [
            ("producer", "Producers"),
            ("consumer", "Consumers"),
            ("marketing", "Marketing"),
            ("services", "Services"),
            ("savings_loan", "Savings and loan"),
        ],
        string="Cooperative type",
        help="Type by line of business (UU 25/1992 article 16).",
    )

    _amount_unit_positive = models.Constraint(
        "CHECK(amount_unit > 0)", "The smallest amount has to be above zero."
    )

    @api.depends("region_id")
    def _compute_time_zone(self):
        for company in self:
            company.time_zone = (
                company.region_id.time_zone or company.time_zone or "Asia/Jakarta"
            )

    # -------------------------------------------------------------------------
    # SET-UP
    # -------------------------------------------------------------------------

    def action_setup_cooperative(self):
        """Prepare the company for work; idempotent, callable over RPC.

        Each addon extends it with its own accounts, journals, sequences and types.

        :return: one line of text for each thing done or found already done
        :rtype: list(str)
        """
        self.ensure_one()
        self._check_setup_right()
        if self.uses_default_logo and self.logo:
            # papers would show Odoo's “Your logo”; the caller may set the company up
            self.sudo().logo = False
        lines = [self._setup_rupiah_rounding()]
        if self.currency_id.name != "IDR":
            lines.append(
                self.env._(
                    "The company's currency is %(currency)s, not rupiah.",
                    currency=self.currency_id.name,
                )
            )
        if not self.region_id:
            lines.append(
                self.env._(
                    "No region is set: dates are taken in %(zone)s until the company"
                    " has one.",
                    zone=self.time_zone,
                )
            )
        return lines

    def _check_setup_right(self):
        """Refuse set-up to whom the company's books are not entrusted."""
        user = self.env.user
        if self.env.su or user._is_system():
            return
        group = "umkm_base.umkm_base_group_accountant"
        if self not in user.company_ids or not user.has_group(group):
            raise AccessError(
                self.env._(
                    "Only an accountant of %(company)s or an administrator may set it"
                    " up.",
                    company=self.sudo().name,
                )
            )

    @api.model
    def _setup_rupiah_rounding(self):
        """Round the rupiah to Rp1, which is possible before the first entry only.

        :return: what was done or why it could not be
        :rtype: str
        """
        # Currencies are the administrator's; set-up may touch this one.
        rupiah = self.env.ref("base.IDR").sudo()
        if not rupiah.active:
            rupiah.active = True
        if rupiah.rounding == 1.0:
            return self.env._("The rupiah is rounded to Rp1.")
        if self._has_rupiah_entries(rupiah):
            return self.env._(
                "The rupiah stays rounded to Rp%(rounding)s: there are journal entries"
                " in it already. Amounts that we compute are rounded to the company's"
                " smallest amount all the same.",
                rounding=f"{rupiah.rounding:g}",
            )
        rupiah.rounding = 1.0
        return self.env._("The rupiah is now rounded to Rp1.")

    @api.model
    def _has_rupiah_entries(self, rupiah):
        """Tell whether a ledger holds entries in rupiah; without a ledger none can."""
        if "account.move.line" not in self.env:
            return False
        lines = self.env["account.move.line"].sudo()
        of_rupiah = [
            "|",
            ("currency_id", "=", rupiah.id),
            ("company_currency_id", "=", rupiah.id),
        ]
        return bool(lines.search_count(of_rupiah, limit=1))

    # -------------------------------------------------------------------------
    # HELPERS FOR ALL ADDONS
    # -------------------------------------------------------------------------

    def _round_amount(self, amount):
        """Round money half up to the company's amount unit.

        :param amount: float, Decimal, int or text
        :rtype: float
        """
        self.ensure_one()
        return float(round_to_unit(amount, self.amount_unit or 1.0))

    def _local_date(self, utc_datetime=None):
        """Return the company's calendar day at a moment.

        :param utc_datetime: naive UTC datetime as the ORM keeps it, now when empty
        :rtype: datetime.date
        """
        self.ensure_one()
        moment = fields.Datetime.to_datetime(utc_datetime) or fields.Datetime.now()
        zone = pytz.timezone(self.time_zone or "Asia/Jakarta")
        return pytz.utc.localize(moment).astimezone(zone).date()

    def _read_day(self, value):
        """Return the day that a caller names, the company's calendar day when empty.

        :param value: ISO text or date
        :rtype: datetime.date
        :raise UserError: when it is no date
        """
        self.ensure_one()
        try:
            return fields.Date.to_date(value or False) or self._local_date()
        except (ValueError, TypeError):
            raise UserError(
                self.env._(
                    "“%(value)s” is no date. Write it as year-month-day, such as"
                    " 2026-01-31.",
                    value=value,
                )
            ) from None

    def _next_document_number(self, code, date=None):
        """Draw the next number of the company's sequence with a code.

        A sequence such as ``%(roman_month)s`` in the suffix ``/BAST/KOP/...`` gives
        ``012/BAST/KOP/IV/2026``.

        :param str code: code of the ``ir.sequence``
        :param date: date on the document, the company's today when empty
        :rtype: str
        """
        self.ensure_one()
        day = fields.Date.to_date(date) or self._local_date()
        sequences = self.env["ir.sequence"].with_company(self)
        number = sequences.with_context(ir_sequence_date=day).next_by_code(code, day)
        if not number:
            raise UserError(
                self.env._(
                    "%(company)s has no number sequence %(code)s. Run the set-up of the"
                    " cooperative, or create the sequence.",
                    company=self.name,
                    code=code,
                )
            )
        return number

    def _amount_in_words(self, amount):
        """Return an amount in Indonesian words, rounded to the company's unit.

        :rtype: str
        """
        self.ensure_one()
        return amount_in_words(round_to_unit(amount, self.amount_unit or 1.0))
