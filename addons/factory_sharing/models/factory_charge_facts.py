# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a charge takes from its use, and how it begins."""

# what a charge takes over from its use, so that a correction of the use leaves it be
FACTS = (
    *("partner_id", "site_id", "workcenter_id", "product_id", "charge_type", "date"),
    "kind_product_id",
)
# how every charge begins, whatever defaults a client asks for
INITIAL = {
    "state": "draft",
    "name": False,
    "member_id": False,
    "move_id": False,
    "waiver_reason": False,
    "waived_by_id": False,
    "dispute_state": False,
    "dispute_reason": False,
    "dispute_answer": False,
    "reversal_of_id": False,
    "reversed_by_id": False,
}
