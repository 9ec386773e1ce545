# SPDX-License-Identifier: AGPL-3.0-or-later
from . import (
    test_balance,
    test_guard_edits,
    test_guard_orders,
    test_guard_transfers,
    test_intake,
    test_intake_bill,
    test_intake_scale,
    test_pooled,
    test_property,
    test_scan,
    test_security,
    test_toll_order,
    test_valuation,
    test_value_added,
)
