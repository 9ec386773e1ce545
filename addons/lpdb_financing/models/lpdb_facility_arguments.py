# SPDX-License-Identifier: AGPL-3.0-or-later
import math

from odoo import models
from odoo.exceptions import UserError, ValidationError


class LpdbFacility(models.Model):
    """What a caller hands to an action, read before anything is written."""

    _inherit = "lpdb.facility"

    def _read_amount(self, amount):
        """Return an amount of money that somebody draws or pays.

        :param amount: number, or text of a number
        :rtype: float
        :raise ValidationError: no number, not above zero, finer than the currency
        """
        self.ensure_one()
        value, reason = self._judge_amount(amount)
        if not reason and value <= 0:
            reason = self.env._("is not above zero")
        if reason:
            raise ValidationError(
                self.env._(
                    "%(facility)s: “%(amount)s” %(reason)s.",
                    facility=self.display_name,
                    amount=amount,
                    reason=reason,
                )
            )
        return value

    def _judge_amount(self, amount):
        """Read an amount that the ledger can hold as it is.

        :param amount: number, or text of a number
        :return: the amount, and what is wrong with it or None
        """
        try:
            value = float(amount)
        except (ValueError, TypeError):
            value = math.nan
        currency = self.currency_id
        if not math.isfinite(value):
            return 0.0, self.env._("is no amount")
        if abs(currency.round(value) - value) > 1e-6:
            return value, self.env._(
                "is no multiple of %s, the smallest amount",
                self._format(currency.rounding),
            )
        return value, None

    def _journal_vals(self, journal_id):
        """Return the journal that a caller named; nothing leaves the usual one.

        :param int journal_id: bank or cash journal of the loan's company, or empty
        :rtype: dict
        """
        self.ensure_one()
        if not journal_id:
            return {}
        journals = self.env["account.journal"]
        is_id = isinstance(journal_id, int) and not isinstance(journal_id, bool)
        journal = is_id and journals.search(
            [
                ("id", "=", journal_id),
                ("company_id", "=", self.company_id.id),
                ("type", "in", ("bank", "cash")),
            ]
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%(facility)s: journal “%(journal)s” is no bank or cash journal of"
                    " the cooperative.",
                    facility=self.display_name,
                    journal=journal_id,
                )
            )
        return {"journal_id": journal.id}
