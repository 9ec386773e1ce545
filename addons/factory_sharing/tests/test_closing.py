# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestClosing(SharingCommon):
    def _states(self, closing):
        closing.action_check()
        return {line.code: line.state for line in closing.line_ids}

    def test_use_is_charged_and_invoiced_before_the_month_is_closed(self):
        self._create_tariff({"price": 15_000})
        closing = self.env["coop.closing"].create({"date_from": "2026-03-01"})
        usage = self._create_usage(self.siti.partner_id, 3)
        states = self._states(closing)
        self.assertEqual((states["usage"], states["charges"]), ("problem", "ok"))
        usage.action_price()
        states = self._states(closing)
        self.assertEqual((states["usage"], states["charges"]), ("ok", "problem"))
