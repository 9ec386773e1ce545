# SPDX-License-Identifier: AGPL-3.0-or-later
"""The accounts and journals of a cooperative, in English and Indonesian.

Names follow the chart of PSAK 27 and UU 25/1992 art. 41 (own capital), as cooperatives
use them; codes are in the manner of the Indonesian chart (``l10n_id``), where they are
free: 31100010 to 31100040 are its share capital.
"""

from __future__ import annotations

from typing import NamedTuple


class Account(NamedTuple):
    """One account that the set-up creates when the company has none of its key."""

    key: str
    code: str
    name_en: str
    name_id: str
    account_type: str
    reconcile: bool = False


_EQUITY = "equity"
_DEBT = "liability_current"
_ASSET = "asset_current"

ACCOUNTS = (
    # members' savings: one control account for each type
    Account("principal", "31110010", "Principal Savings", "Simpanan Pokok", _EQUITY),
    Account("mandatory", "31110020", "Mandatory Savings", "Simpanan Wajib", _EQUITY),
    Account("voluntary", "21310010", "Voluntary Savings", "Simpanan Sukarela", _DEBT),
    Account("term", "21310020", "Term Savings", "Simpanan Berjangka", _DEBT),
    # own capital beside the savings
    Account(
        "participation", "31110030", "Equity Participation", "Modal Penyertaan", _EQUITY
    ),
    Account("donated", "31110040", "Donated Capital", "Modal Sumbangan", _EQUITY),
    Account("reserve", "31120010", "General Reserve", "Cadangan Umum", _EQUITY),
    Account("risk_reserve", "31120020", "Risk Reserve", "Cadangan Risiko", _EQUITY),
    Account(
        "shu_member",
        "31130010",
        "Undistributed SHU from Members",
        "SHU Belum Dibagi dari Anggota",
        _EQUITY,
    ),
    Account(
        "shu_nonmember",
        "31130020",
        "Undistributed SHU from Non-Members",
        "SHU Belum Dibagi dari Non-Anggota",
        _EQUITY,
    ),
    Account(
        "opening",
        "39110010",
        "Opening Balances (Migration)",
        "Peralihan Saldo Awal",
        _EQUITY,
    ),
    # debts of the cooperative
    Account(
        "fund_member", "21320010", "SHU Payable to Members", "SHU Bagian Anggota", _DEBT
    ),
    Account("fund_board", "21320020", "Board's Fund", "Dana Pengurus", _DEBT),
    Account("fund_staff", "21320030", "Employees' Fund", "Dana Karyawan", _DEBT),
    Account("fund_education", "21320040", "Education Fund", "Dana Pendidikan", _DEBT),
    Account("fund_social", "21320050", "Social Fund", "Dana Sosial", _DEBT),
    Account(
        "fund_region",
        "21320060",
        "Regional Development Fund",
        "Dana Pembangunan Daerah Kerja",
        _DEBT,
    ),
    Account(
        "refund",
        "21330010",
        "Savings Due to Former Members",
        "Simpanan Mantan Anggota yang Harus Dikembalikan",
        _DEBT,
    ),
    Account(
        "savings_tax",
        "21210051",
        "Tax Payable on Savings Interest",
        "Utang PPh Final Bunga Simpanan",
        _DEBT,
    ),
    Account(
        "interest_payable",
        "25110120",
        "Accrued Interest on Savings",
        "Bunga Simpanan yang Masih Harus Dibayar",
        _DEBT,
    ),
    # money
    Account(
        "counter_cash", "11110020", "Cash at the Counter", "Kas Loket", "asset_cash"
    ),
    Account(
        "outstanding",
        "11130010",
        "Money in Transit",
        "Dana dalam Perjalanan",
        _ASSET,
        reconcile=True,
    ),
    Account(
        "bank_suspense",
        "11130020",
        "Unidentified Bank Movements",
        "Mutasi Bank Belum Dikenal",
        _ASSET,
    ),
    # income and expense
    Account(
        "entrance_fee", "81100060", "Entrance Fees", "Uang Pangkal", "income_other"
    ),
    Account(
        "saving_fee",
        "81100070",
        "Fees on Savings",
        "Administrasi Simpanan",
        "income_other",
    ),
    Account(
        "savings_interest",
        "91100040",
        "Interest on Members' Savings",
        "Beban Bunga Simpanan Anggota",
        "expense",
    ),
    Account(
        "coop_expense",
        "66120010",
        "Cooperative Expenses",
        "Beban Perkoperasian",
        "expense",
    ),
    Account(
        "cash_difference", "99900010", "Cash Differences", "Selisih Kas", "expense"
    ),
)
