# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .coop_member import MONEY_GROUPS


class CoopMemberRequest(models.Model):
    """What a member asks in the portal; the cooperative decides."""

    _name = "coop.member.request"
    _description = "Member Request"
    _inherit = ["coop.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _guarded_fields = {
        "state": "new",
        "answer": False,
        "date_decided": False,
        "decided_by_id": False,
    }
    _frozen_fields = (
        "member_id",
        "kind",
        "date",
        "text",
        "new_phone",
        "new_email",
        "new_street",
        "new_city",
    )

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
    kind = fields.Selection(
        [("exit", "Leave the cooperative"), ("change", "Change data")], required=True
    )
    date = fields.Date(
        string="Asked on",
        required=True,
        default=lambda self: self.env.company._local_date(),
    )
    text = fields.Text(string="In words")
    new_phone = fields.Char(string="New phone")
    new_email = fields.Char(string="New e-mail")
    new_street = fields.Char(string="New street")
    new_city = fields.Char()
    state = fields.Selection(
        [("new", "New"), ("accepted", "Accepted"), ("refused", "Refused")],
        required=True,
        default="new",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    answer = fields.Char(
        readonly=True, copy=False, tracking=True, help="What the member is told."
    )
    date_decided = fields.Date(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _open_uniq = models.UniqueIndex(
        "(member_id, kind) WHERE state = 'new'",
        "A request of this kind waits for its decision already.",
    )

    @api.depends("member_id", "kind", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for record in self:
            record.display_name = (
                f"{record.member_id.display_name}: {kinds.get(record.kind, '')}"
            )

    @api.constrains("kind", "text", "new_phone", "new_email", "new_street", "new_city")
    def _check_content(self):
        for record in self:
            if record.kind == "change" and not (record._get_changes() or record.text):
                raise ValidationError(
                    self.env._("Say what is to be changed; the request is empty.")
                )

    def _is_frozen(self):
        return bool(self.id)

    @api.model
    def _ask(self, values):
        """Create the request of the member who is logged in.

        :raise UserError: when one of the kind waits already
        """
        waiting = self.search_count(
            [
                ("member_id", "=", values["member_id"]),
                ("kind", "=", values["kind"]),
                ("state", "=", "new"),
            ],
            limit=1,
        )
        if waiting:
            raise UserError(
                self.env._(
                    "You asked this already; the cooperative has not decided yet."
                )
            )
        return self.create(values)

    def _get_changes(self):
        """Return the values that the member asks for, ``{field: text}``."""
        self.ensure_one()
        names = ("phone", "email", "street", "city")
        return {name: self[f"new_{name}"] for name in names if self[f"new_{name}"]}

    def _check_new(self):
        self.check_access("write")
        decided = self.filtered(lambda record: record.state != "new")
        if decided:
            raise UserError(
                self.env._(
                    "%(names)s: decided already.",
                    names=", ".join(decided.mapped("display_name")),
                )
            )

    def action_accept(self, answer=None):
        """Do what members ask: change the contact, or record the request to exit.

        :param str answer: what the member is told
        """
        self._check_new()
        for record in self:
            if record.kind == "exit":
                record.member_id.action_request_exit(
                    record.text or None, date=fields.Date.to_string(record.date)
                )
            else:
                record.member_id.partner_id.write(record._get_changes())
        self._decide("accepted", answer)
        return True

    def action_refuse(self, answer=None):
        """Refuse requests; nothing changes.

        :param str answer: what the member is told
        """
        self._check_new()
        self._decide("refused", answer)
        return True

    def _decide(self, state, answer):
        self._write_guarded(
            {
                "state": state,
                "answer": answer or False,
                "date_decided": self.env.company._local_date(),
                "decided_by_id": self.env.uid,
            }
        )


class CoopMember(models.Model):
    _inherit = "coop.member"

    request_ids = fields.One2many(
        "coop.member.request", "member_id", string="Requests", groups=MONEY_GROUPS
    )
