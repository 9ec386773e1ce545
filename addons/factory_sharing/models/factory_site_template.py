# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, models
from odoo.exceptions import UserError

# What a site is for; everything else was done, found or agreed at the site copied.
KEPT = (
    "commodity",
    "cluster_id",
    "programme_id",
    "currency_id",
)


class FactorySite(models.Model):
    """A site as the template of the next one."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.site"

    def copy_data(self, default=None):
        """Take over what a site is for, and nothing of what happened there."""
        default = dict(default or {})
        vals_list = []
        for site in self:
            vals = {
                name: site[name].id if site._fields[name].relational else site[name]
                for name in KEPT
            }
            vals["code"] = self.env._("%(code)s (copy)", code=site.code)
            vals["name"] = self.env._("%(name)s (copy)", name=site.name)
            vals_list.append({**vals, **default})
        return vals_list

    def copy(self, default=None):
        """Copy sites as templates: gates open, budget planned, no operator.

        With a company in ``default`` its draft work centres and tariffs come along.
        """
        copies = super().copy(default=default)
        for site, new in zip(self, copies, strict=True):
            site._copy_spared_gates(new)
            site._copy_budget(new)
            if new.company_id:
                site._copy_tariffs(new, site._copy_centres(new))
        return copies

    def action_copy_as_template(
        self, name, code=False, region_id=False, company_id=False
    ):
        """Make the site of the next region from this one.

        Gates start open (those that do not apply here do not apply there), the budget
        is taken over as a plan; with a company also the work centres and, as drafts,
        the tariffs. Evidence, agreements, licences, machines and operator are not.

        :param str name: name of the new house
        :param str code: its short name; that of this site with "(copy)" when empty
        :param int region_id: its region
        :param int company_id: its operator, if there is one already
        :return: id of the new site
        :rtype: int
        """
        self.ensure_one()
        if not (name or "").strip():
            raise UserError(self.env._("Name the new site."))
        default = {"name": name, "region_id": region_id, "company_id": company_id}
        if code:
            default["code"] = code
        return self.copy(default).id

    def action_open_copy_wizard(self):
        """Ask for name, region and company of the next site."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Copy as template"),
            "res_model": "factory.site.copy",
            "view_mode": "form",
            "target": "new",
            "context": {"default_site_id": self.id},
        }

    def _copy_spared_gates(self, new):
        for gate in self.gate_ids.filtered(lambda one: one.state == "not_applicable"):
            new.gate_ids.filtered(lambda one, g=gate: one.gate_id == g.gate_id)[
                :1
            ].action_record(
                "not_applicable",
                self.env._(
                    "As at %(site)s, from which the site is copied", site=self.name
                ),
            )

    def _copy_budget(self, new):
        lines = self.env["factory.site.budget"]
        if not lines.has_access("create"):
            return
        lines.create(
            [
                {
                    "site_id": new.id,
                    "name": line.name,
                    "fund_source": line.fund_source,
                    "amount": line.amount,
                    "source": self.env._("Plan, from %(site)s", site=self.code),
                }
                for line in self.budget_ids
            ]
        )

    def _copy_centres(self, new):
        """Return ``{work centre: its copy at the new site}``."""
        company = new.company_id
        return {
            centre: centre.with_company(company).copy(
                {
                    "name": centre.name,
                    "company_id": company.id,
                    "site_id": new.id,
                    "resource_calendar_id": company.resource_calendar_id.id,
                    "alternative_workcenter_ids": False,
                }
            )
            for centre in self.workcenter_ids
        }

    def _copy_tariffs(self, new, centres):
        """Copy the tariffs of the site as drafts that a meeting has yet to decide."""
        tariffs = self.env["factory.tariff"]
        if not tariffs.has_access("create"):
            return
        found = tariffs.search(
            [("site_id", "=", self.id), ("state", "in", ("draft", "active"))]
        )
        for tariff in found:
            lines = tariff.line_ids.filtered(
                lambda line: line._can_be_copied_to(new.company_id, centres)
            )
            copied = tariffs.create(
                {
                    "name": tariff.name,
                    "company_id": new.company_id.id,
                    "site_id": new.id,
                    "date_from": new._local_date(),
                    "line_ids": [
                        Command.create(line._prepare_template_vals(centres))
                        for line in lines
                    ],
                }
            )
            left_out = len(tariff.line_ids) - len(lines)
            if left_out:
                new.message_post(
                    body=self.env._(
                        "Tariff %(tariff)s: %(count)s lines name a service or class of"
                        " members of %(company)s and were not copied.",
                        tariff=copied.name,
                        count=left_out,
                        company=tariff.company_id.name,
                    )
                )
