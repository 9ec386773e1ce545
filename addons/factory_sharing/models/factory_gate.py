# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class FactoryGate(models.Model):
    _name = "factory.gate"
    _description = "Readiness Gate"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    sequence = fields.Integer(default=100)
    code = fields.Char(required=True, help="Short name that loads and reports use.")
    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True, help="What must be shown before the gate counts as passed."
    )
    actor = fields.Char(
        string="Who must act",
        translate=True,
        help="The party that can pass this gate, unless a site names another.",
    )
    needed_for = fields.Selection(
        [
            ("trial", "Trial production"),
            ("ready", "Readiness"),
            ("operating", "Operation"),
        ],
        required=True,
        default="ready",
        help="Trial production: nothing can run before it. Readiness: the site is not"
        " ready before it. Operation: shows that the site runs.",
    )
    threshold_percent = fields.Float(
        help="Physical progress of the site, in percent, below which the gate cannot be"
        " passed. Sources differ on provisional handover: 100 or about 95. Zero asks"
        " for none.",
    )
    after_ids = fields.Many2many(
        "factory.gate",
        "factory_gate_after_rel",
        "gate_id",
        "before_id",
        string="Comes after",
        help="Gates that should be passed before: while one is not, this gate waits for"
        " it, and a pass out of order is flagged.",
    )
    is_of_licences = fields.Boolean(
        string="Gate of licences",
        help="Cannot be passed while a licence that the site needs is missing or"
        " expired, and fails by itself when one expires.",
    )
    source = fields.Char(help="Rule or case that this gate comes from.")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "A gate with this code exists already."
    )
    _threshold_range = models.Constraint(
        "CHECK (threshold_percent BETWEEN 0 AND 100)",
        "The threshold of a gate lies between 0 and 100 percent.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Ask every site for a new gate, also those that stand already."""
        gates = super().create(vals_list)
        # sudo: gates hold for the sites of all cooperatives
        sites = self.env["factory.site"].sudo().with_context(active_test=False)
        # every site there is, by intent
        sites.search([])._create_missing_gates()  # pylint: disable=no-search-all
        return gates

    @api.constrains("after_ids")
    def _check_after(self):
        if self._has_cycle("after_ids"):
            raise ValidationError(
                self.env._("Gates cannot wait for each other in a circle.")
            )

    @api.depends("sequence", "name")
    def _compute_display_name(self):
        for gate in self:
            gate.display_name = f"{gate.sequence} {gate.name or ''}"
