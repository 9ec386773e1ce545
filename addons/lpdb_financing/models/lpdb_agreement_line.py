# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models


class LpdbAgreementLine(models.AbstractModel):
    """A line of an agreement: fixed once that is signed, as the terms are."""

    _name = "lpdb.agreement.line"
    _description = "Line of a Loan Agreement"
    _inherit = "coop.guard.mixin"

    #: field of the facility whose lines nobody may add after signing
    _closed_list = None

    def _is_frozen(self):
        return self.facility_id.state not in (False, "draft")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_list_open()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "facility_id" in vals:
            # the rules saw the old facility only
            self.facility_id.check_access("write")
            self._check_list_open()
        return result

    def _check_list_open(self):
        if self._closed_list:
            for facility in self.facility_id.filtered(lambda f: f._is_frozen()):
                facility._raise_frozen(self._closed_list)
