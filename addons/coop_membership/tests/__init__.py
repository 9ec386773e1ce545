from . import (
    test_bank,
    test_batch,
    test_cash_day,
    test_closing,
    test_interest,
    test_ledger,
    test_member,
    test_race,
    test_receipt,
    test_saving,
    test_security,
    test_setup,
)
