# SPDX-License-Identifier: AGPL-3.0-or-later
from contextlib import contextmanager
from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon


class FactoryBookingCommon(BaseCommon):
    """A company in WIB with one machine, its calendar, and people of each role.

    ``monday`` is Monday 5 January 2026 00:00 in Jakarta (UTC+7), given in UTC; the
    calendar is 08:00 to 12:00 and 13:00 to 17:00, Monday to Friday.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monday = datetime(2026, 1, 4, 17)
        cls.company = cls.env["res.company"].create({"name": "RPB Uji"})
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.calendar = cls._create_calendar(cls.company)
        cls.company.resource_calendar_id = cls.calendar
        cls.centre = cls._create_centre("Pengering")
        cls.siti, cls.budi = cls.env["res.partner"].create(
            [{"name": "Siti (contoh)"}, {"name": "Budi (contoh)"}]
        )

    @classmethod
    def _create_calendar(cls, company, hours=((8, 12), (13, 17)), days=range(5)):
        attendances = [
            Command.create(
                {
                    "name": f"{day} {start}",
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": end,
                    "day_period": "morning" if start < 12 else "afternoon",
                }
            )
            for day in days
            for start, end in hours
        ]
        return cls.env["resource.calendar"].create(
            {
                "name": "WIB",
                "tz": "Asia/Jakarta",
                "company_id": company.id,
                "attendance_ids": [Command.clear(), *attendances],
            }
        )

    @classmethod
    def _create_centre(cls, name, **vals):
        return cls.env["mrp.workcenter"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "resource_calendar_id": cls.calendar.id,
                "time_start": 0,
                "time_stop": 0,
                **vals,
            }
        )

    @classmethod
    def _create_user(cls, login, role, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            tz="Asia/Jakarta",
        )

    @classmethod
    def _at(cls, hour, day=0):
        """Return local time on a day after ``monday``, in UTC."""
        return cls.monday + timedelta(days=day, hours=hour)

    @classmethod
    def _prepare_vals(cls, start, end, day=0, **vals):
        return {
            "workcenter_id": cls.centre.id,
            "partner_id": cls.siti.id,
            "date_start": cls._at(start, day),
            "date_end": cls._at(end, day),
            **vals,
        }

    @classmethod
    def _book(cls, start, end, day=0, **vals):
        return cls.env["factory.booking"].create(
            cls._prepare_vals(start, end, day, **vals)
        )

    @contextmanager
    def _refused(self, error, pattern):
        """Expect an error, and take back what was written before it."""
        with self.assertRaisesRegex(error, pattern), self.env.cr.savepoint():
            yield

    def _next(self, minutes, after=None, limit=3, centres=None):
        """Return free slots as (local start hour, local end hour) of ``monday``."""
        slots = self.env["factory.booking"].next_slots(
            (centres or self.centre).ids,
            minutes,
            fields.Datetime.to_string(after or self.monday),
            limit,
        )
        read = fields.Datetime.to_datetime
        return [
            tuple(
                (read(slot[edge]) - self.monday).total_seconds() / 3600
                for edge in ("start", "end")
            )
            for slot in slots
        ]


class FactoryPlanningCommon(FactoryBookingCommon):
    """Adds a product made in one operation of 60 minutes on the machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        if not cls.warehouse:
            cls.warehouse = cls.env["stock.warehouse"].create(
                {"name": "Uji", "code": "UJI", "company_id": cls.company.id}
            )
        cls.product = cls.env["product.product"].create(
            {"name": "Bubuk jahe", "is_storable": True}
        )
        cls.bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.product.product_tmpl_id.id,
                "company_id": cls.company.id,
                "product_qty": 1.0,
                "operation_ids": [
                    Command.create(
                        {
                            "name": "Keringkan",
                            "workcenter_id": cls.centre.id,
                            "time_mode": "manual",
                            "time_cycle_manual": 60.0,
                        }
                    )
                ],
            }
        )

    @classmethod
    def _create_order(cls, start=None, plan=True):
        """Return a work order of 60 minutes, planned from ``start`` on."""
        production = cls.env["mrp.production"].create(
            {
                "product_id": cls.product.id,
                "bom_id": cls.bom.id,
                "product_qty": 1.0,
                "company_id": cls.company.id,
                "picking_type_id": cls.warehouse.manu_type_id.id,
                "date_start": start or cls._at(8),
            }
        )
        production.action_confirm()
        if plan:
            production.button_plan()
        return production.workorder_ids

    def _assert_in_step(self, order, start, end):
        """Check that work order, calendar entry and booking say the same."""
        self.env.flush_all()
        self.env.invalidate_all()
        booking = order.booking_id
        self.assertEqual((order.date_start, order.date_finished), (start, end))
        self.assertEqual((booking.block_from, booking.block_to), (start, end))
        self.assertEqual(booking.leave_id, order.leave_id)
        self.assertEqual(
            (order.leave_id.date_from, order.leave_id.date_to), (start, end)
        )
        self.assertEqual(booking.workcenter_id, order.workcenter_id)


class FactoryBreakdownCommon(FactoryPlanningCommon):
    """Adds what tests of breakdowns ask."""

    def _iso(self, hour, day=0):
        return fields.Datetime.to_string(self._at(hour, day))

    def _break(self, start=8, end=12, centre=None, **kwargs):
        until = self._iso(end) if end else False
        return (centre or self.centre).action_breakdown(
            self._iso(start), until, **kwargs
        )

    def _offers(self, booking):
        """Return open offers as (local start hour, local end hour) of Monday."""
        offers = booking.offer_ids.filtered(lambda o: o.state == "open")
        return [
            (
                (offer.date_start - self.monday).total_seconds() / 3600,
                (offer.date_end - self.monday).total_seconds() / 3600,
            )
            for offer in offers
        ]
