# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


class CoopMemberDocumentType(models.Model):
    """One point of the checklist of an application."""

    _name = "coop.member.document.type"
    _description = "Document of an Application"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    class_id = fields.Many2one(
        "coop.member.class",
        check_company=True,
        index="btree_not_null",
        help="Asked of this class only; of all when empty.",
    )
    is_required = fields.Boolean(
        string="Required",
        help="Nobody is approved without it. Otherwise a missing one is shown only.",
    )


class CoopMemberDocument(models.Model):
    _name = "coop.member.document"
    _description = "Document of a Member"
    _order = "member_id, type_id, id"
    _check_company_auto = True

    member_id = fields.Many2one(
        "coop.member",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="member_id.company_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one(
        "coop.member.document.type",
        string="Document",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    reference = fields.Char(help="Number of the document.")
    date_received = fields.Date(
        required=True, default=lambda self: self.env.company._local_date()
    )
    file = fields.Binary(
        attachment=True, help="Scan or photo; whoever reads the member's papers may."
    )
    file_name = fields.Char()


class CoopMember(models.Model):
    _inherit = "coop.member"

    document_ids = fields.One2many(
        "coop.member.document",
        "member_id",
        string="Documents",
        groups="umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_auditor",
    )
    documents_missing = fields.Char(
        compute="_compute_documents_missing",
        groups="umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_auditor",
        help="Documents of the checklist that were not handed in.",
    )

    @api.depends("document_ids.type_id", "class_id")
    def _compute_documents_missing(self):
        missing = self._get_missing_documents()
        for member in self:
            found = missing.get(member, self.env["coop.member.document.type"])
            member.documents_missing = ", ".join(found.mapped("name")) or False

    def _get_missing_documents(self, required_only=False):
        """Return what members did not hand in.

        :rtype: {member: coop.member.document.type}, only members who miss some
        """
        domain = [("company_id", "in", self.company_id.ids)]
        if required_only:
            domain.append(("is_required", "=", True))
        types = self.env["coop.member.document.type"].search(domain)
        if not types:
            return {}
        handed_in = {}
        # whoever approves counts all papers, also those he may not open
        for member, kinds in (
            self.env["coop.member.document"]
            .sudo()
            ._read_group(
                [("member_id", "in", self.ids)], ["member_id"], ["type_id:recordset"]
            )
        ):
            handed_in[member.id] = set(kinds.ids)
        result = {}
        for member in self:
            asked = types.filtered(
                lambda kind, m=member: (
                    kind.company_id == m.company_id
                    and (not kind.class_id or kind.class_id == m.class_id)
                    and kind.id not in handed_in.get(m._origin.id, ())
                )
            )
            if asked:
                result[member] = asked
        return result

    def _check_documents(self):
        missing = self._get_missing_documents(required_only=True)
        if missing:
            raise UserError(
                self.env._(
                    "Required documents are missing: %(missing)s. Record them with the"
                    " application, then approve again.",
                    missing="; ".join(
                        f"{member.display_name}: {', '.join(types.mapped('name'))}"
                        for member, types in missing.items()
                    ),
                )
            )
