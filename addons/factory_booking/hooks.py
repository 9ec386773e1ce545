# SPDX-License-Identifier: AGPL-3.0-or-later
from .models.factory_booking_plan import SYSTEM
from .models.mrp_workorder import FACTS_KEY, OPEN_STATES


def post_init_hook(env):
    """Book for the work orders that were planned before the addon came.

    Core plans several at once on one centre; the later of two is recorded as started
    outside the plan, so that the constraint holds and the list shows what to replan.
    """
    planned = env["mrp.workorder"].search(
        [("leave_id", "!=", False), ("state", "in", OPEN_STATES)],
        order="date_start, id",
    )
    planned.with_context(**{FACTS_KEY: SYSTEM})._attach_bookings()


def uninstall_hook(env):
    """Leave no calendar entries behind that only bookings had."""
    bookings = env["factory.booking"].search([("workorder_id", "=", False)])
    bookings.leave_id.unlink()
