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
        :raise ValidationError: no number, not above zero, finer than Rp1
        """
        self.ensure_one()
        try:
            value = float(amount)
        except (ValueError, TypeError):
            value = math.nan
        company = self.company_id
        reason = None
        if not math.isfinite(value):
            reason = self.env._("is no amount")
        elif value <= 0:
            reason = self.env._("is not above zero")
        elif abs(company._round_amount(value) - value) > 1e-6:
            reason = self.env._(
                "is no multiple of %s, the smallest amount",
                self._format(company.amount_unit),
            )
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
