# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class UmkmKbli(models.Model):
    _name = "umkm.kbli"
    _description = "Standard Industrial Classification (KBLI)"
    _order = "edition desc, code"
    _rec_names_search = ["code", "title"]
    _parent_store = True

    code = fields.Char(
        required=True, help="Section letter, or two to five digits: 20294."
    )
    title = fields.Char(required=True)
    edition = fields.Char(
        required=True,
        default="2020",
        help="Year of the KBLI that the code belongs to: codes change meaning between"
        " editions (BPS 2/2020, BPS 7/2025).",
    )
    parent_id = fields.Many2one(
        "umkm.kbli",
        string="Part of",
        compute="_compute_parent_id",
        store=True,
        readonly=False,
        index=True,
        ondelete="restrict",
        help="Group of the same edition; follows from the code where the group exists.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("umkm.kbli", "parent_id", string="Parts")
    description = fields.Text(help="What belongs to the code, as the edition words it.")
    source = fields.Char(help="Where code and title were taken from.")
    active = fields.Boolean(default=True)

    _code_edition_uniq = models.Constraint(
        "UNIQUE(code, edition)", "This KBLI code exists already in that edition."
    )

    @api.depends("code", "title", "edition")
    def _compute_display_name(self):
        for kbli in self:
            kbli.display_name = f"{kbli.code} {kbli.title} (KBLI {kbli.edition})"

    @api.depends("code", "edition")
    def _compute_parent_id(self):
        """Take the longest code that this one begins with, in the same edition."""
        digits = self.filtered(lambda kbli: (kbli.code or "").isdigit())
        prefixes = {kbli.code[:n] for kbli in digits for n in range(2, len(kbli.code))}
        groups = {
            (group.code, group.edition): group
            for group in self.search([("code", "in", [*prefixes])])
        }
        for kbli in self:
            code = kbli.code or ""
            found = self.browse()
            for size in range(len(code) - 1, 1, -1):
                found = groups.get((code[:size], kbli.edition), found)
                if found:
                    break
            kbli.parent_id = found or kbli.parent_id
