# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from .common import FactoryPlanningCommon


@tagged("post_install", "-at_install")
class TestScenarios(FactoryPlanningCommon):
    """What the machines of three real houses did; the sites are in factory_sharing.

    Figures and addresses: tests/vectors/site_scenarios.json, by the same names.
    """

    # SC-KUKAR: 3 of 4 machines on site on 25-01-2023, the core machine missing; the
    # inspectorate later: it cannot operate, not per specification

    def _create_line(self):
        """Return four machines that one product needs one after the other."""
        centres = self.centre
        for name in ("Pencuci", "Perajang", "Penepung"):
            centres += self._create_centre(name)
        self.bom.operation_ids.sequence = 1
        self.bom.operation_ids = [
            Command.create(
                {
                    "name": centre.name,
                    "workcenter_id": centre.id,
                    "time_mode": "manual",
                    "time_cycle_manual": 60.0,
                    "sequence": index,
                }
            )
            for index, centre in enumerate(centres[1:], 2)
        ]
        self.bom.allow_operation_dependencies = True
        steps = self.bom.operation_ids.sorted("sequence")
        for before, after in pairwise(steps):
            after.blocked_by_operation_ids = before
        return centres

    def test_kukar_one_missing_machine_holds_the_line(self):
        centres = self._create_line()
        core = centres[3]
        with freeze_time("2023-03-23 01:00:00"):  # the project's commissioning
            core.action_breakdown(
                "2023-01-25 01:00:00", False, description="Belum sesuai spesifikasi"
            )
            orders = self._create_order(datetime(2023, 3, 23, 1))
            orders = orders.sorted("date_start")
            slots = self.env["factory.booking"].next_slots(centres[:3].ids, 60, "", 3)
            self.assertEqual(len(slots), 3)
            # three machines work today, the fourth not before its time is free again
            self.assertEqual(orders[3].workcenter_id, core)
            ends = [order.booking_id.block_to for order in orders]
            self.assertEqual({end.day for end in ends[:3]}, {23})
            self.assertGreaterEqual(ends[3] - ends[2], timedelta(days=6))
        with freeze_time("2023-03-30 12:00:00"):
            # nobody has repaired it: what stands there is displaced once more
            self.env["factory.breakdown"]._cron_move_on()
            self.assertEqual(orders.mapped("is_displaced"), [False] * 3 + [True])
        with freeze_time("2023-04-03 01:00:00"):
            core.action_repair()
            waiting = orders[3].booking_id
            waiting.action_refresh_offers()
            offer = waiting.offer_ids.filtered(lambda o: o.state == "open")[0]
            waiting.action_accept_offer(offer.id)
            self.assertEqual(
                orders[3].date_start, fields.Datetime.to_datetime("2023-04-03 01:00:00")
            )

    # SC-NTT: slaughtered in 2023-10, 2023-12, 2024-03 and 2024-04, then stopped; the
    # target is 10 to 20 head a day

    def test_ntt_four_runs_and_no_machine_to_blame(self):
        days = ("2023-10-02", "2023-12-04", "2024-03-04", "2024-04-01")
        runs = self.env["factory.booking"]
        for day in days:
            run = self.env["factory.booking"].create(
                {
                    "workcenter_id": self.centre.id,
                    "partner_id": self.siti.id,
                    "date_start": f"{day} 01:00:00",
                    "date_end": f"{day} 05:00:00",
                    "override_reason": "Catatan lama",
                }
            )
            run.action_start(at=f"{day} 01:10:00")
            run.action_finish(at=f"{day} 04:40:00")
            runs += run
        groups = self.env["factory.booking"]._read_group(
            [("workcenter_id", "=", self.centre.id), ("state", "=", "done")],
            ["actual_start:month"],
            ["actual_hours:sum"],
        )
        used = {month.strftime("%Y-%m"): round(hours, 2) for month, hours in groups}
        self.assertEqual(
            used, {"2023-10": 3.5, "2023-12": 3.5, "2024-03": 3.5, "2024-04": 3.5}
        )
        # the plan stays beside what happened, and no breakdown explains the standstill
        self.assertEqual(set(runs.mapped("duration_hours")), {4.0})
        self.assertEqual(self.centre.breakdown_count, 0)

    # SC-BATUBARA: orders of 10 t a month, less than 1 t made in June 2025

    def test_batubara_uses_a_tenth_of_its_open_hours(self):
        self.company.action_load_holidays(2025)
        start, end = datetime(2025, 5, 31, 17), datetime(2025, 6, 30, 17)  # June, WIB
        working = self.centre._get_working_time(start)[self.centre.id]
        spans = list(takewhile(lambda span: span[0] < end, working))
        open_hours = sum((b - a).total_seconds() for a, b in spans) / 3600
        # 21 weekdays less 6 June (Idul Adha), 9 June (cuti bersama) and 27 June
        # (1 Muharam): SKB 3 Menteri for 2025; 18 days of 8 hours
        self.assertEqual(open_hours, 144)
        # a line that makes the 10 t ordered in these hours needs 14.4 for 1 t
        run = self._book(
            8, 22.4, partner_id=self.budi.id, override_reason="Catatan lama"
        )
        run.write(
            {"date_start": "2025-06-10 01:00:00", "date_end": "2025-06-10 15:24:00"}
        )
        run.action_start(at="2025-06-10 01:00:00")
        run.action_finish(at="2025-06-10 15:24:00")
        self.assertAlmostEqual(run.actual_hours / open_hours, 0.10)
