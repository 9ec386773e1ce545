# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from ..tools.bank_match import normal


class CoopMember(models.Model):
    _inherit = "coop.member"

    virtual_account = fields.Char(
        copy=False,
        help="Number of the virtual account (VA) that the bank gave the member for his"
        " payments; statement lines that bear it are his.",
    )
    virtual_account_key = fields.Char(
        compute="_compute_virtual_account_key", store=True, readonly=True
    )

    _virtual_account_uniq = models.UniqueIndex(
        "(company_id, virtual_account_key)"
        " WHERE virtual_account_key IS NOT NULL AND virtual_account_key != ''",
        "This virtual account number belongs to another member already.",
    )

    @api.depends("virtual_account")
    def _compute_virtual_account_key(self):
        for member in self:
            member.virtual_account_key = normal(member.virtual_account) or False
