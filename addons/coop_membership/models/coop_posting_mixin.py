# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CoopPostingMixin(models.AbstractModel):
    """A document that stands in the books with one journal entry, or was taken back.

    What it says is a fact from then on. A model brings ``company_id``, ``date`` and its
    own ``action_post`` and ``action_reverse``; the latter books the mirror with
    ``_book_mirrors``.
    """

    _name = "coop.posting.mixin"
    _description = "Document with a Journal Entry"
    _inherit = ["coop.guard.mixin", "mail.thread"]

    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("reversed", "Reversed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        string="Reversing journal entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model
    def _get_guarded_fields(self):
        return {
            "state": "draft",
            "move_id": False,
            "reversal_move_id": False,
            **super()._get_guarded_fields(),
        }

    def _is_frozen(self):
        return self.state != "draft"

    def _check_posted(self):
        """Refuse to reverse documents that are not in the books."""
        for document in self:
            if document.state != "posted":
                raise UserError(
                    self.env._(
                        "%(name)s is not posted, so there is nothing to reverse.",
                        name=document.display_name,
                    )
                )

    def _book_mirrors(self, date, reason):
        """Book the mirrors of the documents' journal entries and of their facts.

        :param str date: day of the reversal, the local date when empty
        :param str reason: text of the reversal
        """
        for company, documents in self.grouped("company_id").items():
            day = fields.Date.to_date(date) or company._local_date()
            # whoever may reverse a document need not be allowed to book by hand
            originals = documents.sudo().move_id
            vals = [company._coop_mirror_vals(move, day, reason) for move in originals]
            moves = company._coop_create_moves(vals)
            for document, move in zip(documents, moves, strict=True):
                document._write_guarded(document._prepare_reversed_vals(move))
            documents._mirror_facts(
                day, dict(zip(originals.ids, moves.ids, strict=True)), reason
            )
            company._coop_post_moves(moves, vals)

    def _prepare_reversed_vals(self, move):
        """Return what a document says once ``move`` takes it back."""
        self.ensure_one()
        return {"state": "reversed", "reversal_move_id": move.id}

    def _mirror_facts(self, day, move_by_move, reason):
        """Take back what the documents wrote in the sub-ledger, here the savings.

        :param date day: day of the reversal
        :param dict move_by_move: ``{journal entry id: reversing journal entry id}``
        :param str reason: text of the reversal
        """
        self.env["coop.saving.entry"].sudo()._insert_reversals(
            SQL("TRUE"), day, move_by_move, reason
        )

    def action_open_move(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
