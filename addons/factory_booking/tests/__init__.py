from . import (
    test_booking,
    test_booking_access,
    test_booking_actions,
    test_breakdown,
    test_holidays,
    test_slots,
    test_workorder,
)
