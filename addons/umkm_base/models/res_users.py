# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import AccessDenied, UserError, ValidationError
from odoo.fields import Domain

from ..tools import pin as pin_tool


class ResUsers(models.Model):
    _inherit = "res.users"

    pin_login = fields.Boolean(
        string="Logs in with a PIN",
        readonly=True,
        copy=False,
        help="A member who logs in to the portal with phone or member number and six"
        " digits, set at the counter.",
    )
    pin_phone = fields.Char(
        string="Phone for the login",
        readonly=True,
        copy=False,
        help="62 and the number; set at the counter, not with the address.",
    )
    pin_must_change = fields.Boolean(
        string="Has to change the PIN",
        readonly=True,
        copy=False,
        help="The PIN is the one that the counter gave out.",
    )

    _pin_phone_uniq = models.UniqueIndex(
        "(pin_phone) WHERE pin_phone IS NOT NULL",
        "Another member logs in with this phone number already. Use the member number.",
    )

    @api.constrains("pin_login", "group_ids")
    def _check_pin_login_share(self):
        for user in self:
            if user.pin_login and not user.share:
                raise ValidationError(
                    self.env._(
                        "%(user)s works inside the system and needs a password, not"
                        " a PIN.",
                        user=user.name,
                    )
                )

    # -------------------------------------------------------------------------
    # LOGIN
    # -------------------------------------------------------------------------

    @api.model
    def _get_login_domain(self, login):
        """Take a phone or member number for a login where no user has that login."""
        domain = super()._get_login_domain(login)
        users = self.sudo()
        if users.search_count(domain, limit=1):
            return domain
        numbers = Domain("pin_login", "=", True) & self._get_pin_login_domain(login)
        # A number that two members share names neither of them.
        return numbers if users.search_count(numbers, limit=2) == 1 else domain

    @api.model
    def _get_pin_login_domain(self, login):
        """Return which members a login may name; addons add their numbers with ``|``.

        :param str login: as typed
        :rtype: Domain
        """
        phone = pin_tool.normalise_phone(login)
        return Domain("pin_phone", "=", phone) if phone else Domain.FALSE

    @api.model
    def _get_pin_login_number(self, partner):
        """Return the number, beside the phone, that a person may log in with.

        Addons that give out numbers override this and ``_get_pin_login_domain``.

        :return: member number, empty when there is none
        :rtype: str
        """
        return ""

    def _get_pin_login_name(self):
        """Return what the person types in as login."""
        self.ensure_one()
        number = self._get_pin_login_number(self.partner_id)
        return self.pin_phone or number or self.login

    def _check_credentials(self, credential, env):
        user = self.env.user
        if credential.get("type") != "password" or not user.pin_login:
            return super()._check_credentials(credential, env)
        if not user.share:
            raise AccessDenied()
        if user.pin_must_change and not env.get("interactive", True):
            # who knows the counter's PIN may choose another one, and nothing else
            raise AccessDenied()
        locks = self.env["umkm.pin.lock"]
        if not locks._reserve_attempt(user.id):
            raise AccessDenied(
                self.env._(
                    "Too many wrong PINs. Wait %(minutes)s minutes, or have the PIN"
                    " reset at the counter.",
                    minutes=locks._get_minutes_left(user.id),
                )
            )
        auth_info = super()._check_credentials(credential, env)
        locks._clear_attempts(user.id)
        return auth_info

    # -------------------------------------------------------------------------
    # PIN
    # -------------------------------------------------------------------------

    def _set_password(self):
        for user in self.filtered("pin_login"):
            user._check_pin(user.password)
        return super()._set_password()

    def _check_pin(self, pin):
        """Refuse a PIN that is guessed at once."""
        self.ensure_one()
        # The birth date is looked at, not shown: members may not read it themselves.
        partner = self.sudo().partner_id
        known = "".join(filter(str.isdigit, self.pin_phone or ""))
        weakness = pin_tool.weakness(pin, partner.birthdate, known)
        if not weakness:
            weakness = pin_tool.weakness(pin, None, partner.nik or "")
        texts = {
            "format": self.env._("A PIN has %(n)s digits.", n=pin_tool.PIN_LENGTH),
            "repeat": self.env._("Digits that repeat are guessed at once."),
            "sequence": self.env._(
                "A row of digits such as 123456 is guessed at once."
            ),
            "birthdate": self.env._("The date of birth is guessed at once."),
            "known": self.env._(
                "The end of the phone number or NIK is guessed at once."
            ),
        }
        if weakness:
            raise UserError(
                self.env._("%(reason)s Choose another PIN.", reason=texts[weakness])
            )

    def _set_pin(self, pin, phone=None, must_change=True):
        """Set a PIN and lift a lock; for the counter and for the member himself.

        :param str pin: six digits
        :param phone: normalised phone for the login; None leaves it as it is
        """
        self.ensure_one()
        if not self.share:
            raise UserError(
                self.env._(
                    "%(user)s works inside the system and needs a password, not a PIN.",
                    user=self.name,
                )
            )
        vals = {"pin_login": True, "pin_must_change": must_change}
        if phone is not None:
            vals["pin_phone"] = phone or False
        self.write(vals)
        self.write({"password": pin})
        self.env["umkm.pin.lock"].sudo().search([("user_id", "=", self.id)]).write(
            {"failures": 0, "locked_until": False}
        )
