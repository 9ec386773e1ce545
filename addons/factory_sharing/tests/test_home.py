# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import TransactionCase, new_test_user, tagged

PAGES = {
    "umkm_base.umkm_base_group_teller": "coop_membership.coop_receipt_action",
    "umkm_base.umkm_base_group_accountant": "coop_membership.coop_closing_action",
    "umkm_base.umkm_base_group_auditor": "coop_membership.coop_closing_action",
    "umkm_base.umkm_base_group_operator": (
        "factory_booking.mrp_workcenter_booking_action"
    ),
    "umkm_base.umkm_base_group_factory_manager": (
        "factory_booking.factory_booking_action"
    ),
    "umkm_base.umkm_base_group_monitoring_officer": (
        "factory_sharing.factory_site_board_action"
    ),
    "grant_equipment.grant_equipment_group_officer": (
        "grant_equipment.grant_handover_action"
    ),
}


@tagged("post_install", "-at_install")
class TestHome(TransactionCase):
    def test_each_role_opens_with_a_page_that_it_may_read(self):
        menus = self.env["ir.ui.menu"]
        for number, (group, page) in enumerate(PAGES.items()):
            with self.subTest(group=group):
                user = new_test_user(self.env, f"home-{number}", groups=group)
                action = user.all_group_ids._get_home_action()
                self.assertEqual(action, self.env.ref(page))
                model = self.env[action.res_model].with_user(user)
                self.assertTrue(model.has_access("read"))
                # with a menu of the user's own, the bar above shows where he is
                value = f"ir.actions.act_window,{action.id}"
                entries = menus.search([("action", "=", value)])
                visible = menus.with_user(user)._visible_menu_ids()
                self.assertTrue(visible & set(entries.ids))
