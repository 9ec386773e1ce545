# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

FUND_SOURCES = [
    ("apbn", "State budget (APBN)"),
    ("tp", "Assistance task (tugas pembantuan)"),
    ("dak", "Special allocation (DAK)"),
    ("apbd_murni", "Regional budget, original (APBD murni)"),
    ("apbd_perubahan", "Regional budget, revised (APBD perubahan)"),
    ("pokir", "Council members' proposals (pokir)"),
    ("village", "Village budget"),
    ("csr", "Company or state enterprise (CSR)"),
    ("other", "Other"),
]


class GrantProgramme(models.Model):
    """A budget line out of which goods are granted, and what came of it."""

    _name = "grant.programme"
    _description = "Grant Programme"
    _inherit = ["mail.thread"]
    _order = "fiscal_year desc, name"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(help="Code of the activity in the budget document (DPA, DIPA).")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        help="The office that keeps the programme.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    granting_partner_id = fields.Many2one(
        "res.partner",
        string="Granting body",
        required=True,
        default=lambda self: self.env.company.partner_id,
        help="Ministry, dinas or firm that gives.",
    )
    fund_source = fields.Selection(
        FUND_SOURCES,
        required=True,
        help="Where the money comes from: reports are split by it.",
    )
    fiscal_year = fields.Char(
        required=True, size=4, help="Budget year, four digits (tahun anggaran)."
    )
    budget = fields.Monetary(
        tracking=True, help="Ceiling (pagu) of the programme for goods."
    )
    planned_recipients = fields.Integer(
        help="Recipients planned. Plan, procurement and delivery are counted apart."
    )
    region_id = fields.Many2one(
        "umkm.region", index=True, help="Province or regency that the programme serves."
    )
    source = fields.Char(help="Document or publication that the figures come from.")
    note = fields.Text()
    event_ids = fields.One2many("grant.event", "programme_id")
    agreement_ids = fields.One2many("grant.agreement", "programme_id")
    handover_ids = fields.One2many("grant.handover", "programme_id")
    event_count = fields.Integer(compute="_compute_counts")
    agreement_count = fields.Integer(compute="_compute_counts")
    handover_count = fields.Integer(compute="_compute_counts")
    equipment_count = fields.Integer(compute="_compute_counts")
    handed_over_amount = fields.Monetary(
        compute="_compute_handed_over",
        string="Handed over",
        help="Accepted quantity times unit value of the signed handovers to recipients"
        " (operators and members), reversals taken off.",
    )
    recipient_count = fields.Integer(
        compute="_compute_handed_over",
        string="Recipients served",
        help="Different recipients in signed handovers that stand.",
    )
    budget_left = fields.Monetary(
        compute="_compute_handed_over", help="Budget less what was handed over."
    )

    _budget_positive = models.Constraint(
        "CHECK (budget >= 0)", "The budget of a programme cannot be below zero."
    )
    _fiscal_year_form = models.Constraint(
        "CHECK (fiscal_year ~ '^[0-9]{4}$')",
        "The fiscal year has four digits, e.g. 2024.",
    )

    def _compute_counts(self):
        domain = [("programme_id", "in", self.ids)]
        counts = {}
        for name, model in (
            ("event_count", "grant.event"),
            ("agreement_count", "grant.agreement"),
            ("handover_count", "grant.handover"),
            ("equipment_count", "maintenance.equipment"),
        ):
            counts[name] = dict(
                self.env[model]._read_group(domain, ["programme_id"], ["__count"])
            )
        for programme in self:
            for name, of_programme in counts.items():
                programme[name] = of_programme.get(programme, 0)

    @api.depends("budget", "handover_ids.state", "handover_ids.is_reversed")
    def _compute_handed_over(self):
        rows = self.env["grant.handover"]._read_group(
            [
                ("programme_id", "in", self.ids),
                ("state", "=", "signed"),
                ("is_reversed", "=", False),
                ("reversed_id", "=", False),
                ("to_role", "in", ("operator", "member")),
            ],
            ["programme_id"],
            ["amount_accepted:sum", "to_partner_id:count_distinct"],
        )
        found = {programme: sums for programme, *sums in rows}
        for programme in self:
            amount, recipients = found.get(programme, (0.0, 0))
            programme.handed_over_amount = amount
            programme.recipient_count = recipients
            programme.budget_left = programme.budget - amount

    def action_view_handovers(self):
        """Open the handovers of the programme."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "grant_equipment.grant_handover_action"
        )
        return {
            **action,
            "domain": [("programme_id", "in", self.ids)],
            "context": {"default_programme_id": self[:1].id},
        }

    def action_view_equipment(self):
        """Open the machines that came out of the programme."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "grant_equipment.maintenance_equipment_action"
        )
        return {
            **action,
            "domain": [("programme_id", "in", self.ids)],
            "context": {"create": False},
        }
