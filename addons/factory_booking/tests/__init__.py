from . import (
    test_booking,
    test_booking_access,
    test_booking_actions,
    test_breakdown,
    test_holidays,
    test_late_cancel,
    test_qualification,
    test_quota,
    test_reminders,
    test_slots,
    test_slots_calendars,
    test_workorder,
)
