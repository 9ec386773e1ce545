# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from .factory_site import BUDGET_GROUPS
from .sharing_guard import by_action


class FactorySite(models.Model):
    """By whose leave a site is run, and by whom."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.site"

    agreement_ids = fields.One2many(
        "grant.agreement", "site_id", string="Agreements", groups=BUDGET_GROUPS
    )
    agreement_id = fields.Many2one(
        "grant.agreement",
        compute="_compute_agreement_id",
        string="Management agreement",
        help="The agreement by which today's operator runs the site.",
    )
    agreement_date_end = fields.Date(
        compute="_compute_agreement_id", string="Agreement until"
    )
    agreement_date_evaluation = fields.Date(
        compute="_compute_agreement_id", string="Next evaluation"
    )
    evaluation_ids = fields.One2many(
        "factory.site.evaluation",
        "site_id",
        string="Evaluations",
        groups=BUDGET_GROUPS,
    )

    custody_elsewhere_count = fields.Integer(
        compute="_compute_custody_elsewhere_count",
        string="Machines with a former operator",
        help="Machines of the site that another operator holds in custody: they change"
        " hands with a paper of their own, not with the agreement.",
    )

    @api.depends("company_id", "equipment_ids.operator_id")
    def _compute_custody_elsewhere_count(self):
        for site in self:
            site.custody_elsewhere_count = len(site._get_machines_elsewhere())

    def _get_machines_elsewhere(self):
        """Return the machines of the site that are with another operator."""
        # sudo: the machines may stand in the register of the giving side
        operator = self.sudo().company_id.partner_id
        machines = self.sudo().equipment_ids.filtered(
            lambda one: (
                operator and one.operator_id not in (operator, operator.browse())
            )
        )
        return machines.sudo(False)

    def action_transfer_machines(self):
        """Offer to hand the former operator's machines to today's."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "grant_equipment.grant_custody_transfer_action"
        )
        return {
            **action,
            "context": {
                "default_equipment_ids": self._get_machines_elsewhere().ids,
                "default_partner_id": self.company_id.partner_id.id,
                "default_role": "operator",
                "default_reason": self.agreement_id.name,
            },
        }

    @api.depends("agreement_ids.state")
    def _compute_agreement_id(self):
        for site in self:
            today = site._local_date()
            agreement = site._get_active_agreement(today)
            site.agreement_id = agreement.id
            site.agreement_date_end = agreement.date_end
            site.agreement_date_evaluation = agreement.date_next_evaluation

    def _get_active_agreement(self, day):
        """Return the operator's agreement that covers a day, empty when none does."""
        self.ensure_one()
        operator = self.sudo().company_id.partner_id
        return self._get_management_agreements().filtered(
            lambda agreement: (
                agreement._is_active_on(day)
                and (not operator or agreement.recipient_id == operator)
            )
        )[:1]

    def _get_management_agreements(self):
        # sudo: whether an agreement is active is judged for users who may not read it
        return self.sudo().agreement_ids.filtered(lambda one: one.kind == "management")

    def _needs_agreement(self):
        """An operator who owns the house needs nobody's leave to run it."""
        self.ensure_one()
        return not self.owner_partner_id or (
            self.owner_partner_id != self.company_id.partner_id
        )

    def _get_agreement_obstacles(self, day, company=None):
        """Say why nobody, or not this company, may run the site on a day."""
        self.ensure_one()
        operator = self.company_id
        if company and operator and company != operator:
            return [
                self.env._(
                    "- the site is run by %(operator)s, not by %(company)s",
                    operator=operator.display_name,
                    company=company.display_name,
                )
            ]
        if not self._needs_agreement() or self._get_active_agreement(day):
            return []
        held = [
            agreement._describe_hold(day, operator.partner_id)
            for agreement in self._get_management_agreements()[:3]
        ]
        return held or [
            self.env._(
                "- no management agreement is active; to act: %(owner)s",
                owner=self.owner_partner_id.display_name or "-",
            )
        ]

    def _change_operator(self, company, agreement):
        """Give the site to another operator; what the former one recorded stays his.

        :param company: company of the new operator
        :param agreement: deed by which he gets it
        """
        self.ensure_one()
        former = self.company_id
        by_action(self).write(
            {
                "company_id": company.id,
                "warehouse_id": False,
                "analytic_account_id": False,
            }
        )
        self.message_post(
            body=self.env._(
                "Operator by agreement %(agreement)s: %(former)s → %(company)s",
                agreement=agreement.name,
                former=former.name or "-",
                company=company.name,
            )
        )
