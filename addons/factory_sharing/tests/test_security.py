# SPDX-License-Identifier: AGPL-3.0-or-later
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestSecurity(SharingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_tariff({"price": 10_000})
        cls.orphan = cls._create_site("TANPA", ready=False, company=False)
        cls.charge = cls._charge(cls._create_usage(cls.siti.partner_id, 2))

    def _see(self, user, model):
        companies = user.company_ids.ids
        own = self.env[model].with_user(user)
        return own.with_context(allowed_company_ids=companies).search([])

    def test_operator_meters_and_sees_no_money(self):
        user = self._new_user("operator")
        usage = (
            self.env["factory.usage"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.budi.id,
                    "workcenter_id": self.oven.id,
                    "quantity": 1,
                    "date": "2026-03-02",
                }
            )
        )
        self.assertEqual(usage.site_id, self.site)
        self.assertIn(self.site, self._see(user, "factory.site"))
        for model in ("factory.charge", "factory.tariff", "factory.site.budget"):
            with self.assertRaises(AccessError):
                self._see(user, model)
        with self.assertRaises(AccessError):
            usage.action_price()
        with self.assertRaises(AccessError):
            self.env["factory.tariff"].with_user(user).quote({"unit": "hour"})
        with self.assertRaises(AccessError):
            self.site.with_user(user).read(["budget_total"])
        with self.assertRaises(AccessError):
            self.site.gate_ids[0].with_user(user).action_record("open", "")

    def test_operator_finishes_a_booking_that_meters_its_use(self):
        user = self._new_user("operator")
        booking = (
            self.env["factory.booking"]
            .with_user(user)
            .create(
                {
                    "workcenter_id": self.oven.id,
                    "partner_id": self.budi.id,
                    "date_start": "2026-03-01 22:00:00",
                    "date_end": "2026-03-01 23:00:00",
                }
            )
        )
        booking.action_confirm()
        booking.action_start("2026-03-01 22:00:00")
        booking.action_finish("2026-03-01 23:00:00")
        self.assertEqual(booking.usage_ids.quantity, 1.0)

    def test_monitoring_officer_sees_sites_and_never_money_of_members(self):
        user = self._new_user("monitoring_officer")
        sites = self._see(user, "factory.site")
        self.assertIn(self.site, sites)
        self.assertIn(self.orphan, sites)
        self.assertTrue(self._see(user, "factory.site.gate"))
        self.assertEqual(self.site.with_user(user).budget_total, 0)
        for model in ("factory.charge", "factory.usage", "factory.tariff"):
            with self.assertRaises(AccessError):
                self._see(user, model)
        with self.assertRaises(AccessError):
            self.site.with_user(user).name = "Lain"
        with self.assertRaises(AccessError):
            self.site.with_user(user).get_factory_report("2026-03-01", "2026-03-31")
        with self.assertRaises(AccessError):
            self.env["factory.statement"].with_user(user).get_statement(
                self.siti.partner_id.id, "2026-03-01", "2026-03-31", self.company.id
            )

    def test_site_without_operator_is_hidden_from_operators(self):
        self.assertNotIn(
            self.orphan, self._see(self._new_user("operator"), "factory.site")
        )
        self.assertIn(
            self.orphan, self._see(self._new_user("factory_manager"), "factory.site")
        )

    def test_manager_records_gates_and_prices(self):
        user = self._new_user("factory_manager")
        self.site.with_user(user).action_record_gate(
            "contract", "passed", "Kontrak lain", "2026-01-01"
        )
        usage = self._create_usage(self.budi, 1)
        self.assertTrue(usage.with_user(user).action_price())

    def test_site_without_operator_belongs_to_no_manager(self):
        manager = self._new_user("factory_manager")
        gate = self.orphan.gate_ids[0]
        for change in (
            lambda: self.orphan.with_user(manager).write(
                {"company_id": self.company.id}
            ),
            lambda: self.orphan.with_user(manager).unlink(),
            lambda: gate.with_user(manager).action_record("passed", "Katanya"),
            lambda: gate.gate_id.with_user(manager).write({"needed_for": "operating"}),
        ):
            with self.assertRaises(AccessError):
                change()
        integrator = self._new_user("integrator")
        self.orphan.with_user(integrator).action_record_gate(
            "contract", "passed", "Kontrak", "2026-01-01"
        )
        with self.assertRaisesRegex(UserError, "archive it"):
            self.orphan.unlink()

    def test_no_gate_is_deleted_and_new_ones_reach_every_site(self):
        gates = self.site.gate_ids
        with self.assertRaises(AccessError):
            gates[0].with_user(self._new_user("factory_manager")).unlink()
        with self.assertRaisesRegex(UserError, "instead of deleting"):
            self.orphan.gate_ids[0].unlink()
        gate = self.env["factory.gate"].create({"code": "halal_uji", "name": "Halal"})
        self.assertIn(gate, self.site.gate_ids.gate_id)
        self.assertIn(gate, self.orphan.gate_ids.gate_id)

    def test_context_gives_nothing_that_values_may_not(self):
        user = self._new_user("factory_manager")
        defaults = {"default_state": "passed", "default_evidence": "Katanya"}
        vals = {"code": "BARU", "name": "Baru", "company_id": self.company.id}
        sites = self.env["factory.site"].with_user(user).with_context(**defaults)
        site = sites.create(vals)
        self.assertEqual(set(site.gate_ids.mapped("state")), {"open"})
        self.assertFalse(any(site.gate_ids.mapped("evidence")))
        tariff = (
            self.env["factory.tariff"]
            .with_user(user)
            .with_context(default_state="active")
            .create(
                {
                    "name": "Lain",
                    "company_id": self.company.id,
                    "date_from": "2027-01-01",
                }
            )
        )
        self.assertEqual(tariff.state, "draft")

    def test_teller_reads_and_accountant_posts_and_invoices(self):
        usage = self._create_usage(self.budi, 1)
        teller = self._new_user("teller")
        self.assertTrue(self._see(teller, "factory.charge"))
        with self.assertRaises(AccessError):
            usage.with_user(teller).action_price()
        accountant = self._new_user("accountant")
        charge = self.env["factory.charge"].browse(
            usage.with_user(accountant).action_price()
        )
        charge.with_user(accountant).action_post()
        charge.with_user(accountant).action_invoice("2026-03-02")
        self.assertEqual(charge.move_id.state, "posted")
        rows = self.company.with_user(accountant).check_ties("2026-03-31")
        self.assertFalse([row for row in rows if row["difference"]])
        data = (
            self.env["factory.statement"]
            .with_user(teller)
            .get_statement(self.budi.id, "2026-03-01", "2026-03-31", self.company.id)
        )
        self.assertEqual(data["balance"]["closing"], 10_000.0)

    def test_auditor_reads_all_and_writes_nothing(self):
        user = self._new_user("auditor")
        for model in (
            "factory.site",
            "factory.site.gate",
            "factory.site.budget",
            "factory.tariff",
            "factory.usage",
            "factory.charge",
        ):
            self._see(user, model)
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).check_access("write")
                self.env[model].with_user(user).check_access("create")
        report = self.site.with_user(user).get_factory_report(
            "2026-03-01", "2026-03-31"
        )
        self.assertEqual(report["charges"], 20_000.0)

    def test_two_companies_never_see_each_other(self):
        other = self._create_cooperative("Koperasi Tetangga")
        user = self._new_user("integrator", other, "sharing_neighbour")
        for model in (
            "factory.tariff",
            "factory.tariff.line",
            "factory.usage",
            "factory.charge",
        ):
            self.assertFalse(self._see(user, model), model)
        self.assertNotIn(self.site, self._see(user, "factory.site"))
        self.assertNotIn(self.site, self._see(user, "factory.site.gate").site_id)
        own = self.env(user=user, context={"allowed_company_ids": other.ids})
        with self.assertRaises(AccessError):
            self.charge.with_env(own).read(["amount"])
        with self.assertRaises(AccessError):
            own["factory.statement"].get_statement(
                self.siti.partner_id.id, "2026-03-01", "2026-03-31", self.company.id
            )
        with self.assertRaises(AccessError):
            self.company.with_env(own).check_ties("2026-03-31")
        with self.assertRaises(AccessError):
            self.site.with_env(own).get_factory_report("2026-03-01", "2026-03-31")
        with self.assertRaises(AccessError):
            own["factory.usage"].price_open(self.company.id, "2026-03-31")
        with self.assertRaises(AccessError):
            own["factory.tariff"].quote(
                {"company_id": self.company.id, "unit": "hour", "quantity": 1}
            )

    def test_every_menu_of_a_role_opens(self):
        """Read lists and forms with all that their views ask for."""
        self.charge.action_invoice("2026-03-02")
        roots = self.env.ref("factory_sharing.factory_site_menu_root")
        roots |= self.env.ref("factory_sharing.factory_charge_menu_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", roots.ids)])
        for role in (
            "teller",
            "accountant",
            "operator",
            "factory_manager",
            "auditor",
            "monitoring_officer",
        ):
            user = self._new_user(role, login=f"sharing_menu_{role}")
            env = self.env(user=user, context={"allowed_company_ids": self.company.ids})
            visible = menus.with_env(env)._filter_visible_menus()
            for menu in visible.filtered("action"):
                with self.subTest(role=role, menu=menu.complete_name):
                    action = menu.sudo().action
                    self._open(env[action.res_model], action)

    def _open(self, model, action):
        views = model.get_views([(False, mode) for mode in ("list", "form", "search")])
        for mode in ("list", "form"):
            if mode not in action.view_mode:
                continue
            arch = etree.fromstring(views["views"][mode]["arch"])
            specification = {
                node.get("name"): {}
                for node in arch.iter("field")
                if not any(
                    parent.tag == "field" for parent in node.iterancestors("field")
                )
            }
            for name, value in specification.items():
                if model._fields[name].type == "many2one":
                    value["fields"] = {"display_name": {}}
            model.search([]).web_read(specification)

    def test_portal_user_sees_his_own(self):
        user = new_test_user(
            self.env,
            login="sharing_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
            partner_id=self.siti.partner_id.id,
        )
        foreign = self._charge(self._create_usage(self.budi, 2))
        self._create_usage(self.siti.partner_id, 5).action_price()
        self.assertEqual(self._see(user, "factory.charge"), self.charge)
        with self.assertRaises(AccessError):
            foreign.with_user(user).read(["amount"])
        with self.assertRaises(AccessError):
            self.charge.with_user(user).action_reverse("Tidak mau")
        statement = self.env["factory.statement"].with_user(user)
        args = ("2026-03-01", "2026-03-31", self.company.id)
        data = statement.get_statement(self.siti.partner_id.id, *args)
        self.assertEqual(data["balance"]["uninvoiced"], 20_000.0)
        with self.assertRaises(AccessError):
            statement.get_statement(self.budi.id, *args)
