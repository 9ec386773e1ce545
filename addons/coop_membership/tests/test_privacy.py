# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tools.discuss import Store

from .common import CoopCommon

NIK = "3201014101900001"
STREET = "Jalan Melati 1"
ROLES = ("teller", "accountant", "auditor", "operator", "factory_manager")


@tagged("post_install", "-at_install")
class TestPrivacy(CoopCommon):
    """NIK and address of members are not seen from another company, on any way.

    Siti is a member only; Budi is the teller of his cooperative as well, whose partner
    core shows to all companies.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti, cls.budi = cls._join("Siti", "Budi")
        cls.siti.partner_id.write({"nik": NIK, "street": STREET, "city": "Garut"})
        cls.budi.partner_id.write(
            {"nik": "3201014101900002", "street": STREET, "city": "Garut"}
        )
        cls.teller = cls._new_user("teller")
        old = cls.teller.partner_id
        cls.teller.partner_id = cls.budi.partner_id
        old.active = False
        cls.people = (cls.siti | cls.budi).partner_id
        cls.other = cls._create_cooperative("Koperasi Lain")
        cls.strangers = [
            cls.env(
                user=cls._new_user(role, cls.other),
                context={"allowed_company_ids": cls.other.ids},
            )
            for role in ROLES
        ]

    def test_not_read_nor_exported(self):
        for env in self.strangers:
            for person in self.people:
                foreign = person.with_env(env)
                for name in ("nik", "street", "name"):
                    with self.assertRaises(AccessError), mute_logger("odoo.models"):
                        foreign.read([name])
                with self.assertRaises(AccessError), mute_logger("odoo.models"):
                    foreign.web_read({"nik": {}, "street": {}})
            # who may not export at all is told so; the others may not read them
            for records, path in ((self.people, "nik"), (self.siti, "partner_id/nik")):
                with self.assertRaises(UserError), mute_logger("odoo.models"):
                    records.with_env(env).export_data([path])

    def test_not_found_by_it(self):
        """Neither is it guessed digit by digit, through whatever model leads there."""
        domains = {
            "res.partner": ("nik", "street"),
            "coop.member": ("partner_id.nik", "partner_id.street"),
            "coop.saving.account": ("member_id.partner_id.nik",),
            "coop.receipt": ("partner_id.nik", "member_id.partner_id.street"),
            "coop.member.heir": ("member_id.partner_id.nik",),
            "account.move": ("partner_id.nik",),
            "res.users": ("partner_id.nik",),
        }
        self._invoice(self.siti.partner_id, 1_000)
        for env in self.strangers:
            for model, paths in domains.items():
                if not env[model].has_access("read"):
                    continue
                for path in paths:
                    for operator, value in (
                        ("=", NIK),
                        ("ilike", "3201"),
                        ("!=", False),
                    ):
                        with self.subTest(model=model, path=path, role=env.user.login):
                            found = env[model].search([(path, operator, value)])
                            self.assertNotIn(self.company, self._get_companies(found))

    def _get_companies(self, records):
        """Return the companies of what was found, as one who sees all."""
        records = records.sudo()
        if records._name == "res.users":
            return records.company_ids
        return records.company_id

    def test_not_named_nor_grouped(self):
        for env in self.strangers:
            partners = env["res.partner"]
            for text in ("Siti", "Budi", NIK, STREET, self.siti.number):
                ids = [one for one, _name in partners.name_search(text)]
                self.assertFalse(set(ids) & set(self.people.ids), text)
            for field in ("nik", "street", "city"):
                groups = partners.formatted_read_group([], [field], ["__count"])
                values = {group[field] for group in groups}
                self.assertFalse(
                    values & {NIK, "3201014101900002", STREET, "Garut"}, field
                )
            if env["coop.member"].has_access("read"):
                self.assertFalse(env["coop.member"].name_search("Siti"))
                self.assertFalse(
                    env["coop.member"].formatted_read_group([], ["partner_id"])
                )

    def test_own_company_still_works_with_it(self):
        teller = self.env(
            user=self.teller, context={"allowed_company_ids": self.company.ids}
        )
        read = self.siti.partner_id.with_env(teller).read(["nik", "street"])[0]
        self.assertEqual((read["nik"], read["street"]), (NIK, STREET))
        self.assertEqual(self.teller.with_env(teller).name, "Budi")

    def test_user_of_both_sees_himself_wherever_he_works(self):
        self.teller.company_ids = [Command.link(self.other.id)]
        there = self.env(
            user=self.teller, context={"allowed_company_ids": self.other.ids}
        )
        self.assertEqual(self.teller.with_env(there).name, "Budi")
        self.assertFalse(there["res.partner"].search([("nik", "=", NIK)]))

    def test_what_he_writes_on_shared_records_is_read_by_all(self):
        office = self.env["res.partner"].create({"name": "Dinas"})
        message = office.message_post(
            body="Sudah diperiksa", author_id=self.budi.partner_id.id
        )
        for env in self.strangers:
            store = Store().add(message.with_env(env)).get_result()
            authors = {one["id"]: one for one in store["res.partner"]}
            self.assertEqual(authors[self.budi.partner_id.id]["name"], "Budi")
            self.assertNotIn("street", authors[self.budi.partner_id.id])
