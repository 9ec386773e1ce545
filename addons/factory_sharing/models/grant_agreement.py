# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

REMIND_DAYS = 60


class GrantAgreement(models.Model):
    _inherit = "grant.agreement"

    site_id = fields.Many2one(
        "factory.site",
        index="btree_not_null",
        ondelete="restrict",
        help="The shared factory that a management agreement hands to its operator.",
    )
    evaluation_ids = fields.One2many(
        "factory.site.evaluation", "agreement_id", string="Evaluations"
    )
    date_next_evaluation = fields.Date(
        compute="_compute_date_next_evaluation",
        help="What the latest evaluation set, else the day agreed in the deed.",
    )
    site_obligation_ids = fields.Many2many(
        "umkm.obligation",
        "grant_agreement_site_obligation_rel",
        readonly=True,
        copy=False,
        string="Reminders",
        help="End of the agreement and its next evaluation in the calendar of"
        " obligations.",
    )

    @api.depends("evaluation_ids.date_next", "evaluation_date")
    def _compute_date_next_evaluation(self):
        for agreement in self:
            latest = agreement.evaluation_ids.sorted(lambda one: (one.date, one.id))
            agreement.date_next_evaluation = (
                latest[-1:].date_next if latest else agreement.evaluation_date
            )

    def action_activate(self):
        """Let the operator of the site follow the agreement that is in force."""
        result = super().action_activate()
        self._follow_site()
        self._sync_site_obligations()
        return result

    def _close(self, state, date, reason):
        result = super()._close(state, date, reason)
        self._sync_site_obligations()
        return result

    @api.model
    def _cron_follow_sites(self):
        """Hand sites over on the day on which their new agreement starts."""
        self.search(
            [
                ("kind", "=", "management"),
                ("state", "=", "active"),
                ("site_id", "!=", False),
            ]
        )._follow_site()

    def _follow_site(self):
        """Make the recipient the operator of the site, if its owner handed it over.

        A site keeps its last operator when an agreement ends without a successor: his
        records stay his, but nothing may be produced any more.
        """
        for agreement in self:
            # sudo: who may put the deed in force may not enter the operator's company
            site = agreement.sudo().site_id
            if agreement.kind != "management" or not site:
                continue
            owner = site.owner_partner_id.commercial_partner_id
            operator = agreement.sudo().recipient_id._get_grant_company()
            if (
                operator
                and operator != site.company_id
                and owner == agreement.sudo().donor_id.commercial_partner_id
                and agreement._is_active_on(site._local_date())
            ):
                site._change_operator(operator, agreement)

    def _sync_site_obligations(self):
        """Keep the end and the next evaluation of agreements in the calendar."""
        for agreement in self.filtered("site_id"):
            # whoever keeps the deed need not have the right to all obligations
            entries = agreement.sudo().site_obligation_ids
            entries.filtered(lambda one: not one.date_done).unlink()
            if agreement.state == "active" and agreement.kind == "management":
                agreement.sudo()._guard_opened().site_obligation_ids = [
                    (4, entry.id)
                    for entry in entries.create(agreement._prepare_obligations())
                ]

    def _prepare_obligations(self):
        self.ensure_one()
        dues = [
            (
                self.date_end,
                self.env._("Agreement %(name)s ends: extend, end or reassign it"),
            ),
            (
                self.date_next_evaluation,
                self.env._("Evaluate agreement %(name)s with its operator"),
            ),
        ]
        return [
            {
                "name": title % {"name": self.name},
                "kind": "grant",
                "rule": self.name,
                "company_id": self.company_id.id,
                "date_due": due,
                "remind_days": REMIND_DAYS,
                "res_model": "res.partner",
                "res_id": self.recipient_id.id,
            }
            for due, title in dues
            if due
        ]

    def _describe_hold(self, day, operator):
        """Say why this agreement lets nobody run the site on a day, as one line.

        :param date day: day of the run
        :param operator: partner who runs the site, empty when there is none
        """
        self.ensure_one()
        names = {"name": self.name, "party": self.recipient_id.name, "day": day}
        if operator and self.recipient_id != operator:
            line = self.env._(
                "- agreement %(name)s is with %(party)s, who does not run the site",
                **names,
            )
        elif self.state in ("draft", "signed"):
            line = self.env._(
                "- agreement %(name)s with %(party)s is not active yet", **names
            )
        elif day < self.date_start:
            line = self.env._(
                "- agreement %(name)s with %(party)s starts on %(start)s",
                start=self.date_start,
                **names,
            )
        else:
            last = min(filter(None, (self.date_end, self.date_ended)), default="-")
            line = self.env._(
                "- agreement %(name)s with %(party)s ended on %(last)s",
                last=last,
                **names,
            )
        return line
