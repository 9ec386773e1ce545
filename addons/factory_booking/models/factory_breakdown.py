# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.slots import merge_intervals, subtract
from .factory_booking import LIVE


class FactoryBreakdown(models.Model):
    """A work centre, or one lane of it, that cannot run until it is repaired.

    The time is kept by maintenance bookings, so that the database itself refuses
    others. An open end is kept some days ahead and moves on with every run of the
    cron: a block without end would displace what may well be possible by then.
    """

    _name = "factory.breakdown"
    _description = "Breakdown"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Work centre",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    lane = fields.Integer(readonly=True, help="The lane that is out of order; 0 all.")
    date_from = fields.Datetime("Broken since", required=True, readonly=True)
    until = fields.Datetime(
        "Expected end",
        readonly=True,
        tracking=True,
        help="When the machine should run again; empty while nobody knows.",
    )
    date_repaired = fields.Datetime(
        "Repaired", readonly=True, tracking=True, help="When the centre was back."
    )
    downtime_hours = fields.Float(
        "Hours down",
        compute="_compute_downtime_hours",
        store=True,
        help="Hours by the clock from breakdown to repair.",
    )
    state = fields.Selection(
        [("open", "Out of order"), ("repaired", "Repaired")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    loss_id = fields.Many2one(
        "mrp.workcenter.productivity.loss",
        "Reason",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="The reason on the idle record, as the effectiveness reports count it.",
    )
    description = fields.Char(readonly=True, help="What happened, in a few words.")
    productivity_id = fields.Many2one(
        "mrp.workcenter.productivity", "Idle record", readonly=True, copy=False
    )
    block_ids = fields.One2many(
        "factory.booking", "breakdown_id", "Kept time", readonly=True
    )
    displaced_ids = fields.One2many(
        "factory.booking", "displaced_by_id", "Displaced bookings", readonly=True
    )
    displaced_count = fields.Integer(
        "Displaced", compute="_compute_displaced_count", compute_sudo=True
    )
    workorder_ids = fields.Many2many(
        "mrp.workorder", string="Interrupted work orders", readonly=True
    )

    _end_after_start = models.Constraint(
        "CHECK (until IS NULL OR until > date_from)",
        "A breakdown must end after it starts.",
    )
    _one_open = models.UniqueIndex(
        "(workcenter_id, lane) WHERE state = 'open'",
        "The work centre is out of order already: repair it, or change the end.",
    )

    @api.depends("workcenter_id.name", "date_from", "lane")
    def _compute_display_name(self):
        for breakdown in self:
            centre = breakdown.workcenter_id
            moment = breakdown.date_from and centre._format_moment(breakdown.date_from)
            breakdown.display_name = f"{centre.name}, {moment or ''}"

    @api.depends("date_from", "date_repaired")
    def _compute_downtime_hours(self):
        for breakdown in self:
            end = breakdown.date_repaired or breakdown.date_from
            spent = end - breakdown.date_from if end else timedelta(0)
            breakdown.downtime_hours = max(spent.total_seconds() / 3600, 0.0)

    def _compute_displaced_count(self):
        for breakdown in self:
            breakdown.displaced_count = len(breakdown.displaced_ids)

    # --- actions ---

    def action_repair(self, date=False):
        """Bring the centre back and free the rest of the time.

        :param str date: moment in UTC; now when empty
        """
        self._check_reporter()
        for breakdown in self:
            breakdown.sudo()._repair(breakdown._get_moment(date))
        return True

    def action_extend(self, until=False):
        """Change the expected end; what stands in the longer time is displaced.

        :param str until: moment in UTC; open when empty
        """
        self._check_reporter()
        for breakdown in self:
            breakdown._check_open()
            end = breakdown.workcenter_id._read_moment(until)
            if end and end <= max(fields.Datetime.now(), breakdown.date_from):
                raise UserError(
                    self.env._(
                        "%s: the expected end must come after now. If the machine "
                        "runs again, record the repair.",
                        breakdown.display_name,
                    )
                )
            breakdown.sudo().until = end
            breakdown.sudo()._keep()
        return True

    def action_view_displaced(self):
        """Open the bookings that had to give way."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_booking.factory_booking_action"
        )
        action["domain"] = [("displaced_by_id", "=", self.id)]
        action["views"] = [(False, "list"), (False, "form")]
        action["context"] = {}
        return action

    # --- the time that is kept ---

    @api.model
    def _check_reporter(self):
        """Let operators and managers report: whoever stands at the machine.

        :raise AccessError: other roles
        """
        operator = "umkm_base.umkm_base_group_operator"
        if not self.env.su and not self.env.user.has_group(operator):
            raise AccessError(
                self.env._("Only operators and managers report breakdowns and repairs.")
            )

    def _check_open(self):
        if self.state != "open":
            raise UserError(self.env._("%s is repaired already.", self.display_name))

    def _get_moment(self, date):
        now = fields.Datetime.now()
        moment = self.workcenter_id._read_moment(date) or now
        if moment > now:
            raise UserError(
                self.env._("A repair can be recorded when it has happened, not before.")
            )
        return moment

    def _get_lanes(self):
        lanes = range(1, self.workcenter_id.lane_count + 1)
        return [self.lane] if self.lane else list(lanes)

    def _get_kept_until(self):
        """Return until when the time is kept: some days ahead while it is open."""
        if self.until:
            return self.until
        days = max(self.company_id.breakdown_days, 1)
        now = fields.Datetime.now()
        return max(now, self.date_from) + timedelta(days=days)

    def _begin(self):
        """Stop what runs, displace what stands in the way and keep the time."""
        reason = self._get_reason()
        running = self._get_running()
        rests = self.env["factory.booking"].sudo()
        if self.date_from <= fields.Datetime.now():
            self.workorder_ids = running.workorder_id
            rests = running._interrupt(self.date_from, reason, self)
        self._record_idle()
        self._keep(rests)

    def _get_running(self):
        bookings = self.env["factory.booking"].sudo()
        return bookings.search(
            [
                ("workcenter_id", "=", self.workcenter_id.id),
                ("lane", "in", self._get_lanes()),
                ("state", "=", "in_use"),
                ("breakdown_id", "=", False),
            ]
        )

    def _get_reason(self):
        parts = [self.loss_id.name, self.description]
        return ": ".join(part for part in parts if part)

    def _get_hit(self, states, end):
        """Return bookings on the broken lanes up to ``end``."""
        return (
            self.env["factory.booking"]
            .sudo()
            .search(
                [
                    ("workcenter_id", "=", self.workcenter_id.id),
                    ("lane", "in", self._get_lanes()),
                    ("state", "in", states),
                    ("block_from", "<", end),
                    ("block_to", ">", self.date_from),
                ]
            )
        )

    def _keep(self, rests=None):
        """Keep the time up to the expected end, also after that has changed.

        :param rests: bookings displaced already, to be offered times with the others
        """
        reason = self._get_reason()
        end = self._get_kept_until()
        hit = self._get_hit(("held", "confirmed"), end)
        lanes = {(self.workcenter_id.id, lane) for lane in self._get_lanes()}
        displaced = hit._displace(reason, self, lanes)
        self._cut(end)
        try:
            with self.env.cr.savepoint():
                self._fill(end)
        except ExclusionViolation as error:
            self.env["factory.booking"]._restart_when_taken(error)
        (rests | displaced if rests else displaced)._propose(reason)

    def _cut(self, end):
        """Shorten blocks that reach beyond the end."""
        for block in self.block_ids.filtered(
            lambda b: b.state in LIVE and b.block_to > end
        ):
            if block.block_from >= end:
                block._release("cancelled")
            else:
                block._system().write({"date_end": end})
        self.block_ids.flush_recordset()

    def _fill(self, end):
        """Keep what is not kept yet, round other maintenance and closures."""
        for lane in self._get_lanes():
            for start, stop in self._get_gaps(lane, end):
                last = self.block_ids.filtered(
                    lambda b, lane=lane, start=start: (
                        b.lane == lane and b.state in LIVE and b.block_to == start
                    )
                )
                if last:
                    last._system().write({"date_end": stop})
                else:
                    self._create_block(lane, start, stop)
        self.env["factory.booking"].flush_model()

    def _get_gaps(self, lane, end):
        others = self._get_hit(LIVE, end).filtered(
            lambda b: b.lane == lane and not b.unprotected
        )
        taken = merge_intervals((b.block_from, b.block_to) for b in others)
        return subtract([(self.date_from, end)], taken)

    def _create_block(self, lane, start, stop):
        now = fields.Datetime.now()
        vals = {
            "workcenter_id": self.workcenter_id.id,
            "lane": lane,
            "kind": "maintenance",
            "date_start": start,
            "date_end": stop,
            "state": "confirmed",
            "origin": self._get_reason(),
            "breakdown_id": self.id,
        }
        runs = self.workcenter_id._get_running_lanes()
        if start <= now < stop and lane not in runs:
            vals.update(state="in_use", actual_start=start)
        self.env["factory.booking"].sudo()._system().create(vals)

    # --- the idle record ---

    def _record_idle(self):
        """Write the reason where Odoo counts effectiveness; it blocks the centre.

        One lane alone does not block the others: its record is written at the repair.
        """
        if self.lane or self.productivity_id:
            return
        future = self.date_from > fields.Datetime.now()
        self.productivity_id = self.env["mrp.workcenter.productivity"].create(
            self._prepare_idle_vals(self.until if future else False)
        )

    def _prepare_idle_vals(self, end):
        return {
            "workcenter_id": self.workcenter_id.id,
            "company_id": self.company_id.id,
            "loss_id": self.loss_id.id,
            "description": self.description,
            "date_start": self.date_from,
            "date_end": end,
        }

    # --- repair ---

    def _repair(self, moment):
        self._check_open()
        end = max(moment, self.date_from)
        for block in self.block_ids.filtered(lambda b: b.state in LIVE):
            if block.state == "in_use":
                if block.date_start < end < block.date_end:
                    block._system().write({"date_end": end})
                block._finish(end)
            elif block.block_from >= end:
                block._release("cancelled")
            else:
                block._system().write({"date_end": end})
        self.write({"state": "repaired", "date_repaired": end})
        idle = self.productivity_id
        if not idle:
            idle = self.productivity_id = idle.create(self._prepare_idle_vals(end))
        idle.date_end = end
        self.workcenter_id.invalidate_recordset(["working_state"])

    @api.model
    def _cron_move_on(self):
        """Keep open breakdowns some days ahead, once a day for each."""
        margin = timedelta(days=1)
        for breakdown in self.sudo().search(
            [("state", "=", "open"), ("until", "=", False)]
        ):
            ends = breakdown.block_ids.filtered(lambda b: b.state in LIVE)
            reached = max(ends.mapped("block_to"), default=breakdown.date_from)
            if reached < breakdown._get_kept_until() - margin:
                breakdown._keep()
