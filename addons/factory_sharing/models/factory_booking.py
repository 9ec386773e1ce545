# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .member_of_partner import assign_members
from .sharing_guard import (
    PROOF,
    by_action,
    is_by_action,
    refuse_computed,
    without_defaults,
)

# What the site's leave to produce depends on.
JUDGED = frozenset(("date_start", "workcenter_id", "kind"))
# What its leave and its price are judged by.
COMPUTED = frozenset(("site_id", "member_id"))


class FactoryBooking(models.Model):
    _inherit = "factory.booking"

    site_id = fields.Many2one(
        "factory.site", related="workcenter_id.site_id", store=True, index=True
    )
    member_id = fields.Many2one(
        "coop.member",
        compute="_compute_member_id",
        store=True,
        index=True,
        help="Membership of the user on the day of the booking; empty for others.",
    )
    trial_id = fields.Many2one(
        "factory.site.trial",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The trial that allows this run although the site is not ready.",
    )
    usage_ids = fields.One2many("factory.usage", "booking_id", string="Metered use")

    @api.depends("partner_id", "company_id", "date_start")
    def _compute_member_id(self):
        assign_members(self, lambda booking: booking._get_site_day())

    @api.model_create_multi
    def create(self, vals_list):
        self._check_trial_unset(vals_list)
        bookings = refuse_computed(self, vals_list, COMPUTED)
        return super(FactoryBooking, without_defaults(bookings, ("trial_id",))).create(
            vals_list
        )

    def write(self, vals):
        self._check_trial_unset([vals])
        refuse_computed(self, [vals], COMPUTED)
        result = super().write(vals)
        if JUDGED & vals.keys():
            self._check_promise()
        return result

    @api.model
    def _check_trial_unset(self, vals_list):
        """Refuse a booking that names its own trial."""
        if is_by_action(self):
            return
        if any("trial_id" in vals for vals in vals_list):
            raise UserError(
                self.env._("The trial of a booking is found when it is confirmed.")
            )

    def action_confirm(self):
        """Refuse what the site may not run yet, or note the trial that allows it."""
        self._check_site_ready()
        return super().action_confirm()

    def action_start(self, at=False):
        """Refuse what the site may not run yet, or note the trial that allows it."""
        moment = self._get_moment(at)
        # a work order asks for itself, see mrp.workorder
        first = self.filtered(lambda b: not b.actual_start and not b.workorder_id)
        first._check_site_ready(moment)
        timed = self.with_context(factory_run_moment=(PROOF, moment))
        return super(FactoryBooking, timed).action_start(at)

    def action_reschedule(self, date_start, date_end, workcenter_id=False, lane=False):
        """Judge the new day and place of a promise as the old ones were."""
        successor = super().action_reschedule(
            date_start, date_end, workcenter_id=workcenter_id, lane=lane
        )
        successor._check_promise()
        return successor

    def _check_promise(self):
        """Check what was confirmed and is to be used otherwise now."""
        self.filtered(
            lambda b: (
                b.state == "confirmed" and not b.actual_start and not b.workorder_id
            )
        )._check_site_ready()

    def _check_site_ready(self, moment=False):
        """Refuse what the site may not run, or note the trial that allows it.

        :param datetime moment: naive UTC, when it runs; the planned start when empty
        """
        for booking in self.filtered(lambda b: b.kind in ("use", "own")):
            # the site's gates and agreement are judged whoever confirms
            site = booking.sudo().site_id
            if site:
                trial = site._check_may_produce(
                    site._local_date(moment) if moment else booking._get_site_day(),
                    booking.company_id,
                )
                by_action(booking).write({"trial_id": trial.id})

    def _get_site_day(self):
        """Return the local day on which the booking begins."""
        self.ensure_one()
        moment = self.date_start or fields.Datetime.now()
        site = self.sudo().site_id
        if site:
            return site._local_date(moment)
        return (self.company_id._origin or self.env.company)._local_date(moment)

    def _finish(self, moment):
        result = super()._finish(moment)
        finished = self.filtered(
            lambda b: b.kind == "use" and b.partner_id and b.actual_start
        )
        self.env["factory.usage"].create(
            [booking._prepare_usage_vals() for booking in finished]
        )
        return result

    def _prepare_usage_vals(self):
        """Return the machine time that a finished booking used."""
        self.ensure_one()
        return {
            "booking_id": self.id,
            "company_id": self.company_id.id,
            "site_id": self.sudo().site_id.id,
            "workcenter_id": self.workcenter_id.id,
            "workorder_id": self.workorder_id.id,
            "production_id": self.production_id.id,
            "partner_id": self.partner_id.id,
            "charge_type": "time",
            "unit": "hour",
            "quantity": round(self.actual_hours, 3),
            # cut short by the factory's breakdown: only what was used counts
            "booked_quantity": self.actual_hours
            if self.no_fee
            else self.duration_hours,
            "date_start": self.actual_start,
            "date_end": self.actual_end,
        }
