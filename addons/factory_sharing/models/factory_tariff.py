# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools import pricing
from ..tools.pricing_errors import NoLineError, PricingError
from .pricing_messages import explain
from .sharing_guard import by_action, is_by_action, without_defaults

CHATTER = ("message_", "activity_", "website_message_")


class FactoryTariff(models.Model):
    _name = "factory.tariff"
    _description = "Tariff"
    _inherit = ["mail.thread"]
    _order = "date_from desc, version desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "factory.tariff", readonly=True, copy=False, help="The version before this one."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    site_id = fields.Many2one(
        "factory.site",
        check_company=True,
        index=True,
        help="Empty: holds for every site of the company, where the tariff of the site"
        " has no line that fits.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    date_from = fields.Date(required=True, default=fields.Date.context_today)
    date_to = fields.Date(tracking=True, help="Last day; empty until it is replaced.")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In force"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    meeting_id = fields.Many2one(
        "coop.meeting",
        string="Decided by",
        check_company=True,
        copy=False,
        tracking=True,
        help="The meeting that decided the tariff; it locks the lines.",
    )
    resolution = fields.Char(
        copy=False, help="Number or words of the resolution in the minutes."
    )
    line_ids = fields.One2many("factory.tariff.line", "tariff_id", copy=True)
    charge_count = fields.Integer(compute="_compute_charge_count")

    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A tariff ends on or after the day it starts.",
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for tariff in self:
            tariff.display_name = self.env._(
                "%(name)s, version %(version)s",
                name=tariff.name,
                version=tariff.version,
            )

    def _compute_charge_count(self):
        counts = dict(
            self.env["factory.charge"]._read_group(
                [("tariff_id", "in", self.ids)], ["tariff_id"], ["__count"]
            )
        )
        for tariff in self:
            tariff.charge_count = counts.get(tariff, 0)

    @api.constrains("state", "site_id", "company_id", "date_from", "date_to")
    def _check_overlap(self):
        for tariff in self.filtered(lambda t: t.state != "draft"):
            domain = Domain(
                [
                    ("id", "!=", tariff.id),
                    ("state", "!=", "draft"),
                    ("company_id", "=", tariff.company_id.id),
                    ("site_id", "=", tariff.site_id.id),
                ]
            ) & tariff._get_overlap_domain(tariff.date_from, tariff.date_to)
            other = self.search(domain, limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "%(tariff)s and %(other)s hold at the same time; close the one"
                        " before the other starts.",
                        tariff=tariff.display_name,
                        other=other.display_name,
                    )
                )

    @api.model
    def _get_overlap_domain(self, date_from, date_to):
        domain = Domain("date_to", "=", False) | Domain("date_to", ">=", date_from)
        if date_to:
            domain &= Domain("date_from", "<=", date_to)
        return domain

    @api.model_create_multi
    def create(self, vals_list):
        self = without_defaults(self, ("state",))
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(
                    self.env._(
                        "Tariff %(name)s starts as a draft; put it in force with"
                        " its button.",
                        name=vals.get("name", ""),
                    )
                )
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals and not is_by_action(self):
            raise UserError(
                self.env._("The state of a tariff changes with its buttons only.")
            )
        changed = {name for name in vals if not name.startswith(CHATTER)}
        if changed and not is_by_action(self):
            self._check_unlocked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self._check_unlocked()

    def _check_unlocked(self):
        """Refuse to touch what a meeting has decided."""
        for tariff in self:
            if tariff.state != "draft":
                raise UserError(
                    self.env._(
                        "%(tariff)s has been decided and is locked; make a new"
                        " version.",
                        tariff=tariff.display_name,
                    )
                )

    def action_activate(self):
        """Put tariffs in force; each needs the meeting that decided it, and lines.

        :return: True
        """
        for tariff in self:
            tariff._check_unlocked()
            if not tariff.meeting_id:
                raise UserError(
                    self.env._(
                        "%(tariff)s: name the meeting that decided it.",
                        tariff=tariff.display_name,
                    )
                )
            if not tariff.line_ids:
                raise UserError(
                    self.env._("%(tariff)s has no line.", tariff=tariff.display_name)
                )
            tariff._close_previous()
            by_action(tariff).write({"state": "active"})
        return True

    def _close_previous(self):
        """End the version before on the day before this one starts."""
        self.ensure_one()
        previous = self.previous_id
        if previous.state == "active" and not previous.date_to:
            previous.action_close(fields.Date.subtract(self.date_from, days=1))

    def action_close(self, date=None):
        """End tariffs.

        :param date: last day in force, ISO; today when empty
        :return: True
        """
        day = fields.Date.to_date(date) or fields.Date.context_today(self)
        for tariff in self:
            if tariff.state != "active":
                raise UserError(
                    self.env._(
                        "%(tariff)s is not in force.", tariff=tariff.display_name
                    )
                )
            late = self.env["factory.charge"].search_count(
                [
                    ("tariff_id", "=", tariff.id),
                    ("state", "!=", "cancelled"),
                    ("date", ">", day),
                ],
                limit=1,
            )
            if late:
                raise UserError(
                    self.env._(
                        "%(tariff)s has priced charges after %(day)s; close it later.",
                        tariff=tariff.display_name,
                        day=day,
                    )
                )
            by_action(tariff).write({"state": "closed", "date_to": day})
        return True

    def action_new_version(self):
        """Copy a tariff as the draft of its next version and open it."""
        self.ensure_one()
        new = self.copy(
            {
                "name": self.name,
                "version": self.version + 1,
                "previous_id": self.id,
                "date_to": False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    @api.model
    def _get_candidates(self, company, site, day):
        """Return the tariffs in force on a day, that of the site first."""
        domain = Domain(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("active", "closed")),
                ("date_from", "<=", day),
                ("site_id", "in", [site.id, False] if site else [False]),
            ]
        ) & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        return self.search(domain).sorted(lambda tariff: not tariff.site_id)

    @api.model
    def _price(self, company, site, day, request):
        """Choose the tariff and the line for a request, and price it.

        :param pricing.Request request: what was used, in local time
        :return: (`factory.tariff.line`, `pricing.Price`)
        :raise UserError: when no tariff or no line fits
        """
        tariffs = self._get_candidates(company, site, day)
        unit = to_decimal(company.amount_unit or 1)
        problem = None
        for tariff in tariffs:
            lines = [line._get_line() for line in tariff.line_ids]
            try:
                price = pricing.quote(lines, request, unit)
            except NoLineError as error:
                problem = error
                continue
            except PricingError as error:
                raise UserError(
                    self.env._(
                        "%(tariff)s: %(problem)s",
                        tariff=tariff.display_name,
                        problem=explain(self.env, error),
                    )
                ) from error
            return tariff.line_ids.browse(price.key), price
        raise UserError(
            self.env._(
                "No tariff of %(company)s in force on %(day)s prices this: charge type"
                " %(kind)s per %(unit)s, centre %(centre)s, service %(service)s.",
                company=company.name,
                day=day,
                kind=request.charge_type,
                unit=request.unit,
                centre=self.env["mrp.workcenter"].browse(request.workcenter).name
                or "-",
                service=self.env["product.product"].browse(request.product).name or "-",
            )
        ) from problem
