# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.sql import create_index

MEMBER_READERS = (
    "umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_operator,"
    "umkm_base.umkm_base_group_auditor"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    coop_member_ids = fields.One2many(
        "coop.member", "partner_id", string="Memberships", groups=MEMBER_READERS
    )

    def init(self):
        result = super().init()
        # core's index on the name finds a whole name only; members are looked for by
        # a part of theirs
        if self.env.registry.has_trigram:
            create_index(
                self.env.cr,
                "res_partner_coop_name_trigram",
                self._table,
                ["name gin_trgm_ops"],
                "gin",
            )
        return result

    @api.constrains("company_id")
    def _check_coop_company(self):
        """Keep members and heirs in their cooperative, so that no other sees them."""
        # memberships that the user may not see count as well
        own = [("partner_id", "in", self.ids)]
        members = self.env["coop.member"].sudo().search(own)
        heirs = self.env["coop.member.heir"].sudo().search(own)
        for record in (*members, *heirs):
            if record.partner_id.company_id != record.company_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s belongs to %(company)s as a member or heir; another"
                        " company would see the identity number and address. Make a"
                        " contact of its own for the other company.",
                        name=record.partner_id.name,
                        company=record.company_id.name,
                    )
                )

    def _is_coop_registered(self):
        """Tell whether a cooperative's register says something of the person.

        Also of who left, and of the organisation that the person acts for.
        """
        # whoever asks for himself need not be allowed to read members
        partners = self.sudo() | self.sudo().commercial_partner_id
        return any(m.state != "refused" for m in partners.coop_member_ids)
