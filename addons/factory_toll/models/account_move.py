# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    intake_id = fields.Many2one(
        "factory.intake",
        string="Weigh-in",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="restrict",
        help="Weighed-in material that this bill, its credit note or its netting is "
        "for.",
    )
    netting_consent_id = fields.Many2one(
        "factory.netting.consent",
        string="Consent to netting",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="restrict",
        help="What the seller agreed to, on which this netting was booked.",
    )

    _intake_bill_uniq = models.UniqueIndex(
        "(intake_id) WHERE intake_id IS NOT NULL AND move_type = 'in_invoice'"
        " AND state != 'cancel'",
        "This weigh-in has its bill already.",
    )
