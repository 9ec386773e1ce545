# SPDX-License-Identifier: AGPL-3.0-or-later
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .grant_guard_mixin import TRANSFER_RULES


class GrantAgreement(models.Model):
    """What donor and recipient agreed: NPHD, loan for use, or management of a site.

    No law was found that fixes for how many years granted goods may not be sold; it is
    agreed each time. So term, inspections, transfers and sanctions are fields here.
    """

    _name = "grant.agreement"
    _description = "Grant Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin", "grant.guard.mixin"]
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "recipient_id.name"]
    _check_company_auto = True
    _guard_open_fields = frozenset(
        {"date_ended", "end_reason", "scan", "scan_filename", "note", "evaluation_note"}
    )

    name = fields.Char(
        string="Number",
        required=True,
        copy=False,
        tracking=True,
        help="Number of the deed (NPHD, PKS), as it stands on the paper.",
    )
    kind = fields.Selection(
        [
            ("grant", "Grant (NPHD)"),
            ("loan_for_use", "Loan for use (pinjam pakai)"),
            ("management", "Management of a site (kerja sama pengelolaan)"),
        ],
        required=True,
        default="grant",
        tracking=True,
        help="Only a grant can pass title. A management agreement names who operates a"
        " site and what he contributes.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signed", "Signed"),
            ("active", "Active"),
            ("ended", "Ended"),
            ("terminated", "Terminated"),
        ],
        default="draft",
        required=True,
        copy=False,
        readonly=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        help="The donor's company; the recipient's company can read it too.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    programme_id = fields.Many2one(
        "grant.programme", index=True, check_company=True, ondelete="restrict"
    )
    donor_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        default=lambda self: self.env.company.partner_id,
        ondelete="restrict",
        help="Who gives and, unless title passes, stays owner.",
    )
    recipient_id = fields.Many2one(
        "res.partner",
        string="Recipient or operator",
        required=True,
        index=True,
        ondelete="restrict",
    )
    date_signed = fields.Date(copy=False)
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    date_end = fields.Date(help="Last day of the agreement; empty for no fixed term.")
    date_ended = fields.Date(
        string="Ended on", copy=False, help="Last day on which it was in force."
    )
    end_reason = fields.Char(copy=False)

    restriction_end = fields.Date(
        help="Until this day the goods may not be sold or passed on, but for what the"
        " transfer rule allows."
    )
    permitted_transfer = fields.Selection(
        TRANSFER_RULES,
        required=True,
        default="permission",
        help="Passing the goods on before the restriction ends. Giving them back to the"
        " owner is always possible.",
    )
    permitted_transfer_note = fields.Text(string="Transfers allowed, wording")
    inspection_interval_months = fields.Integer(
        help="The donor inspects the goods every so many months; 0 for no fixed"
        " interval. Karanganyar agreed on 3."
    )
    sanctions = fields.Text(help="What follows when the goods are sold or lie idle.")

    contribution_kind = fields.Selection(
        [
            ("none", "None"),
            ("fixed", "Fixed amount"),
            ("percent", "Percent of revenue"),
        ],
        required=True,
        default="none",
        help="What the operator pays to the owner once the free period is over.",
    )
    contribution_free_until = fields.Date(
        help="Last day of the free period. The province of NTT gave its slaughterhouse"
        " a first year free."
    )
    contribution_amount = fields.Monetary(help="Amount per contribution period.")
    contribution_percent = fields.Float(
        digits=(16, 4), help="Percent of the operator's revenue of the period."
    )
    contribution_period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")], default="month"
    )
    evaluation_date = fields.Date(
        help="Day on which owner and operator look at the results and decide how to go"
        " on."
    )
    evaluation_note = fields.Text()

    predecessor_id = fields.Many2one(
        "grant.agreement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="Agreement that this one replaces.",
    )
    successor_ids = fields.One2many("grant.agreement", "predecessor_id")
    handover_ids = fields.One2many("grant.handover", "agreement_id")
    handover_count = fields.Integer(compute="_compute_handover_count")
    scan = fields.Binary(attachment=True, copy=False)
    scan_filename = fields.Char(copy=False)
    note = fields.Text()

    _name_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "There is an agreement with this number already."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "An agreement cannot end before it starts.",
    )
    _interval_positive = models.Constraint(
        "CHECK (inspection_interval_months >= 0)",
        "The inspection interval cannot be below zero months.",
    )
    _parties_differ = models.Constraint(
        "CHECK (donor_id <> recipient_id)",
        "Donor and recipient of an agreement are two parties.",
    )
    _contribution_range = models.Constraint(
        "CHECK (contribution_amount >= 0 AND contribution_percent BETWEEN 0 AND 100)",
        "A contribution is an amount of at least 0 or a percentage from 0 to 100.",
    )

    def _compute_handover_count(self):
        counts = dict(
            self.env["grant.handover"]._read_group(
                [("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"]
            )
        )
        for agreement in self:
            agreement.handover_count = counts.get(agreement, 0)

    @api.constrains("contribution_kind", "contribution_amount", "contribution_percent")
    def _check_contribution(self):
        wrong = self.filtered(
            lambda one: (
                (one.contribution_kind == "fixed" and not one.contribution_amount)
                or (one.contribution_kind == "percent" and not one.contribution_percent)
            )
        )
        if wrong:
            raise ValidationError(
                self.env._(
                    "State how much the operator contributes in: %(names)s.",
                    names=", ".join(wrong.mapped("name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        signed = self.filtered(lambda one: one.state != "draft")
        if signed:
            raise UserError(
                self.env._(
                    "Signed agreements stay: end or terminate %(names)s instead.",
                    names=", ".join(signed.mapped("name")),
                )
            )

    # Actions

    def action_sign(self):
        """Sign drafts: their terms can no longer change."""
        self._check_state("draft")
        for agreement in self:
            agreement._guard_opened().write(
                {
                    "state": "signed",
                    "date_signed": agreement.date_signed or agreement.date_start,
                }
            )
        return True

    def action_activate(self):
        """Put signed agreements in force, from their start day on."""
        self._check_state("signed")
        self._guard_opened().write({"state": "active"})
        return True

    def action_end(self, date=False):
        """End agreements that ran out or were fulfilled.

        :param str date: last day in force, ISO; the agreed end day when left out
        """
        self._check_state("active")
        return self._close("ended", date, False)

    def action_terminate(self, date=False, reason=False):
        """Terminate signed or active agreements before their time.

        :param str date: last day in force, ISO; the day entered in the form, else
            today at the company's place
        :param str reason: why; the reason entered in the form when left out
        """
        self._check_state("signed", "active")
        for agreement in self:
            if not (reason or agreement.end_reason):
                raise UserError(
                    self.env._(
                        "Enter why agreement %(name)s is terminated.",
                        name=agreement.name,
                    )
                )
        return self._close("terminated", date, reason)

    def action_reassign(self, partner_id, number, date, reason):
        """Terminate an agreement and draft its successor for another party.

        The owner may replace an operator who does not do well (Aceh Tamiang).

        :param int partner_id: new recipient or operator
        :param str number: number of the new agreement
        :param str date: first day of the new agreement, ISO
        :param str reason: why
        :return: id of the new draft
        """
        self.ensure_one()
        day = fields.Date.to_date(date)
        self.action_terminate(day - relativedelta(days=1), reason)
        successor = self.copy(
            {
                "name": number,
                "recipient_id": partner_id,
                "date_start": day,
                "date_end": self.date_end and max(self.date_end, day),
                "predecessor_id": self.id,
            }
        )
        return successor.id

    def action_view_handovers(self):
        """Open the handovers under the agreement."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "grant_equipment.grant_handover_action"
        )
        return {
            **action,
            "domain": [("agreement_id", "in", self.ids)],
            "context": {"default_agreement_id": self[:1].id},
        }

    # Business

    def _is_active_on(self, date):
        """Tell whether the agreement is in force on a day.

        One that ended since was in force until its last day, so that what was produced
        then can still be judged by it.

        :param date: day at the site, date or ISO text
        """
        self.ensure_one()
        day = fields.Date.to_date(date)
        if self.state not in ("active", "ended", "terminated") or not day:
            return False
        last_days = [last for last in (self.date_end, self.date_ended) if last]
        if self.state != "active" and not self.date_ended:
            return False
        return self.date_start <= day and all(day <= last for last in last_days)

    def _is_contribution_free_on(self, date):
        """Tell whether nothing is owed to the owner for a day."""
        self.ensure_one()
        day = fields.Date.to_date(date)
        free_until = self.contribution_free_until
        return self.contribution_kind == "none" or bool(
            free_until and day <= free_until
        )

    def _close(self, state, date, reason):
        for agreement in self:
            day = fields.Date.to_date(date) or agreement.date_ended
            if not day and state == "ended":
                day = agreement.date_end
            day = day or agreement.company_id._local_date()
            vals = {"state": state, "date_ended": day}
            if reason:
                vals["end_reason"] = reason
            agreement._guard_opened().write(vals)
        return True

    def _check_state(self, *states):
        wrong = self.filtered(lambda one: one.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This needs agreements in state %(wanted)s, but these are not:"
                    " %(names)s.",
                    wanted=", ".join(labels[state] for state in states),
                    names=", ".join(
                        f"{one.name} ({labels[one.state]})" for one in wrong
                    ),
                )
            )
