# SPDX-License-Identifier: AGPL-3.0-or-later
from werkzeug.exceptions import Forbidden, NotFound

from odoo import http
from odoo.http import request

from odoo.addons.factory_booking.controllers.floor import OPERATOR

from .floor_answers import read_answers
from .floor_form import render_form, submit


class FloorResult(http.Controller):
    """Results of a lot's test, typed where the sample is measured.

    Reached from a ticket, from a scanned sack and from what an order made; the lot is
    the same in all three, so the page is of no machine.
    """

    @http.route("/floor/lot/<int:lot_id>", type="http", auth="user", methods=["GET"])
    def lot(self, lot_id):
        """Show what is to be tested of a lot, or what was found."""
        lot = self._get_lot(lot_id)
        questions = lot.get_quality_questions()
        last = lot._get_last_inspection()
        values = {
            "lot": lot,
            "quality": questions,
            "state": dict(
                lot._fields["quality_state"]._description_selection(lot.env)
            ).get(lot.quality_state, ""),
            "results": [line._get_summary() for line in last.inspection_lines],
            "may_test": request.env.user.has_group(OPERATOR),
        }
        return render_form("factory_sharing.floor_lot", values)

    @http.route(
        "/floor/lot/<int:lot_id>/result", type="http", auth="user", methods=["POST"]
    )
    def lot_result(self, lot_id, **form):
        """Write results down; with the last one the lot passes or fails."""
        lot = self._get_lot(lot_id)
        if not request.env.user.has_group(OPERATOR):
            raise Forbidden()
        page = f"/floor/lot/{lot.id}"

        def record():
            asked = lot._get_open_inspection().inspection_lines
            # nothing open: the lot says so
            answers = read_answers(form, asked) if asked else {}
            lot.action_record_result(answers)
            return page

        return submit(page, record, form)

    @http.route(
        "/floor/lot/<int:lot_id>/start", type="http", auth="user", methods=["POST"]
    )
    def lot_start(self, lot_id, **form):
        """Start a test of a lot that has none, by the standard of the house."""
        lot = self._get_lot(lot_id)
        if not request.env.user.has_group(OPERATOR):
            raise Forbidden()
        page = f"/floor/lot/{lot.id}"
        return submit(page, lambda: lot.action_start_inspection() and page, form)

    def _get_lot(self, lot_id):
        """Return a lot that the record rules let the user see, no guest's.

        :raise NotFound: none, or another company's: the answer is the same
        """
        lots = request.env["stock.lot"]
        inspections = request.env["qc.inspection"]
        if request.env.user.share or not inspections.has_access("read"):
            raise Forbidden()
        lot = lots.search([("id", "=", lot_id)])
        if not lot:
            raise NotFound()
        return lot
