# SPDX-License-Identifier: AGPL-3.0-or-later
"""Queue numbers: one row per warehouse and day, of which every arrival takes one.

The row is updated, so that of two weighers who draw at the same moment one waits and
is tried again by the server; nobody gets a number twice and none is left out.
"""

from odoo import api, fields, models
from odoo.tools import SQL


class FactoryIntakeQueue(models.Model):
    _name = "factory.intake.queue"
    _description = "Queue at the Scale"
    _order = "date desc, warehouse_id"
    _rec_name = "date"

    warehouse_id = fields.Many2one(
        "stock.warehouse", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="warehouse_id.company_id", store=True)
    date = fields.Date(required=True, readonly=True, help="Local day of the house.")
    last_number = fields.Integer(required=True, readonly=True, default=0)

    _day_uniq = models.Constraint(
        "UNIQUE (warehouse_id, date)", "There is one queue a day and warehouse."
    )

    @api.model
    def _draw(self, warehouse, day, count):
        """Take numbers of the day's queue.

        :return: range of ``count`` numbers
        """
        self.flush_model()
        [(last,)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO factory_intake_queue
                    (warehouse_id, company_id, date, last_number,
                     create_uid, create_date, write_uid, write_date)
                VALUES (%(warehouse)s, %(company)s, %(day)s, %(count)s,
                        %(user)s, %(now)s, %(user)s, %(now)s)
                ON CONFLICT (warehouse_id, date) DO UPDATE
                   SET last_number = factory_intake_queue.last_number + %(count)s,
                       write_uid = %(user)s, write_date = %(now)s
                RETURNING last_number
                """,
                warehouse=warehouse.id,
                company=warehouse.company_id.id,
                day=day,
                count=count,
                user=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()
        return range(last - count + 1, last + 1)


class FactoryIntake(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.intake"

    queue_date = fields.Date(
        "Queue day",
        readonly=True,
        copy=False,
        help="Day of the queue number, local time of the house.",
    )
    queue_number = fields.Integer(
        "Queue number",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Nomor antrean: order of arrival at the warehouse on that day.",
    )

    _queue_number_uniq = models.UniqueIndex(
        "(warehouse_id, queue_date, queue_number) WHERE queue_number > 0",
        "This queue number was given to somebody else today.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        intakes = super().create(vals_list)
        intakes._draw_queue_numbers()
        return intakes

    def write(self, vals):
        before = {}
        if {"warehouse_id", "date"} & vals.keys():
            before = {intake.id: intake.warehouse_id for intake in self}
        result = super().write(vals)
        moved = self.filtered(
            lambda intake: (
                intake.id in before
                and intake.queue_number
                and (
                    intake.warehouse_id != before[intake.id]
                    or intake._get_local_day() != intake.queue_date
                )
            )
        )
        if moved:
            moved._draw_queue_numbers()
        return result

    def _get_local_day(self):
        """Return the calendar day of the weighing at the house."""
        self.ensure_one()
        return self.company_id._local_date(self.date)

    def _draw_queue_numbers(self):
        queues = self.env["factory.intake.queue"].sudo()
        groups = self.grouped(lambda i: (i.warehouse_id, i._get_local_day()))
        # Always in the same order, so that two bulk loads do not wait for each other.
        for (warehouse, day), intakes in sorted(
            groups.items(), key=lambda item: (item[0][0].id, item[0][1])
        ):
            if not warehouse:
                continue
            numbers = queues._draw(warehouse, day, len(intakes))
            for intake, number in zip(intakes, numbers, strict=True):
                intake._own().write({"queue_date": day, "queue_number": number})
