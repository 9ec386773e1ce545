# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools import pin as pin_tool


class UmkmPinWizard(models.TransientModel):
    _name = "umkm.pin.wizard"
    _description = "Set a Member's PIN at the Counter"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, ondelete="cascade"
    )
    phone = fields.Char(
        compute="_compute_phone",
        store=True,
        readonly=False,
        help="The person logs in with this number, or with the member number.",
    )
    user_id = fields.Many2one(
        "res.users", string="Login", compute="_compute_user_id", compute_sudo=True
    )
    identity_checked = fields.Boolean(
        help="The person stands at the counter and has shown an identity card."
    )
    pin_shown = fields.Char(
        string="PIN", store=False, readonly=True, help="Shown once, kept nowhere."
    )
    login_shown = fields.Char(string="Login name", store=False, readonly=True)

    @api.depends("partner_id")
    def _compute_phone(self):
        for wizard in self:
            user = wizard.sudo().partner_id.user_ids.filtered("pin_login")[:1]
            wizard.phone = user.pin_phone or wizard.partner_id.phone

    @api.depends("partner_id")
    def _compute_user_id(self):
        for wizard in self:
            users = wizard.partner_id.with_context(active_test=False).user_ids
            wizard.user_id = users[:1]

    def action_set_pin(self):
        """Give the person a new PIN, with a portal login where there is none.

        :return: action that shows login name and PIN once
        """
        self.ensure_one()
        self.partner_id.check_access("read")
        if not self.identity_checked:
            raise UserError(
                self.env._(
                    "Check %(person)s's identity card first, then tick the box.",
                    person=self.partner_id.name,
                )
            )
        user, pin = self._set_pin()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New PIN of %(person)s", person=self.partner_id.name),
            "res_model": self._name,
            "view_mode": "form",
            "views": [
                (self.env.ref("umkm_base.umkm_pin_wizard_view_shown").id, "form")
            ],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_pin_shown": pin,
                "default_login_shown": user._get_pin_login_name(),
            },
        }

    def _set_pin(self):
        """Set the PIN as the counter's right, which reaches portal logins only.

        The teller may not write users. The widened right ends at a portal user of a
        partner whom the teller may read: ``_set_pin`` of the user refuses others.

        :return: user (sudo), PIN
        """
        partner = self.partner_id.sudo()
        phone = self._get_phone()
        self._check_login()
        user = self.user_id.sudo() or self._create_user(partner, phone)
        if not user.active:
            user.active = True
        pin = pin_tool.new_pin(partner.birthdate, phone)
        user._set_pin(pin, phone=phone, must_change=True)
        return user, pin

    def _check_login(self):
        """Refuse the login of another cooperative, and one that has a password."""
        user = self.user_id.sudo()
        if not user.share:
            return  # none yet, or an inside login, which _set_pin of the user refuses
        if user.company_ids - self.env.user.company_ids:
            raise UserError(
                self.env._(
                    "%(person)s logs in at another cooperative too: only a counter of"
                    " all of them can reset the PIN.",
                    person=self.partner_id.name,
                )
            )
        if user.login_date and not user.pin_login:
            raise UserError(
                self.env._(
                    "%(person)s logs in with a password already and resets it on the"
                    " login page.",
                    person=self.partner_id.name,
                )
            )

    def _get_phone(self):
        phone = pin_tool.normalise_phone(self.phone)
        if self.phone and not phone:
            raise UserError(
                self.env._(
                    "%(phone)s is no Indonesian phone number. Write it as 0812 3456"
                    " 7890.",
                    phone=self.phone,
                )
            )
        number = self.env["res.users"]._get_pin_login_number(self.partner_id)
        if not phone and not number:
            raise UserError(
                self.env._(
                    "%(person)s needs a phone number or a member number to log in"
                    " with.",
                    person=self.partner_id.name,
                )
            )
        taken = self.env["res.users"].sudo().with_context(active_test=False)
        owner = taken.search([("pin_phone", "=", phone)]) if phone else taken
        if owner and owner.partner_id != self.partner_id:
            if not number:
                raise UserError(
                    self.env._(
                        "Another member logs in with %(phone)s already.", phone=phone
                    )
                )
            return ""
        return phone

    def _create_user(self, partner, phone):
        company = partner.company_id or self.env.company
        return (
            self.env["res.users"]
            .sudo()
            .with_context(no_reset_password=True, mail_create_nosubscribe=True)
            .create(
                {
                    "partner_id": partner.id,
                    "login": f"pin-{partner.id}",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                    "pin_login": True,
                }
            )
        )
