# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from ..tools.collectability import dpd

#: kinds of the lender's status that say where the debt is, and what they mean
LENDER_STATES = {"pupn": "pupn", "returned": "lender", "write_off": "write_off"}


class LpdbFacility(models.Model):
    """Class of a loan by our own count, and beside it what the lender says."""

    _inherit = "lpdb.facility"

    collectability_id = fields.Many2one(
        "lpdb.collectability",
        string="Collectability table",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Classes that the agreement or the lender uses (kolektibilitas); the"
        " newest version holds. Empty while it is not known.",
    )
    letter_ids = fields.One2many(
        "lpdb.dunning.letter",
        "facility_id",
        string="Demands of the lender",
        context={"active_test": False},
        help="Archived ones are shown, and do not count.",
    )
    lender_status_ids = fields.One2many(
        "lpdb.lender.status",
        "facility_id",
        string="Status at the lender",
        context={"active_test": False},
        help="Archived ones are shown, and do not count.",
    )
    lender_class_id = fields.Many2one(
        "lpdb.collectability.line",
        string="Class of the lender",
        compute="_compute_lender_status",
        store=True,
        index="btree_not_null",
        help="Stated by the lender's newest letter.",
    )
    lender_state = fields.Selection(
        [
            ("lender", "With the lender"),
            ("pupn", "With PUPN"),
            ("write_off", "Written off by the lender"),
        ],
        string="Where the claim is",
        compute="_compute_lender_status",
        store=True,
        help="Neither a hand-over to PUPN nor a write-off in the lender's books ends"
        " the debt: interest and payments go on.",
    )
    lender_state_date = fields.Date(
        string="Since", compute="_compute_lender_status", store=True
    )
    days_past_due = fields.Integer(search="_search_days_past_due")
    own_class_id = fields.Many2one(
        "lpdb.collectability.line",
        string="Our class",
        compute="_compute_standing",
        search="_search_own_class_id",
        help="By the collectability table, counted by ourselves today; the lender's own"
        " class may differ.",
    )
    overdue = fields.Monetary(
        compute="_compute_standing",
        help="Principal and interest that fell due and are not paid, without penalty.",
    )
    next_due = fields.Date(
        string="Next due date", compute="_compute_standing", search="_search_next_due"
    )
    next_amount = fields.Monetary(string="Next instalment", compute="_compute_standing")
    fall_date = fields.Date(
        string="Class falls on",
        compute="_compute_standing",
        help="First day of the next worse class while nothing is paid.",
    )
    fall_class_id = fields.Many2one(
        "lpdb.collectability.line", string="Falls to", compute="_compute_standing"
    )

    @api.depends(
        "lender_status_ids.active",
        "lender_status_ids.kind",
        "lender_status_ids.date",
        "lender_status_ids.class_id",
    )
    def _compute_lender_status(self):
        for facility in self:
            rows = facility.lender_status_ids.filtered("active")
            rows = rows.sorted(lambda row: (row.date, row._origin.id or 0))
            moved = rows.filtered(lambda row: row.kind in LENDER_STATES)[-1:]
            stated = rows.filtered(lambda row: row.kind == "class")[-1:]
            facility.lender_class_id = stated.class_id
            facility.lender_state = LENDER_STATES.get(moved.kind, "lender")
            facility.lender_state_date = moved.date

    @api.depends(
        "schedule_id.line_ids.rest",
        "collectability_id",
        "letter_ids.date",
        "letter_ids.number",
        "letter_ids.active",
        "lender_state",
    )
    def _compute_standing(self):
        standing = {}
        for company, loans in self._origin.grouped("company_id").items():
            standing |= loans._standing_at(company._local_date())
        for facility in self:
            own = standing.get(facility._origin.id, {})
            facility.own_class_id = own.get("class_id", False)
            facility.overdue = own.get("overdue", 0.0)
            facility.next_due = own.get("next_due", False)
            facility.next_amount = own.get("next_amount", 0.0)
            facility.fall_date = own.get("fall_date", False)
            facility.fall_class_id = own.get("fall_class_id", False)

    # search

    def _search_days_past_due(self, operator, value):
        return self._search_computed("days_past_due", operator, value)

    def _search_own_class_id(self, operator, value):
        return self._search_computed("own_class_id", operator, value)

    def _search_next_due(self, operator, value):
        return self._search_computed("next_due", operator, value)

    @api.model
    def _search_computed(self, name, operator, value):
        """Search what moves from day to day: compute it for all loans."""
        if operator not in ("in", "any", ">", "<", ">=", "<="):
            return NotImplemented
        loans = self.search([("company_id", "!=", False)])
        return [("id", "in", loans.filtered_domain([(name, operator, value)]).ids)]

    # as of a date

    def _standing_at(self, day):
        """Return the class of each loan at the end of a day, and when it falls.

        :return: ``{facility id: position}`` of :meth:`_position_at` with
            ``days_past_due``, ``table_id``, ``class_id``, ``fall_date`` and
            ``fall_class_id``; records and dates, or False
        """
        positions, tables, result = self._position_at(day), {}, {}
        for facility in self:
            empty = {"oldest_due": False, "overdue": 0.0}
            empty |= {"next_due": False, "next_amount": 0.0}
            own = positions.get(facility.id, empty)
            due = own["oldest_due"]
            own["days_past_due"] = dpd(due, day) if due else 0
            own |= {"table_id": False, "class_id": False}
            own |= {"fall_date": False, "fall_class_id": False}
            named, company = facility.collectability_id, facility.company_id
            if named and facility.state != "draft":
                if (named, company) not in tables:
                    tables[named, company] = named._at(company, day)
                facility._add_class(own, day, tables[named, company])
            result[facility.id] = own
        return result

    def _add_class(self, own, day, table):
        """Complete a position with its class by the table that holds on the day."""
        letters = self._letters_until(day)
        handed_over = self._is_handed_over(day)
        due = own["oldest_due"]
        own["table_id"] = table
        own["class_id"] = table._class_at(
            day, own["days_past_due"], due, letters, handed_over
        )
        own["fall_date"], own["fall_class_id"] = table._next_fall(
            day, due or own["next_due"], letters, handed_over
        )

    def _letters_until(self, day):
        """Return the demands dated until a day: ``[(number, date)]``."""
        return [
            (int(letter.number), letter.date)
            for letter in self.letter_ids
            if letter.active and letter.date <= day
        ]

    def _is_handed_over(self, day):
        """Tell whether PUPN had the debt at the end of a day."""
        moved = self.lender_status_ids.filtered(
            lambda row: (
                row.active and row.kind in ("pupn", "returned") and row.date <= day
            )
        ).sorted(lambda row: (row.date, row.id))
        return moved[-1:].kind == "pupn"

    def _stated_at(self, day):
        """Return the lender's newest stated class by the end of a day."""
        rows = self.lender_status_ids.filtered(
            lambda row: row.active and row.kind == "class" and row.date <= day
        )
        return rows.sorted(lambda row: (row.date, row.id))[-1:]

    def collectability_at(self, date=None):
        """Return the class of the loan at the end of a day, by our count and stated.

        :param str date: ISO date, the local date when empty
        :return: ``{"date", "days_past_due", "oldest_due", "overdue", "next_due",
            "next_amount", "scheme", "basis", "rank", "class", "allowance_percent",
            "fall_date", "fall_class", "lender_class", "lender_date", "lender_source",
            "is_different", "handed_over"}``; dates are ISO strings, texts and dates
            that are not known are "", an unknown ``rank`` is 0
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        day = self.company_id._read_day(date)
        own = self._standing_at(day)[self.id]
        stated = self._stated_at(day)
        line = own["class_id"] or self.env["lpdb.collectability.line"]
        fall = own["fall_class_id"] or line.browse()
        table = own["table_id"] or self.env["lpdb.collectability"]

        def text(value):
            return fields.Date.to_string(value) or ""

        return {
            "date": text(day),
            "days_past_due": own["days_past_due"],
            "oldest_due": text(own["oldest_due"]),
            "overdue": self.currency_id.round(own["overdue"]),
            "next_due": text(own["next_due"]),
            "next_amount": self.currency_id.round(own["next_amount"]),
            "scheme": table.name or "",
            "basis": table.basis or "",
            "rank": line.rank,
            "class": line.name or "",
            "allowance_percent": line.allowance_percent,
            "fall_date": text(own["fall_date"]),
            "fall_class": fall.name or "",
            "lender_class": stated.class_id.name or "",
            "lender_date": text(stated.date),
            "lender_source": stated.source or "",
            "is_different": bool(stated and line and stated.class_id.name != line.name),
            "handed_over": self._is_handed_over(day),
        }
