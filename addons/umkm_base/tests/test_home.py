# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import new_test_user

from .common import UmkmCase

ROLE = "umkm_base.umkm_base_group_"


@tagged("post_install", "-at_install")
class TestHomeAction(UmkmCase):
    """Which page a role opens with; other addons' choice is put aside."""

    def setUp(self):
        super().setUp()
        self.env["res.groups"].search([("home_action_id", "!=", False)]).write(
            {"home_action_id": False}
        )
        self.regions = self.env.ref("umkm_base.umkm_region_action")
        self.licences = self.env.ref("umkm_base.umkm_licence_action")

    def choose(self, role, action):
        self.env.ref(ROLE + role).home_action_id = action

    def home(self, user):
        return user.all_group_ids.with_user(user)._get_home_action()

    def test_person_without_a_role_keeps_odoos_way(self):
        self.choose("teller", self.regions)
        clerk = new_test_user(self.env, "home-clerk", groups="base.group_user")
        self.assertFalse(self.home(clerk))

    def test_role_has_its_page(self):
        self.choose("teller", self.regions)
        self.assertEqual(self.home(self.user("teller")), self.regions)

    def test_role_goes_before_the_one_that_it_includes(self):
        self.choose("teller", self.regions)
        self.choose("accountant", self.licences)
        self.assertEqual(self.home(self.user("accountant")), self.licences)
        self.choose("accountant", False)
        self.assertEqual(self.home(self.user("accountant")), self.regions)

    def test_of_two_roles_the_first_on_the_user_form_counts(self):
        self.choose("operator", self.licences)
        self.choose("teller", self.regions)
        both = self.user("operator")
        self.assertEqual(self.home(both), self.licences)
        both.group_ids = [Command.link(self.env.ref(ROLE + "teller").id)]
        self.assertEqual(self.home(both), self.regions)


@tagged("post_install", "-at_install")
class TestHomeSession(HttpCase):
    """What the web client is told at the login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regions = cls.env.ref("umkm_base.umkm_region_action")
        cls.env.ref(ROLE + "teller").home_action_id = cls.regions
        cls.teller = new_test_user(cls.env, "home-teller", groups=ROLE + "teller")

    def told(self):
        self.authenticate("home-teller", "home-teller")
        answer = self.make_jsonrpc_request("/web/session/get_session_info", {})
        return answer["home_action_id"]

    def test_role_page_is_told(self):
        self.assertEqual(self.told(), self.regions.id)
        self.assertFalse(self.teller.action_id)

    def test_chosen_page_is_kept(self):
        chosen = self.env.ref("umkm_base.umkm_licence_action")
        self.teller.action_id = chosen.id
        self.assertEqual(self.told(), chosen.id)

    def test_administrator_keeps_odoos_way(self):
        self.teller.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        self.assertFalse(self.told())
