# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import LpdbCommon


@freeze_time("2014-06-30 03:00:00")
@tagged("post_install", "-at_install")
class TestTableInUse(LpdbCommon):
    """A table of classes that a loan is classed by stays, and has no hole.

    The loan names the bank's table; on 30 June 2014 its oldest due date, 24 April, is
    day 68.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.named = cls.env["lpdb.collectability"].create(
            {
                "name": "Kelas uji",
                "code": "uji",
                "date_from": "2010-01-01",
                "source": "S-1",
                "line_ids": cls._lines(("Lancar", 0), ("Macet", 91)),
            }
        )
        cls.facility.collectability_id = cls.named
        cls._draw()

    @classmethod
    def _lines(cls, *rows):
        return [
            Command.create({"rank": rank, "name": name, "days_from": days})
            for rank, (name, days) in enumerate(rows, start=1)
        ]

    def _version(self, day, **values):
        return self.env["lpdb.collectability"].create(
            {
                "name": "Kelas uji",
                "code": "uji",
                "date_from": day,
                "source": "S-2",
                "line_ids": self._lines(("Lancar", 0), ("Macet", 60)),
                **values,
            }
        )

    def _class(self):
        return self.facility.collectability_at("2014-06-30")["class"]

    def test_newest_version_is_in_use_though_no_loan_names_it(self):
        new = self._version("2014-06-01")
        self.assertEqual(self._class(), "Macet")
        worst = new.line_ids[-1]
        for record, vals in (
            (worst, {"days_from": 90}),
            (worst, {"allowance_percent": 5}),
            (new, {"date_from": "2014-07-01"}),
            (new, {"code": "lain"}),
            (new, {"active": False}),
            (new, {"line_ids": self._lines(("Lain", 200))}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record.write(vals)
        for record in (worst, new):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record.unlink()
        self.assertEqual(self._class(), "Macet")

    def test_what_is_not_in_use_may_change(self):
        ahead = self._version("2014-07-01")
        ahead.line_ids[-1].days_from = 70
        other = self._version("2014-01-01", code="lain")
        other.line_ids[-1].days_from = 70
        (ahead | other).unlink()

    def test_table_of_another_company_does_not_count(self):
        company = self._create_cooperative("Koperasi Lain")
        other = self._version("2014-06-01", company_id=company.id)
        other.line_ids[-1].days_from = 70
        self.assertEqual(self._class(), "Lancar")

    def test_copy_waits_until_it_is_put_in_force(self):
        new = self.named.copy({"date_from": "2014-06-01"})
        self.assertFalse(new.active)
        new.line_ids[-1].days_from = 50
        self.assertEqual(self._class(), "Lancar")
        new.write(
            {
                "active": True,
                "line_ids": [Command.update(new.line_ids[-1].id, {"days_from": 60})],
            }
        )
        self.assertEqual(self._class(), "Macet")
        with self.assertRaises(UserError):
            new.line_ids[-1].days_from = 50

    def test_every_day_has_a_class(self):
        ahead = self._version("2014-07-01")
        first = ahead.line_ids[0]
        with (
            self.assertRaisesRegex(ValidationError, "Kelas uji"),
            self.env.cr.savepoint(),
        ):
            first.unlink()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            ahead.line_ids = [Command.delete(first.id)]
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            ahead.line_ids = [Command.clear()]
        target = self._version("2014-08-01", line_ids=self._lines(("Lancar", 0)))
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            first.write({"collectability_id": target.id, "days_from": 5, "rank": 7})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._version("2014-09-01", line_ids=False)
        # the table itself goes with its lines
        ahead.unlink()
