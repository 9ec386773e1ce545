# SPDX-License-Identifier: AGPL-3.0-or-later
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class UmkmLicenceType(models.Model):
    _name = "umkm.licence.type"
    _description = "Kind of Licence"
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    authority = fields.Char(translate=True, help="Who issues it.")
    number_pattern = fields.Char(
        help="Regular expression that the number's letters and digits have to match."
    )
    number_rule = fields.Char(
        translate=True, help="The pattern in words, shown when a number is refused."
    )
    validity_months = fields.Integer(
        help="Months from issue to expiry; zero for a licence that does not expire."
    )
    renew_months = fields.Integer(
        help="Months before expiry by which the renewal has to be asked for."
    )
    source = fields.Char(help="Regulation that sets pattern and terms.")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "A kind of licence with this code exists already."
    )
    _terms_not_negative = models.Constraint(
        "CHECK(validity_months >= 0 AND renew_months >= 0)",
        "Months cannot be negative.",
    )

    @api.constrains("number_pattern")
    def _check_number_pattern(self):
        for kind in self:
            try:
                re.compile(kind.number_pattern or "")
            except re.error as error:
                raise ValidationError(
                    self.env._(
                        "%(kind)s: the number pattern is no regular expression"
                        " (%(error)s).",
                        kind=kind.name,
                        error=error,
                    )
                ) from error

    def _is_number_valid(self, number):
        """Tell whether a number fits, separators left out.

        :param str number: as printed on the licence
        """
        self.ensure_one()
        if not self.number_pattern:
            return True
        plain = re.sub(r"[^0-9A-Za-z]", "", number or "")
        return bool(re.fullmatch(self.number_pattern, plain))
