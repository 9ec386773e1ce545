# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("use", "Use by a member or customer"),
    ("own", "Own production"),
    ("maintenance", "Maintenance"),
    ("closure", "Closure"),
]
STATES = [
    ("held", "Held"),
    ("confirmed", "Confirmed"),
    ("in_use", "In use"),
    ("done", "Done"),
    ("no_show", "No-show"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
    ("displaced", "Displaced"),
]
PRIORITIES = [("0", "Normal"), ("1", "High"), ("2", "Urgent")]
# States in which a booking keeps its time: those of the EXCLUDE constraint.
LIVE = ("held", "confirmed", "in_use")
BLOCKING_KINDS = ("maintenance", "closure")


class FactoryBooking(models.Model):
    """Time on one lane of a work centre: the one row of the plan.

    Two live, exclusive bookings of a lane cannot overlap: the database refuses it,
    also under concurrency, where no check in Python can see the other transaction.
    """

    _name = "factory.booking"
    _description = "Booking"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "partner_id", "workcenter_id", "origin"]
    _check_company_auto = True

    name = fields.Char("Reference", readonly=True, copy=False, index="trigram")
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        required=True,
        index=True,
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Work centre",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    lane = fields.Integer(
        required=True,
        copy=False,
        help="Which of the centre's lanes (equal machines or places side by side), "
        "from 1. Left empty, the first free lane is taken.",
    )
    kind = fields.Selection(KINDS, default="use", required=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        "User of the machine",
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="The person, group or firm who uses the machine; need not be a member.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        help="Who answers for the booking inside the factory.",
    )
    date_start = fields.Datetime("Start", required=True, tracking=True)
    date_end = fields.Datetime("End", required=True, tracking=True)
    duration_hours = fields.Float(
        "Hours",
        compute="_compute_duration_hours",
        store=True,
        help="Hours of use booked, without set-up and cleaning.",
    )
    setup_minutes = fields.Float(
        "Set-up (minutes)",
        compute="_compute_margins",
        store=True,
        precompute=True,
        readonly=False,
        help="Minutes before the start that the machine is kept for set-up.",
    )
    cleaning_minutes = fields.Float(
        "Cleaning (minutes)",
        compute="_compute_margins",
        store=True,
        precompute=True,
        readonly=False,
        help="Minutes after the end that the machine is kept for cleaning.",
    )
    block_from = fields.Datetime(
        "Kept from",
        compute="_compute_block",
        store=True,
        precompute=True,
        required=True,
        help="Begin of the time that nobody else can have: start less set-up.",
    )
    block_to = fields.Datetime(
        "Kept until",
        compute="_compute_block",
        store=True,
        precompute=True,
        required=True,
        help="End of the time that nobody else can have: end plus cleaning.",
    )
    exclusive = fields.Boolean(
        compute="_compute_exclusive",
        store=True,
        precompute=True,
        help="Nobody else can have the lane at this time.",
    )
    unprotected = fields.Boolean(
        "Started outside the plan",
        readonly=True,
        copy=False,
        help="Work that began without a plan while others had booked the lane. It is "
        "recorded, but keeps no time.",
    )
    state = fields.Selection(
        STATES, default="held", required=True, readonly=True, copy=False, tracking=True
    )
    hold_until = fields.Datetime(
        "Held until",
        readonly=True,
        copy=False,
        help="A held booking that is not confirmed by then expires.",
    )
    actual_start = fields.Datetime(
        readonly=True,
        copy=False,
        help="When work really began. It never moves the plan.",
    )
    actual_end = fields.Datetime(
        readonly=True, copy=False, help="When work really ended."
    )
    actual_hours = fields.Float(
        compute="_compute_actual_hours",
        store=True,
        help="Hours from the real start to the real end.",
    )
    is_delayed = fields.Boolean(
        "Kept waiting",
        readonly=True,
        copy=False,
        help="The one before ran over its time and this one could not begin.",
    )
    priority = fields.Selection(
        PRIORITIES,
        compute="_compute_priority",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        tracking=True,
        help="Who keeps a place, or is offered a new one first, when a breakdown "
        "leaves too little time for all. Only a factory manager raises it by hand; a "
        "starred manufacturing order is high.",
    )
    workorder_id = fields.Many2one(
        "mrp.workorder",
        "Work order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    production_id = fields.Many2one(
        related="workorder_id.production_id", string="Manufacturing order"
    )
    leave_id = fields.Many2one(
        "resource.calendar.leaves",
        "Calendar entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="What the planner's calendar shows of this booking.",
    )
    origin = fields.Char(help="The document that asked for the booking.")
    rescheduled_from_id = fields.Many2one(
        "factory.booking",
        "Moved from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The cancelled booking that this one takes the place of.",
    )
    descendant_ids = fields.One2many(
        "factory.booking", "rescheduled_from_id", "Moved to", readonly=True
    )
    override_reason = fields.Char(
        copy=False,
        tracking=True,
        help="A factory manager's reason to book against the centre's rules on length, "
        "notice, horizon, working hours, quota and qualification.",
    )
    cancel_reason = fields.Char(readonly=True, copy=False)
    note = fields.Text("Notes")

    # int4range instead of btree_gist: no extension to install, nothing left behind
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(workcenter_id, workcenter_id, '[]') WITH =, "
        "int4range(lane, lane, '[]') WITH =, "
        "tsrange(block_from, block_to, '[)') WITH &&) "
        "WHERE (exclusive AND state IN ('held', 'confirmed', 'in_use'))",
        lambda env, diag: env["factory.booking"]._get_taken_message(diag),
    )
    _block_not_empty = models.Constraint(
        "CHECK (block_to > block_from)",
        "A booking must end after it starts.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end > date_start)",
        "A booking must end after it starts.",
    )
    _margins_positive = models.Constraint(
        "CHECK (setup_minutes >= 0 AND cleaning_minutes >= 0)",
        "Minutes of set-up and cleaning cannot be negative.",
    )
    _lane_positive = models.Constraint("CHECK (lane > 0)", "Lanes are numbered from 1.")
    _user_of_use = models.Constraint(
        "CHECK (kind != 'use' OR partner_id IS NOT NULL)",
        "A booking for use needs the person, group or firm who uses the machine.",
    )
    _one_open_run = models.UniqueIndex(
        "(workcenter_id, lane) WHERE state = 'in_use' AND exclusive",
        "This lane is in use: finish the running booking first.",
    )
    _one_live_per_workorder = models.UniqueIndex(
        "(workorder_id) WHERE state IN ('held', 'confirmed', 'in_use')",
        "The work order has a booking already.",
    )
    _live_by_lane = models.Index(
        "(workcenter_id, lane, block_from) "
        "WHERE state IN ('held', 'confirmed', 'in_use')"
    )

    @api.depends("workcenter_id")
    def _compute_company_id(self):
        for booking in self:
            booking.company_id = booking.workcenter_id.company_id or self.env.company

    @api.depends("date_start", "date_end")
    def _compute_duration_hours(self):
        for booking in self:
            booking.duration_hours = _hours(booking.date_start, booking.date_end)

    @api.depends("actual_start", "actual_end")
    def _compute_actual_hours(self):
        for booking in self:
            booking.actual_hours = _hours(booking.actual_start, booking.actual_end)

    @api.depends("workcenter_id", "kind")
    def _compute_margins(self):
        for booking in self:
            centre = booking.workcenter_id
            used = booking.kind not in BLOCKING_KINDS
            booking.setup_minutes = centre.time_start if used else 0.0
            booking.cleaning_minutes = centre.time_stop if used else 0.0

    @api.depends("kind", "partner_id", "workorder_id.production_id.priority")
    def _compute_priority(self):
        for booking in self:
            booking.priority = booking._get_default_priority()

    def _get_default_priority(self):
        """Return the priority of who uses the machine; addons refine it here."""
        # sudo: the order's star decides, whoever may read orders
        return "1" if self.sudo().production_id.priority == "1" else "0"

    @api.depends("date_start", "date_end", "setup_minutes", "cleaning_minutes")
    def _compute_block(self):
        for booking in self:
            booking.block_from, booking.block_to = block_around(
                booking.date_start,
                booking.date_end,
                booking.setup_minutes,
                booking.cleaning_minutes,
            )

    @api.depends("workcenter_id.overlap_allowed", "unprotected")
    def _compute_exclusive(self):
        for booking in self:
            booking.exclusive = not (
                booking.workcenter_id.overlap_allowed or booking.unprotected
            )

    @api.constrains("workcenter_id", "lane")
    def _check_lane(self):
        for booking in self:
            lanes = booking.workcenter_id.lane_count
            if not 1 <= booking.lane <= lanes:
                raise ValidationError(
                    self.env._(
                        "%(booking)s: lane %(lane)s does not exist; %(centre)s has "
                        "the lanes 1 to %(lanes)s.",
                        booking=booking.name,
                        lane=booking.lane,
                        centre=booking.workcenter_id.name,
                        lanes=lanes,
                    )
                )

    @api.constrains(
        *("workcenter_id", "kind", "date_start", "date_end", "override_reason"),
        *("partner_id", "setup_minutes", "cleaning_minutes"),
    )
    def _check_rules(self):
        explicit = self.filtered(lambda b: not b.workorder_id and b.state in LIVE)
        for centre, bookings in explicit.grouped("workcenter_id").items():
            centre._check_bookings(bookings)


def _hours(start, end):
    return (end - start).total_seconds() / 3600 if start and end else 0.0


def _minutes(value):
    """Return whole seconds, so that a block subtracts to exactly what it was."""
    return timedelta(seconds=round((value or 0.0) * 60))


def block_around(start, end, setup_minutes, cleaning_minutes):
    """Return the time to keep around a use."""
    return (
        start and start - _minutes(setup_minutes),
        end and end + _minutes(cleaning_minutes),
    )
