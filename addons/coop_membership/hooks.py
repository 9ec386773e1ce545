# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command

IMPLIED = [
    ("umkm_base.umkm_base_group_accountant", "account.group_account_user"),
    (
        "umkm_base.umkm_base_group_accountant",
        "coop_membership.coop_membership_group_approver",
    ),
    ("umkm_base.umkm_base_group_auditor", "account.group_account_readonly"),
]


def uninstall_hook(env):
    """Leave the books to the companies and take our roles' rights on them back."""
    env["res.company"]._coop_release_books("coop_membership")
    for role, right in IMPLIED:
        env.ref(role).implied_ids = [Command.unlink(env.ref(right).id)]
