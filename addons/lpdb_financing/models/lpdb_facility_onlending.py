# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.onlending import spread

LENT = ("paid_out", "repaid")


class LpdbFacility(models.Model):
    """Money lent on to members: the list in force, and the deadline for each draw."""

    _inherit = "lpdb.facility"

    onlending_days = fields.Integer(
        string="Lend on within (days)",
        tracking=True,
        help="Days after the receipt of a draw by which the agreement wants it lent on"
        " to members; 0 when it has no such clause.",
    )
    nominee_list_ids = fields.One2many(
        "lpdb.nominee.list", "facility_id", string="Nominative lists"
    )
    nominee_ids = fields.One2many("lpdb.nominee", "facility_id", string="Nominees")
    nominee_count = fields.Integer(compute="_compute_onlending")
    onlent_amount = fields.Monetary(
        string="Lent on to members",
        compute="_compute_onlending",
        help="Paid out to members by the lists in force.",
    )
    onlending_warning = fields.Char(compute="_compute_onlending")

    _onlending_days_positive = models.Constraint(
        "CHECK (onlending_days >= 0)", "Days to lend on are not negative."
    )

    @api.depends(
        "draw_ids.onlending_missing",
        "draw_ids.onlending_deadline",
        "nominee_ids.state",
        "nominee_ids.amount",
        "nominee_ids.list_state",
    )
    def _compute_onlending(self):
        found = {
            facility: (count, amount)
            for facility, count, amount in self.env["lpdb.nominee"]._read_group(
                [
                    ("facility_id", "in", self.ids),
                    ("list_state", "=", "submitted"),
                    ("state", "in", LENT),
                ],
                ["facility_id"],
                ["__count", "amount:sum"],
            )
        }
        for facility in self:
            count, amount = found.get(facility._origin, (0, 0.0))
            facility.nominee_count = count
            facility.onlent_amount = amount
            facility.onlending_warning = facility._warn_of_onlending()

    def _warn_of_onlending(self):
        """Return which draws were, or are about to be, not lent on in time."""
        self.ensure_one()
        today = self.company_id._local_date()
        texts = []
        for draw in self.draw_ids.filtered("onlending_missing").sorted("date"):
            values = {
                "date": format_date(self.env, draw.date),
                "missing": self._format(draw.onlending_missing),
                "deadline": format_date(self.env, draw.onlending_deadline),
            }
            if draw.onlending_deadline < today:
                text = self.env._(
                    "Of the draw of %(date)s, %(missing)s was not lent on by"
                    " %(deadline)s.",
                    **values,
                )
            else:
                text = self.env._(
                    "Of the draw of %(date)s, %(missing)s is to be lent on by"
                    " %(deadline)s.",
                    **values,
                )
            texts.append(text)
        return " ".join(texts)

    def _first_receipt(self):
        """Return the day on which the first money of the loan came."""
        self.ensure_one()
        posted = self.draw_ids.filtered(lambda draw: draw.state == "posted")
        return min(posted.mapped("date"), default=False)

    def _spread_onlending(self):
        """Return of each posted draw its deadline and what was lent on of it.

        :return: ``{draw id: (date or False, Lent)}``
        """
        posted = self.draw_ids.filtered(lambda draw: draw.state == "posted")
        days = self.onlending_days
        limits = {
            draw: fields.Date.add(draw.date, days=days) if days else None
            for draw in posted
        }
        loans = [
            (nominee.date_lent, nominee.amount, nominee.draw_id.id or None)
            for nominee in self.nominee_ids
            if nominee.date_lent and nominee.list_state == "submitted"
        ]
        lent = spread(
            [(draw.id, draw.date, draw.amount, limits[draw]) for draw in posted], loans
        )
        return {draw.id: (limits[draw] or False, lent[draw.id]) for draw in posted}

    def _check_onlent(self):
        """Refuse more money lent on than came in."""
        for facility in self:
            if (
                facility.currency_id.compare_amounts(
                    facility.onlent_amount, facility.drawn
                )
                > 0
            ):
                raise UserError(
                    self.env._(
                        "%(facility)s: %(lent)s would be lent on of %(drawn)s drawn."
                        " Correct what was paid out, or draw more first.",
                        facility=facility.display_name,
                        lent=facility._format(facility.onlent_amount),
                        drawn=facility._format(facility.drawn),
                    )
                )

    def action_open_nominees(self):
        return self._open(
            "lpdb.nominee.list", self.env._("Nominative lists"), "list,form"
        )


class LpdbDraw(models.Model):
    _inherit = "lpdb.draw"

    onlending_deadline = fields.Date(
        string="Lend on by", compute="_compute_onlending", store=True
    )
    onlent_amount = fields.Monetary(
        string="Lent on",
        compute="_compute_onlending",
        store=True,
        help="Paid out to members of the lists in force. What names no draw fills the"
        " oldest draws first.",
    )
    onlending_missing = fields.Monetary(
        string="Not lent on in time",
        compute="_compute_onlending",
        store=True,
        help="What of the draw was not lent on by the deadline, or is still to be.",
    )

    @api.depends(
        "facility_id.onlending_days",
        "facility_id.draw_ids.amount",
        "facility_id.draw_ids.date",
        "facility_id.draw_ids.state",
        "facility_id.nominee_ids.amount",
        "facility_id.nominee_ids.date_lent",
        "facility_id.nominee_ids.draw_id",
        "facility_id.nominee_ids.list_state",
    )
    def _compute_onlending(self):
        for facility, draws in self.grouped("facility_id").items():
            found = facility._spread_onlending()
            for draw in draws:
                deadline, lent = found.get(draw.id or draw._origin.id, (False, None))
                draw.onlending_deadline = deadline
                draw.onlent_amount = float(lent.amount) if lent else 0.0
                draw.onlending_missing = (
                    max(draw.amount - float(lent.in_time), 0.0) if deadline else 0.0
                )
