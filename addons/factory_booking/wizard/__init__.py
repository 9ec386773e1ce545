from . import factory_booking_cancel, factory_booking_move, factory_breakdown_report
