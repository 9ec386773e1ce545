# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GrantEquipmentCommon

CODE = "9.99.99.99.999"


@tagged("post_install", "-at_install")
class TestRegisterRace(GrantEquipmentCommon):
    """Two real transactions ask for the next number of the same code at once.

    They need rows that both can see, so the counter of an existing partner is used and
    taken out again.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner_id = cls.env.ref("base.main_partner").id
        cls.addClassCleanup(cls._forget_counter)

    @classmethod
    def _forget_counter(cls):
        with cls.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM grant_register_counter WHERE goods_code = %s", [CODE]
            )

    def reserve(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        owner = env["res.partner"].browse(self.owner_id)
        return env["grant.register.counter"]._reserve(owner, CODE, 1)

    def test_the_second_starts_again_and_gets_the_next(self):
        with self.registry.cursor() as first:
            start = self.reserve(first)
            first.commit()
            with self.registry.cursor() as second:
                second.execute("SELECT 1")  # its snapshot is taken here
                taken = self.reserve(first)
                first.commit()
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(SerializationFailure),
                ):
                    self.reserve(second)
                second.rollback()  # as Odoo does before it tries again
                again = self.reserve(second)
        self.assertEqual([*start, *taken, *again], ["0001", "0002", "0003"])
