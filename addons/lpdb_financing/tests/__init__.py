from . import (
    test_closing,
    test_draw,
    test_facility,
    test_ledger,
    test_month_end,
    test_opening,
    test_payment,
    test_prepayment,
    test_report,
    test_restructuring,
    test_schedule,
    test_security,
)
