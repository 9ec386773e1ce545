# SPDX-License-Identifier: AGPL-3.0-or-later
"""An owner's own pages: his material, and his part of pooled orders."""

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_pool import PoolCommon


@tagged("post_install", "-at_install")
class TestPortalMaterial(PoolCommon, HttpCase):
    """Siti puts 30 kg into a pool, a firm 10 kg; 4 kg of powder come out.

    Dewi and Eka are contacts of the firm; Eka has 7 kg of ginger of her own. Budi has
    nothing in the pool.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        partners = cls.env["res.partner"]
        cls.firm = partners.create({"name": "CV Rimpang", "is_company": True})
        cls.dewi, cls.eka = partners.create(
            [{"name": name, "parent_id": cls.firm.id} for name in ("Dewi", "Eka")]
        )
        cls._set_receivable(cls.firm)
        cls.order = cls._pool((cls.siti.partner_id, 30), (cls.firm, 10))
        cls._create_tariff({"price": 10_000})
        # 2 hours: 20,000, of which Siti pays 15,000 and the firm 5,000
        usage = cls._create_usage(cls.company.partner_id, 2, production_id=cls.order.id)
        cls._charge(usage)
        cls.order.action_record_output(4)
        cls.lot_firm = cls._weigh_in(cls.firm, 11)
        cls.lot_eka = cls._weigh_in(cls.eka, 7)
        cls.users = {
            partner: cls._create_portal_user(partner)
            for partner in (cls.siti.partner_id, cls.dewi, cls.eka, cls.budi)
        }

    @classmethod
    def _create_portal_user(cls, partner):
        return new_test_user(
            cls.env,
            f"material_{partner.id}",
            "base.group_portal",
            partner_id=partner.id,
            lang="en_US",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _open(self, partner, path):
        login = self.users[partner].login
        self.authenticate(login, login)
        page = self.url_open(path)
        return page.status_code, html.fromstring(page.text)

    def _get_share(self, owner):
        return self.order.share_ids.filtered(lambda s: s.partner_id == owner)

    def _get_text(self, tree, element):
        return " ".join(tree.xpath(f"string(//*[@id='{element}'])").split())

    def test_member_sees_his_part_of_the_pool(self):
        share = self._get_share(self.siti.partner_id)
        status, tree = self._open(self.siti.partner_id, f"/my/material/pool/{share.id}")
        self.assertEqual(status, 200)
        facts = self._get_text(tree, "share_facts")
        for text in (self.order.name, "30.000 kg", "75.00 %"):
            self.assertIn(text, facts)
        # 30 of 40 kg of 4 kg of powder, of 20,000 of charges
        part = self.order.lot_producing_ids.part_lot_ids.filtered(
            lambda lot: lot.owner_id == self.siti.partner_id
        )
        outputs = self._get_text(tree, "share_outputs")
        self.assertIn("3.000 kg", outputs)
        self.assertIn(part.name, outputs)
        self.assertIn("15,000", self._get_text(tree, "share_charges"))
        self.assertNotIn("CV Rimpang", html.tostring(tree).decode())

    def test_same_over_rpc(self):
        share = self._get_share(self.firm).with_user(self.users[self.dewi])
        statement = share.get_pool_statement()
        part = self.order.lot_producing_ids.part_lot_ids.filtered(
            lambda lot: lot.owner_id == self.firm
        )
        self.assertEqual(
            statement["outputs"],
            [
                {
                    "product": self.powder.display_name,
                    "lot": part.name,
                    "quantity": 1.0,
                    "unit": "kg",
                }
            ],
        )
        self.assertEqual(statement["put_in_kg"], 10)
        self.assertEqual(statement["percent"], 25)
        self.assertEqual(statement["charged"], 5_000)
        self.assertEqual(share.read(["received"])[0]["received"].count("1.000 kg"), 1)
        foreign = self._get_share(self.siti.partner_id)
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            foreign.with_user(self.users[self.dewi]).get_pool_statement()

    def test_operator_sees_no_money_in_the_statement(self):
        share = self._get_share(self.firm)
        for role, charged in (("operator", 0), ("factory_manager", 5_000)):
            statement = share.with_user(self._new_user(role)).get_pool_statement()
            self.assertEqual(statement["put_in_kg"], 10)
            self.assertEqual(statement["charged"], charged, role)
            self.assertEqual(bool(statement["charges"]), bool(charged), role)

    def test_list_shows_what_is_his_and_his_firms(self):
        expected = {
            # her powder; the pool used up her ginger
            self.siti.partner_id: (["3.000 kg"], self._get_share(self.siti.partner_id)),
            # the firm's ginger and powder, not Eka's
            self.dewi: (["1.000 kg", "11.000 kg"], self._get_share(self.firm)),
            self.eka: (
                ["1.000 kg", "11.000 kg", "7.000 kg"],
                self._get_share(self.firm),
            ),
            self.budi: ([], self.order.share_ids.browse()),
        }
        for partner, (quantities, shares) in expected.items():
            status, tree = self._open(partner, "/my/material")
            self.assertEqual(status, 200)
            rows = tree.xpath("//*[@id='material_stock']/li/span[2]")
            found = sorted(" ".join(row.text_content().split()) for row in rows)
            self.assertEqual(found, quantities, partner.name)
            links = tree.xpath("//*[@id='material_shares']/a/@href")
            self.assertEqual(
                links, [f"/my/material/pool/{share.id}" for share in shares]
            )

    def test_anothers_share_is_answered_as_none(self):
        share = self._get_share(self.siti.partner_id)
        missing = max(self.order.share_ids.ids) + 999
        for partner in (self.dewi, self.eka, self.budi):
            for share_id in (share.id, missing):
                status, _tree = self._open(partner, f"/my/material/pool/{share_id}")
                self.assertEqual(status, 404, partner.name)

    def test_staff_see_their_own_here_too(self):
        manager = self._new_user("factory_manager", login="material_manager")
        self.authenticate(manager.login, manager.login)
        share = self._get_share(self.siti.partner_id)
        self.assertEqual(
            self.url_open(f"/my/material/pool/{share.id}").status_code, 404
        )
        tree = html.fromstring(self.url_open("/my/material").text)
        self.assertFalse(tree.xpath("//*[@id='material_shares']/a"))

    def test_nobody_without_a_login(self):
        self.authenticate(None, None)
        share = self._get_share(self.siti.partner_id)
        for path in ("/my/material", f"/my/material/pool/{share.id}"):
            self.assertIn("/web/login", self.url_open(path).url)

    def test_records_of_a_firm_are_its_contacts_to_read(self):
        """Lots, weigh-ins and charges of the firm, not those of a colleague."""
        user = self.users[self.dewi]
        intake = self.lot_firm.intake_id
        charge = self.env["factory.charge"].search([("partner_id", "=", self.firm.id)])
        colleague = self.lot_eka.intake_id
        for mine, others in (
            (self.lot_firm, self.lot_eka),
            (intake, colleague),
            (intake.line_ids, colleague.line_ids),
            (charge, charge.search([("partner_id", "=", self.siti.partner_id.id)])),
        ):
            mine.with_user(user).read(["create_date"])
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                others.with_user(user).read(["create_date"])
            found = mine.with_user(user).search([("id", "in", (mine | others).ids)])
            self.assertEqual(found, mine)
            self.assertFalse(mine.with_user(user).has_access("write"))
