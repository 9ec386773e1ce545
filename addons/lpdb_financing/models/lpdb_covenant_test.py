# SPDX-License-Identifier: AGPL-3.0-or-later
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import formatLang

from ..tools.day_count import add_months
from .lpdb_covenant import OPERATORS, OUTCOMES


class LpdbCovenantTest(models.Model):
    """What a covenant's test said on a reporting date: a fact from then on.

    Only the lender's waiver is added to it. A test on figures that turned out wrong is
    withdrawn, stays visible, and is recorded again.
    """

    _name = "lpdb.covenant.test"
    _description = "Covenant Test"
    _inherit = ["coop.guard.mixin", "mail.thread"]
    _order = "date desc, covenant_id, id desc"
    _check_company_auto = True
    _guarded_fields = {"is_live": True, "withdrawn_reason": False}
    _frozen_fields = (
        "covenant_id",
        "date",
        "formula",
        "operator",
        "limit_value",
        "numerator",
        "denominator",
        "has_value",
        "value",
        "outcome",
        "is_near",
        "parts",
    )

    covenant_id = fields.Many2one(
        "lpdb.covenant", required=True, index=True, ondelete="restrict"
    )
    facility_id = fields.Many2one(
        related="covenant_id.facility_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="covenant_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, index=True, help="Reporting date.")
    formula = fields.Char(readonly=True)
    operator = fields.Selection(OPERATORS, required=True)
    limit_value = fields.Float(string="Limit", digits=(16, 4), required=True)
    numerator = fields.Monetary(string="Above the line")
    denominator = fields.Monetary(string="Below the line")
    has_value = fields.Boolean(
        string="Has a ratio", help="Not so when nothing stands below the line."
    )
    value = fields.Float(digits=(16, 4), aggregator=None)
    outcome = fields.Selection(OUTCOMES, required=True, index=True)
    is_near = fields.Boolean(string="Near its limit")
    parts = fields.Json(
        help='Of what the two sides were made: [{"side", "code", "label", "amount"}].'
    )
    explanation = fields.Html(compute="_compute_explanation", sanitize=False)
    is_live = fields.Boolean(
        string="Stands", default=True, readonly=True, help="Not so once withdrawn."
    )
    withdrawn_reason = fields.Char(readonly=True, tracking=True)
    waiver_date = fields.Date(
        string="Waived on",
        tracking=True,
        help="Date of the lender's letter. The debt is long term again at reporting"
        " dates from that day on, never at earlier ones.",
    )
    waiver_number = fields.Char(
        string="Waiver letter", tracking=True, help="Number of the lender's letter."
    )
    waiver_until = fields.Date(
        string="Waived until",
        tracking=True,
        help="Empty: for good. Otherwise it counts at a reporting date only when it"
        " runs for 12 months more.",
    )
    waiver_ids = fields.Many2many("ir.attachment", string="Waiver scan")
    is_open_breach = fields.Boolean(
        string="Breach not waived",
        compute="_compute_is_open_breach",
        store=True,
        help="Broken, still standing, and without a waiver of the lender.",
    )

    _live_once = models.UniqueIndex(
        "(covenant_id, date) WHERE is_live",
        "This covenant has its test of the day already.",
    )
    _waiver_only_breach = models.Constraint(
        "CHECK (waiver_date IS NULL OR outcome = 'breached')",
        "Only a covenant that is broken can be waived.",
    )
    _waiver_in_order = models.Constraint(
        "CHECK (waiver_until IS NULL OR waiver_until >= waiver_date)",
        "A waiver cannot end before the day of its letter.",
    )

    def _is_frozen(self):
        return True

    @api.depends("covenant_id.name", "date")
    def _compute_display_name(self):
        for test in self:
            test.display_name = f"{test.covenant_id.name} {test.date or ''}".strip()

    @api.depends("outcome", "is_live", "waiver_date")
    def _compute_is_open_breach(self):
        for test in self:
            test.is_open_breach = (
                test.outcome == "breached" and test.is_live and not test.waiver_date
            )

    @api.constrains("waiver_date", "waiver_number", "waiver_until")
    def _check_waiver(self):
        for test in self:
            if bool(test.waiver_date) != bool(test.waiver_number) or (
                test.waiver_until and not test.waiver_date
            ):
                raise ValidationError(
                    self.env._(
                        "%(test)s: a waiver needs the date and the number of the"
                        " lender's letter.",
                        test=test.display_name,
                    )
                )

    @api.depends("parts", "formula")
    def _compute_explanation(self):
        for test in self:
            test.explanation = test._explain()

    def _explain(self):
        """Return the figures of the test as a table."""
        self.ensure_one()
        rows = Markup()
        titles = {
            "numerator": self.env._("Above the line"),
            "denominator": self.env._("Below the line"),
        }
        row = Markup("<tr><td>%s</td><td class='text-end'>%s</td></tr>")
        head = Markup(
            "<tr class='fw-bold'><td>%s</td><td class='text-end'>%s</td></tr>"
        )
        for side, title in titles.items():
            parts = [part for part in self.parts or [] if part["side"] == side]
            # an amount has nothing below the line, a ratio may have a zero
            if parts or self.covenant_id.measure != "custom_amount":
                rows += head % (title, self._money(sum(p["amount"] for p in parts)))
            for part in parts:
                rows += row % (part["label"], self._money(part["amount"]))
        return Markup("<p>%s</p><table class='table table-sm'>%s</table>") % (
            self.formula or "",
            rows,
        )

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    # breaches

    def _is_breach_at(self, day, tested_until=None):
        """Tell whether the lender may ask for the whole debt because of it.

        :param date tested_until: last day whose tests count, that day when empty
        """
        self.ensure_one()
        last = tested_until or day
        if self.outcome != "breached" or not self.is_live or self.date > last:
            return False
        return not self._is_waived_at(day) and not self._is_cured_at(last)

    def _is_waived_at(self, day):
        """Tell whether the lender had given up his right by the end of a day.

        A right given up for less than 12 months leaves the debt current.
        """
        return bool(
            self.waiver_date
            and self.waiver_date <= day
            and (not self.waiver_until or self.waiver_until >= add_months(day, 12))
        )

    def _is_cured_at(self, day):
        covenant = self.covenant_id
        return covenant.is_cured_by_passing and any(
            other.is_live
            and other.outcome == "passed"
            and self.date < other.date <= day
            for other in covenant.test_ids
        )

    def _check_same(self, figures):
        """Refuse to record other figures over a test that stands."""
        self.ensure_one()
        equal = self.outcome == figures["outcome"] and all(
            not self.currency_id.compare_amounts(self[side], figures[side])
            for side in ("numerator", "denominator")
        )
        if not equal:
            raise UserError(
                self.env._(
                    "%(test)s is recorded with other figures, %(above)s and %(below)s."
                    " Withdraw it first, with the reason.",
                    test=self.display_name,
                    above=self._money(self.numerator),
                    below=self._money(self.denominator),
                )
            )

    def _post_breaches(self):
        """Say on the loan that a covenant is broken and what that does."""
        for test in self.filtered(lambda test: test.outcome == "breached"):
            facility = test.company_id._coop_spoken(test.facility_id)
            facility.message_post(
                body=facility.env._(
                    "%(test)s is broken. Until the lender waives it, the whole debt is"
                    " current at reporting dates from %(day)s on.",
                    test=test.display_name,
                    day=fields.Date.to_string(test.date),
                )
            )

    # actions

    def action_withdraw(self, reason=None):
        """Withdraw tests on wrong figures, so that the day can be tested again.

        :param str reason: why; needed
        :raise UserError: without a reason, or withdrawn already
        """
        self.check_access("write")
        for test in self:
            if not test.is_live:
                raise UserError(
                    self.env._(
                        "%s is withdrawn already. Record the tests of its day again.",
                        test.display_name,
                    )
                )
            if not (reason or "").strip():
                raise UserError(
                    self.env._("%s: say why the test is withdrawn.", test.display_name)
                )
        self._write_guarded({"is_live": False, "withdrawn_reason": reason})
        return True

    def action_waive(self, date=None, number=None, until=None):
        """Enter the lender's letter that waives a breach.

        :param str date: date of the letter (ISO)
        :param str number: number of the letter
        :param str until: day to which it holds (ISO), empty for good
        """
        if not date or not number:
            raise UserError(
                self.env._(
                    "%s: enter the date and the number of the lender's letter.",
                    ", ".join(self.mapped("display_name")),
                )
            )
        for test in self:
            if test.outcome != "breached" or not test.is_live:
                raise UserError(
                    self.env._(
                        "%(test)s is no breach that could be waived: choose a test that"
                        " is broken and not withdrawn.",
                        test=test.display_name,
                    )
                )
        self.write(
            {
                "waiver_date": date,
                "waiver_number": number,
                "waiver_until": until or False,
            }
        )
        return True
