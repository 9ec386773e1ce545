# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TollCommon

# What each role may do: read, write, create, delete ("-": nothing).
MATRIX = {
    "factory.grade": ("r", "rwcd", "r", "r", "-"),
    "factory.intake": ("rwc", "rwcd", "r", "r", "-"),
    "factory.intake.deduction": ("rwcd", "rwcd", "r", "r", "-"),
    "factory.intake.line": ("rwcd", "rwcd", "r", "r", "-"),
    "factory.mass.balance": ("r", "r", "r", "r", "-"),
    "factory.netting.consent": ("-", "r", "rwcd", "r", "-"),
    "factory.production.share": ("r", "r", "r", "r", "-"),
    "factory.purchase.price": ("-", "rwcd", "rwcd", "r", "-"),
    "factory.value.added": ("-", "rwcd", "rwc", "r", "-"),
}
ROLES = ("operator", "factory_manager", "accountant", "auditor", "teller")
# What a member may read in the portal, of his own; he writes nothing.
PORTAL = {
    "factory.grade",
    "factory.intake",
    "factory.intake.deduction",
    "factory.intake.line",
    "factory.intake.test",
    "factory.intake.test.type",
    "factory.production.share",
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


@tagged("post_install", "-at_install")
class TestAccessMatrix(TollCommon):
    """Roles by model, two companies, and the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_a = cls._weigh_in(cls.owner_a, 40)
        cls.lot_b = cls._weigh_in(cls.owner_b, 40)
        cls.order = cls._create_order(cls.owner_a, 2)
        cls.order.action_record_output(2)

    @classmethod
    def _create_user(cls, role, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"toll_matrix_{role}_{company.id}",
            f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _create_portal_user(cls, owner):
        return new_test_user(
            cls.env,
            f"toll_matrix_portal_{owner.id}",
            "base.group_portal",
            partner_id=owner.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _get_rights(self, model, user):
        records = self.env[model].with_user(user)
        rights = "".join(
            letter
            for letter, operation in OPERATIONS.items()
            if records.has_access(operation)
        )
        return rights or "-"

    def _get_models(self):
        """Return the stored models that this addon brings."""
        return [
            model
            for model in self.env.values()
            if model._original_module == "factory_toll"
            and not model._transient
            and not model._abstract
        ]

    def test_roles_by_model(self):
        users = [self._create_user(role) for role in ROLES]
        for model, expected in MATRIX.items():
            found = tuple(self._get_rights(model, user) for user in users)
            self.assertEqual(found, expected, model)

    def test_auditor_reads_every_model_and_writes_none(self):
        user = self._create_user("auditor")
        models = [model for model in self._get_models() if model._auto]
        self.assertGreater(len(models), len(MATRIX) - 2)
        for model in models:
            if model._name != "factory.quality.reason":
                self.assertEqual(self._get_rights(model._name, user), "r", model._name)

    def test_who_has_no_role_sees_nothing(self):
        user = new_test_user(self.env, "toll_matrix_nobody", "base.group_user")
        for model in self._get_models():
            self.assertEqual(self._get_rights(model._name, user), "-", model._name)

    def test_every_model_of_a_company_has_a_company_rule(self):
        for model in self._get_models():
            if "company_id" not in model._fields:
                continue
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", model._name), ("groups", "=", False)]
            )
            domains = " ".join(rule.domain_force or "" for rule in rules)
            self.assertIn("company_ids", domains, model._name)

    def test_two_companies_never_see_each_other(self):
        """A user of each: his own there, nothing of the other's, by id either."""
        other = self.env["res.company"].create({"name": "Koperasi Sebelah"})
        here = self._create_user("factory_manager")
        there = self._create_user("factory_manager", other)
        records = [
            self.lot_a,
            self.lot_a.intake_id,
            self.lot_a.intake_line_id,
            self.order,
            self.order.share_ids,
            self.order.move_raw_ids.move_line_ids,
            self.lot_b.quant_ids.filtered(lambda q: q.location_id == self.stock),
        ]
        for record in records:
            mine = record.with_user(here).with_context(
                allowed_company_ids=self.company.ids
            )
            self.assertEqual(mine.search([("id", "in", record.ids)]), record)
            theirs = record.with_user(there).with_context(allowed_company_ids=other.ids)
            self.assertFalse(theirs.search([("id", "in", record.ids)]), record._name)
            with self.assertRaises(AccessError, msg=record._name):
                theirs.read(["display_name"])
        foreign = self.order.with_user(there).with_context(
            allowed_company_ids=other.ids
        )
        with self.assertRaises(AccessError):
            foreign.owned_lot_ids = False

    def test_stock_in_places_without_a_company_is_hidden_from_others(self):
        """What was handed out lies with the customer, a place of no company."""
        other = self.env["res.company"].create({"name": "Koperasi Sebelah"})
        here = self._create_user("factory_manager")
        there = self._create_user("factory_manager", other)
        shared = self._create_product("Karung", "none")
        shared.product_tmpl_id.company_id = False
        place = self.env.ref("stock.stock_location_customers")
        quants = self.env["stock.quant"]
        quants._update_available_quantity(
            self.powder, place, 2, lot_id=self.order.lot_producing_ids
        )
        quants._update_available_quantity(shared, place, 5)
        sold, sacks = (
            quants.search(
                [("product_id", "=", product.id), ("location_id", "=", place.id)]
            )
            for product in (self.powder, shared)
        )
        self.assertFalse((sold | sacks).company_id)
        for user, company, seen in (
            (here, self.company, sold | sacks),
            # nothing says whose the sacks are
            (there, other, sacks),
        ):
            mine = (
                quants.with_user(user)
                .with_context(allowed_company_ids=company.ids)
                .search([("id", "in", (sold | sacks).ids)])
            )
            self.assertEqual(mine, seen)
        foreign = sold.with_user(there).with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError):
            foreign.read(["quantity"])

    def test_portal_reads_its_own_and_nothing_else(self):
        user = self._create_portal_user(self.owner_a)
        for model in self._get_models():
            rights = "r" if model._name in PORTAL else "-"
            self.assertEqual(self._get_rights(model._name, user), rights, model._name)
        for mine, others in (
            (self.lot_a, self.lot_b),
            (self.lot_a.intake_id, self.lot_b.intake_id),
            (self.lot_a.intake_line_id, self.lot_b.intake_line_id),
        ):
            mine.with_user(user).read(["create_date"])
            with self.assertRaises(AccessError, msg=others._name):
                others.with_user(user).read(["create_date"])
            self.assertFalse(mine.with_user(user).has_access("write"), mine._name)

    def test_portal_runs_no_stock(self):
        user = self._create_portal_user(self.owner_a)
        for model in (
            "mrp.production",
            "mrp.unbuild",
            "stock.move",
            "stock.move.line",
            "stock.picking",
            "stock.quant",
            "stock.scrap",
        ):
            self.assertEqual(self._get_rights(model, user), "-", model)
        with self.assertRaises(AccessError):
            self.lot_a.intake_id.with_user(user).action_cancel()
        with self.assertRaises(AccessError):
            self.order.with_user(user).action_record_output(1)
