# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .grant_guard_mixin import ROLES


class GrantHandover(models.Model):
    """Berita acara serah terima (BAST): one giver, one taker, one day, many lines."""

    _name = "grant.handover"
    _description = "Handover (BAST)"
    _inherit = ["mail.thread", "mail.activity.mixin", "grant.guard.mixin"]
    _order = "date desc, name desc, id desc"
    _rec_names_search = ["name", "to_partner_id.name"]
    _check_company_auto = True
    _guard_open_fields = frozenset({"scan", "scan_filename", "note"})
    _guard_initial = {
        "state": "draft",
        "is_reversed": False,
        "reversed_id": False,
        "reversal_reason": False,
    }

    name = fields.Char(
        string="Number",
        copy=False,
        tracking=True,
        help="Number of the BAST. Left empty, signing gives the next one of the office"
        " (012/BAST/.../IV/2026); enter it for a paper that has one already.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("signed", "Signed"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        help="The giving side's company; the other side's company can read it too.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    place = fields.Char(help="Where the goods were handed over and the paper signed.")
    region_id = fields.Many2one(
        "umkm.region",
        compute="_compute_region_id",
        store=True,
        readonly=False,
        index=True,
        help="Region of the recipient: reports and counts are split by it.",
    )
    event_id = fields.Many2one(
        "grant.event", index=True, check_company=True, ondelete="restrict"
    )
    programme_id = fields.Many2one(
        "grant.programme",
        compute="_compute_programme_id",
        store=True,
        readonly=False,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    agreement_id = fields.Many2one(
        "grant.agreement",
        index=True,
        check_company=True,
        ondelete="restrict",
        help="Agreement that the goods are handed over under: its restriction and"
        " inspection interval pass to the machines.",
    )
    from_partner_id = fields.Many2one(
        "res.partner",
        string="Given by",
        required=True,
        index=True,
        default=lambda self: self.env.company.partner_id,
        ondelete="restrict",
    )
    from_role = fields.Selection(
        ROLES, string="Giver is", required=True, default="region"
    )
    to_partner_id = fields.Many2one(
        "res.partner",
        string="Received by",
        required=True,
        index=True,
        ondelete="restrict",
    )
    to_role = fields.Selection(
        ROLES, string="Receiver is", required=True, default="operator"
    )
    from_signatory = fields.Char(string="Signs for the giver")
    from_position = fields.Char(string="Position of the giver's signatory")
    to_signatory = fields.Char(string="Signs for the receiver")
    to_position = fields.Char(string="Position of the receiver's signatory")
    witness = fields.Char(
        string="Acknowledged by", help="Who acknowledges the handover (mengetahui)."
    )
    title_outcome = fields.Selection(
        [
            ("stays", "Title stays with the owner"),
            ("in_transfer", "Transfer of title is under way"),
            ("passes", "Title passes to the receiver"),
        ],
        string="Title",
        required=True,
        default="stays",
        help="Custody changes hands with the BAST; title only by a grant (NPHD).",
    )
    owner_id = fields.Many2one(
        "res.partner",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        help="Owner of machines registered by this handover: the donor of the"
        " agreement, the buyer when a supplier delivers, else the giver.",
    )
    line_ids = fields.One2many("grant.handover.line", "handover_id", copy=True)
    amount_accepted = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        string="Value accepted",
        help="Accepted quantities times unit values of all lines.",
    )
    accepted_quantity = fields.Float(
        compute="_compute_amounts",
        store=True,
        digits="Product Unit",
        help="Accepted units of the lines that are registered per unit.",
    )
    warning_count = fields.Integer(
        compute="_compute_amounts",
        store=True,
        string="Remarkable lines",
        help="Lines with a difference, a damage or a price outlier.",
    )
    # Reversed machines are archived, but stay on the paper that named them.
    equipment_ids = fields.Many2many(
        "maintenance.equipment",
        compute="_compute_equipment",
        context={"active_test": False},
    )
    equipment_count = fields.Integer(compute="_compute_equipment")
    reversed_id = fields.Many2one(
        "grant.handover",
        string="Reverses",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="Signed handover that this one takes back.",
    )
    reversal_ids = fields.One2many("grant.handover", "reversed_id", readonly=True)
    is_reversed = fields.Boolean(
        readonly=True, copy=False, help="A later handover took this one back."
    )
    reversal_reason = fields.Char(readonly=True, copy=False)
    scan = fields.Binary(
        string="Signed scan",
        attachment=True,
        copy=False,
        help="The paper as it was signed by both sides.",
    )
    scan_filename = fields.Char(copy=False)
    note = fields.Text()

    _name_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "There is a handover with this number already."
    )
    _parties_differ = models.Constraint(
        "CHECK (from_partner_id <> to_partner_id)",
        "Giver and receiver of a handover are two parties.",
    )
    _one_reversal = models.UniqueIndex(
        "(reversed_id) WHERE reversed_id IS NOT NULL",
        "A handover is reversed once.",
    )

    @api.depends("name", "to_partner_id", "state")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = handover.name or self.env._(
                "Draft BAST for %(partner)s",
                partner=handover.to_partner_id.name or "?",
            )

    @api.depends("to_partner_id")
    def _compute_region_id(self):
        for handover in self:
            handover.region_id = handover.to_partner_id.region_id or handover.region_id

    @api.depends("event_id", "agreement_id")
    def _compute_programme_id(self):
        for handover in self:
            handover.programme_id = (
                handover.event_id.programme_id
                or handover.agreement_id.programme_id
                or handover.programme_id
            )

    @api.depends("agreement_id", "from_partner_id", "from_role", "to_partner_id")
    def _compute_owner_id(self):
        for handover in self:
            if handover.agreement_id:
                handover.owner_id = handover.agreement_id.donor_id
            elif handover.from_role == "supplier":
                handover.owner_id = handover.to_partner_id
            else:
                handover.owner_id = handover.from_partner_id

    @api.depends(
        "line_ids.amount",
        "line_ids.accepted_quantity",
        "line_ids.is_equipment",
        "line_ids.warning",
    )
    def _compute_amounts(self):
        for handover in self:
            lines = handover.line_ids
            handover.amount_accepted = sum(lines.mapped("amount"))
            handover.accepted_quantity = sum(
                lines.filtered("is_equipment").mapped("accepted_quantity")
            )
            handover.warning_count = len(lines.filtered("warning"))

    @api.depends("line_ids.equipment_ids")
    def _compute_equipment(self):
        for handover in self:
            machines = handover.line_ids.equipment_ids
            handover.equipment_ids = machines
            handover.equipment_count = len(machines)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        kept = self.filtered(lambda one: one.state == "signed" or one.name)
        if kept:
            raise UserError(
                self.env._(
                    "A handover with a number stays in the book: cancel the draft or"
                    " reverse the signed one (%(names)s).",
                    names=", ".join(kept.mapped("display_name")),
                )
            )

    # Actions that change no custody; signing stands in grant_handover_sign.py

    def action_cancel(self):
        """Cancel drafts that will not be signed."""
        self._check_state("draft")
        self._guard_opened().write({"state": "cancelled"})
        return True

    def action_draft(self):
        """Take cancelled handovers up again."""
        self._check_state("cancelled")
        self._guard_opened().write({"state": "draft"})
        return True

    def action_view_equipment(self):
        """Open the machines of the handover."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "grant_equipment.maintenance_equipment_action"
        )
        return {
            **action,
            "domain": [("id", "in", self.equipment_ids.ids)],
            "context": {"create": False, "active_test": False},
        }

    def _check_state(self, state):
        wrong = self.filtered(lambda one: one.state != state)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This needs handovers in state %(wanted)s, but these are not:"
                    " %(names)s.",
                    wanted=labels[state],
                    names=", ".join(
                        f"{one.display_name} ({labels[one.state]})" for one in wrong
                    ),
                )
            )
