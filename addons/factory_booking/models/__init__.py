from . import (
    factory_booking,
    factory_booking_actions,
    factory_booking_plan,
    factory_booking_slots,
    mrp_workcenter,
    mrp_workcenter_slots,
    mrp_workorder,
    res_company,
    res_partner,
    resource_calendar_leaves,
)
