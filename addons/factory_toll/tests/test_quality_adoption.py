# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import Form, freeze_time, tagged

from .common_quality import GOOD_GINGER, QualityCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 05:00:00")
class TestQualityAdoption(QualityCommon):
    """Which standard is in force, seen from the list, the product and the lot."""

    def _new_version(self):
        action = self.sni_ginger.action_new_version("2026")
        new = self.env["factory.quality.standard"].browse(action["res_id"])
        new.date_from = "2026-06-01"
        return new

    def test_later_adoption_ends_the_one_before(self):
        first = self._adopt(self.ginger)
        ended = self._adopt(self.powder, date_to="2026-06-14")
        last_day = self._adopt(self.peel, date_to="2026-06-15")
        self.assertEqual(
            (first | ended | last_day).mapped("state"),
            ["in_force", "ended", "in_force"],
        )
        second = self._adopt(self.ginger, date_from="2026-06-15")
        coming = self._adopt(self.ginger, date_from="2026-06-16")
        # another moment of the same product stands beside it
        finished = self._adopt(self.ginger, "finished")
        everything = first | second | coming | finished | ended | last_day
        everything.invalidate_recordset()
        self.assertEqual(
            [adoption.state for adoption in (first, second, coming, finished)],
            ["ended", "in_force", "coming", "in_force"],
        )
        mine = [("id", "in", everything.ids)]
        for state in ("in_force", "coming", "ended"):
            found = self.env["factory.quality.adoption"].search(
                [*mine, ("state", "=", state)]
            )
            self.assertEqual(
                found, everything.filtered(lambda a, s=state: a.state == s)
            )
        self.assertEqual(
            self.env["factory.quality.adoption"].search_count(
                [*mine, ("state", "!=", "in_force")]
            ),
            3,
        )

    def test_day_is_that_of_the_house(self):
        adoption = self._adopt(self.ginger, date_from="2026-06-16")
        # at Greenwich both are the 15th; in Jakarta and Makassar the latter is the
        # morning of the 16th
        for moment, state in (
            ("2026-06-15 15:30:00", "coming"),
            ("2026-06-15 23:30:00", "in_force"),
        ):
            with freeze_time(moment):
                adoption.invalidate_recordset()
                self.assertEqual(adoption.state, state)

    def test_newer_version_is_shown_from_its_day_on(self):
        adoption = self._adopt(self.ginger)
        self.assertFalse(adoption.newer_standard_id)
        new = self._new_version()
        adoption.invalidate_recordset()
        self.assertEqual(adoption.newer_standard_id, new)
        new.date_from = "2026-06-16"
        adoption.invalidate_recordset()
        self.assertFalse(adoption.newer_standard_id)

    def test_product_and_lot_name_version_and_day(self):
        self._adopt(self.ginger, date_from="2026-01-01")
        self.assertEqual(
            self.ginger.product_tmpl_id.quality_adoption_ids.standard_id,
            self.sni_ginger,
        )
        lot = self._weigh_in(self.owner_a, 40)
        lot.action_record_result(GOOD_GINGER)
        new = self._new_version()
        self._adopt(self.ginger, standard=new, date_from="2026-06-15")
        later = self._weigh_in(self.owner_b, 40)
        # what was tested keeps its version
        for one, standard, day in (
            (lot, self.sni_ginger, "2026-01-01"),
            (later, new, "2026-06-15"),
        ):
            self.assertEqual(one.quality_level_id.standard_id, standard)
            self.assertEqual(str(one.quality_adopted_on), day)
        bare = self._add_own_stock(self.powder, 5)
        self.assertFalse(bare.quality_level_id)
        self._adopt(self.powder, "finished")
        bare.invalidate_recordset()
        self.assertEqual(bare.quality_level_id.standard_id, self.sni_ginger)

    def test_forms_open_for_those_who_may_and_may_not_read_standards(self):
        self._adopt(self.ginger)
        lot = self._weigh_in(self.owner_a, 40)
        for role in ("operator", "factory_manager", "auditor", "accountant"):
            user = self._create_user(role)
            form = Form(lot.with_user(user))
            self.assertEqual(
                form.quality_level_id.standard_id.version, self.sni_ginger.version
            )
            template = self.ginger.product_tmpl_id.with_user(user)
            self.assertTrue(template.quality_adoption_ids.standard_id.display_name)
        # no view of a product asks a stock user for what he may not read
        form = self.env["product.template"].with_user(self._create_user("teller"))
        view = form.get_view(self.env.ref("product.product_template_only_form_view").id)
        self.assertNotIn("quality_adoption_ids", view["arch"])
