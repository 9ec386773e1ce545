from . import (
    test_closing,
    test_draw,
    test_facility,
    test_ledger,
    test_month_end,
    test_payment,
    test_report,
    test_schedule,
    test_security,
)
