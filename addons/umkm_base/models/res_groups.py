# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class ResGroups(models.Model):
    _inherit = "res.groups"

    home_action_id = fields.Many2one(
        "ir.actions.act_window",
        string="First page",
        ondelete="set null",
        help="What people of this role see after the login, unless they chose a home"
        " action of their own. Empty: the first menu, which is mostly Discuss.",
    )

    def _get_home_action(self):
        """Return the first page of somebody in these groups, empty when none has one.

        A role goes before those that it includes; of several roles, the one that the
        user form shows first.

        :rtype: ir.actions.act_window
        """
        # whoever logs in may not read groups, nor the actions behind them
        groups = self.sudo().filtered("home_action_id")
        own = groups.filtered(
            lambda group: (
                not any(group in other.all_implied_ids for other in groups - group)
            )
        )
        return own.sorted(
            lambda group: (group.privilege_id.sequence, group.sequence, group.id)
        )[:1].home_action_id
