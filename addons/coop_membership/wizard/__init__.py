from . import (
    account_merge_wizard,
    account_statement_import,
    coop_ledger_check,
    coop_passbook_print,
    coop_payroll_import,
    coop_reversal,
)
