# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class CoopOfficer(models.Model):
    _name = "coop.officer"
    _description = "Cooperative Officer"
    _inherit = ["coop.guard.mixin"]
    _order = "date_from desc, role, id"
    _check_company_auto = True
    # who decided stays who he was; the end of a term is known later
    _frozen_fields = ("company_id", "role", "member_id", "partner_id", "date_from")

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    role = fields.Selection(
        [
            ("chair", "Chair"),
            ("vice_chair", "Vice chair"),
            ("secretary", "Secretary"),
            ("treasurer", "Treasurer"),
            ("supervisor_chair", "Chair of supervisors"),
            ("supervisor", "Supervisor"),
            ("manager", "Manager"),
        ],
        required=True,
        help="Chair to treasurer are the board (pengurus), supervisors watch over it"
        " (pengawas), and a manager runs the business for it.",
    )
    member_id = fields.Many2one(
        "coop.member",
        check_company=True,
        index="btree_not_null",
        help="Board and supervisors are elected from the members; an employed manager"
        " need not be one.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        check_company=True,
    )
    date_from = fields.Date(required=True, string="Term from")
    date_to = fields.Date(string="Term until", help="Last day of the term.")
    meeting_id = fields.Many2one(
        "coop.meeting",
        check_company=True,
        index="btree_not_null",
        help="Meeting that elected or appointed the officer.",
    )
    resolution = fields.Char(help="Number of the decision.")

    _term_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A term of office cannot end before it begins.",
    )

    @api.depends("member_id")
    def _compute_partner_id(self):
        for officer in self:
            officer.partner_id = officer.member_id.partner_id or officer.partner_id

    @api.depends("partner_id", "role")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for officer in self:
            role = roles.get(officer.role, "")
            officer.display_name = f"{officer.partner_id.display_name} ({role})"

    def _is_frozen(self):
        """Tell whether a decision names the officer."""
        self.ensure_one()
        # decisions on members whom the user may not see count as well
        members = self.env["coop.member"].sudo()
        return bool(members.search_count([("approved_by_id", "=", self.id)], limit=1))

    @api.model
    def _get_officers(self, company, date, roles=()):
        """Return the officers in office on a day, in the order of their roles."""
        domain = [
            ("company_id", "=", company.id),
            ("date_from", "<=", date),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", date),
        ]
        if roles:
            domain.append(("role", "in", list(roles)))
        return self.search(domain)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _coop_signers(self, day, roles):
        """Return the officers in office who may sign a paper of a day.

        :param date day: day of the paper
        :param list roles: roles that sign, the first one first
        """
        self.ensure_one()
        # members print papers of theirs and may not read who holds an office
        officers = self.env["coop.officer"].sudo()._get_officers(self, day, roles)
        return officers.sorted(lambda officer: roles.index(officer.role))
