# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from .factory_charge_facts import FACTS, INITIAL
from .factory_tariff_line import CHARGE_TYPES
from .sharing_guard import by_action, is_by_action

CHATTER = ("message_", "activity_", "website_message_")


class FactoryCharge(models.Model):
    """A priced fact: what a use costs by the tariff of its day.

    Posting fixes the price and whether it is business with a member (partisipasi
    bruto anggota) or with a non-member; afterwards only a reversal corrects it.
    """

    _name = "factory.charge"
    _description = "Charge"
    _inherit = ["mail.thread", "portal.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "partner_id.name"]
    _check_company_auto = True

    name = fields.Char(
        string="Number", readonly=True, copy=False, help="Given when it is posted."
    )
    usage_id = fields.Many2one(
        "factory.usage",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="User", readonly=True, index=True, ondelete="restrict"
    )
    member_id = fields.Many2one(
        "coop.member",
        readonly=True,
        index=True,
        check_company=True,
        help="Membership on the day of the use, fixed when the charge is posted.",
    )
    is_member_business = fields.Boolean(
        compute="_compute_is_member_business",
        store=True,
        help="Business with a member (partisipasi bruto), else with a non-member.",
    )
    site_id = fields.Many2one(
        "factory.site", readonly=True, index=True, ondelete="restrict"
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter", readonly=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    charge_type = fields.Selection(CHARGE_TYPES, readonly=True)
    date = fields.Date(readonly=True, index=True, help="Day of the use.")
    tariff_line_id = fields.Many2one(
        "factory.tariff.line",
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    tariff_id = fields.Many2one(
        related="tariff_line_id.tariff_id", store=True, index=True
    )
    quantity = fields.Float(
        readonly=True, digits=(16, 6), min_display_digits="Product Unit"
    )
    unit = fields.Selection(related="tariff_line_id.unit")
    price_unit = fields.Monetary(readonly=True, string="Price")
    amount_full = fields.Monetary(
        readonly=True, help="By the tariff, before any waiver, without tax."
    )
    amount = fields.Monetary(
        readonly=True, help="What is charged, without tax; negative for a reversal."
    )
    explanation = fields.Char(
        readonly=True, help="How quantity, tiers, minimum, fee and cap gave the amount."
    )
    waiver_reason = fields.Char(readonly=True, copy=False)
    waived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    dispute_state = fields.Selection(
        [("open", "Disputed"), ("settled", "Settled")],
        readonly=True,
        copy=False,
        help="An open dispute keeps the charge from being invoiced.",
    )
    dispute_reason = fields.Text(readonly=True, copy=False)
    dispute_answer = fields.Text(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("posted", "Posted"),
            ("invoiced", "Invoiced"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    reversal_of_id = fields.Many2one(
        "factory.charge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The charge that this one takes back.",
    )
    reversed_by_id = fields.Many2one(
        "factory.charge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    move_line_ids = fields.One2many(
        "account.move.line",
        "charge_id",
        string="Invoice lines",
        readonly=True,
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    payment_state = fields.Selection(related="move_id.payment_state")

    _name_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "A number is given once."
    )
    _live_uniq = models.UniqueIndex(
        "(usage_id, partner_id) WHERE state != 'cancelled' AND reversal_of_id IS NULL"
        " AND reversed_by_id IS NULL",
        "This use has a charge already; cancel or reverse it first.",
    )
    _priced_by_tariff = models.Constraint(
        "CHECK (tariff_line_id IS NOT NULL OR kind_product_id IS NOT NULL)",
        "A charge needs the line of the tariff that prices it.",
    )
    _reversal_uniq = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This charge is reversed already.",
    )

    @api.depends("member_id")
    def _compute_is_member_business(self):
        for charge in self:
            charge.is_member_business = bool(charge.member_id)

    @api.depends("name", "usage_id.display_name")
    def _compute_display_name(self):
        for charge in self:
            charge.display_name = charge.name or charge.usage_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        if not is_by_action(self):
            vals_list = [self._prepare_from_usage(vals) for vals in vals_list]
        # the ORM inserts before it updates: a charge just cancelled must be gone first
        self.flush_model(["state", "reversed_by_id", "reversal_of_id"])
        # no default of a client's context reaches a charge, computed fields included
        charges = self.with_context(clean_context(self.env.context))
        return super(FactoryCharge, charges).create(vals_list)

    @api.model
    def _prepare_from_usage(self, vals):
        """A client names the use; price and state are ours to say."""
        usage = self.env["factory.usage"].browse(vals.get("usage_id")).exists()
        if not usage:
            raise UserError(self.env._("A charge needs the use that it prices."))
        return usage._prepare_charge_vals()

    def write(self, vals):
        changed = {name for name in vals if not name.startswith(CHATTER)}
        if changed and not is_by_action(self):
            raise UserError(
                self.env._(
                    "Charge %(charge)s cannot be edited: change the use while it is"
                    " open, or use the buttons (waive, dispute, reverse).",
                    charge=self[:1].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_state("draft", "cancelled")

    def action_post(self):
        """Fix draft charges: number, membership on the day, price.

        :return: True
        """
        self._lock()
        self._check_state("draft")
        for charge in self:
            charge._refresh_price()
            number = charge._next_number()
            by_action(charge).write({"name": number, "state": "posted"})
        return True

    def action_waive(self, reason):
        """Charge nothing for draft charges, and say why.

        :param str reason: reason, shown to the user of the house
        :return: True
        """
        self._check_state("draft")
        self._check_text(reason)
        by_action(self).write(
            {"amount": 0.0, "waiver_reason": reason, "waived_by_id": self.env.uid}
        )
        return True

    def action_cancel(self):
        """Drop draft charges; their uses are open again.

        :return: True
        """
        self._check_state("draft")
        by_action(self).write({"state": "cancelled"})
        return True

    def action_dispute(self, reason):
        """Keep charges from being invoiced while the user objects.

        :param str reason: what he objects to
        :return: True
        """
        self._check_state("draft", "posted")
        self._check_text(reason)
        by_action(self).write({"dispute_state": "open", "dispute_reason": reason})
        return True

    def action_settle_dispute(self, answer):
        """Close a dispute with the answer given to the user.

        :param str answer: what was found and agreed
        :return: True
        """
        self._check_text(answer)
        for charge in self:
            if charge.dispute_state != "open":
                raise UserError(
                    self.env._(
                        "Charge %(charge)s is not disputed.",
                        charge=charge.display_name,
                    )
                )
        by_action(self).write({"dispute_state": "settled", "dispute_answer": answer})
        return True

    def action_reverse(self, reason):
        """Take posted or invoiced charges back with charges of the opposite amount.

        :param str reason: why
        :return: ids of the reversals, posted and ready to be invoiced (credited)
        :rtype: list(int)
        """
        self._lock()
        self._check_state("posted", "invoiced")
        self._check_text(reason)
        reversals = self.browse()
        for charge in self:
            if charge.reversed_by_id or charge.reversal_of_id:
                raise UserError(
                    self.env._(
                        "Charge %(charge)s is reversed already, or is a reversal.",
                        charge=charge.display_name,
                    )
                )
            reversal = by_action(self).create(charge._prepare_reversal_vals(reason))
            by_action(charge).write({"reversed_by_id": reversal.id})
            reversals |= reversal
        return reversals.ids

    def _prepare_reversal_vals(self, reason):
        self.ensure_one()
        return {
            **INITIAL,
            **self._copy_facts(self),
            "usage_id": self.usage_id.id,
            "company_id": self.company_id.id,
            "member_id": self.member_id.id,
            "tariff_line_id": self.tariff_line_id.id,
            "quantity": -self.quantity,
            "price_unit": self.price_unit,
            "amount_full": -self.amount_full,
            "amount": -self.amount,
            "explanation": reason,
            "reversal_of_id": self.id,
            "state": "posted",
            "name": self._next_number(),
        }

    def _next_number(self):
        return self.company_id._next_document_number("factory.charge", self.date)

    @api.model
    def _copy_facts(self, source):
        """Return what a charge says of its use, from the use or another charge."""
        return {
            name: source[name].id if self._fields[name].relational else source[name]
            for name in FACTS
        }

    def _refresh_price(self):
        """Price again by the membership and tariff of the day of the use."""
        self.ensure_one()
        usage = self.usage_id
        usage.invalidate_recordset(["member_id"])
        self.env.add_to_compute(usage._fields["member_id"], usage)
        line, price = usage._get_price()
        vals = self._prepare_price_vals(line, price)
        if self.waiver_reason:
            vals["amount"] = 0.0
        by_action(self).write(
            {**self._copy_facts(usage), **vals, "member_id": usage.member_id.id}
        )

    @api.model
    def _prepare_price_vals(self, line, price):
        """Return the values of a charge that come from its price."""
        return {
            "tariff_line_id": line.id,
            "quantity": float(price.quantity),
            "price_unit": float(price.unit_price),
            "amount_full": float(price.amount),
            "amount": float(price.amount),
            "explanation": self._explain_price(line, price),
        }

    @api.model
    def _explain_price(self, line, price):
        currency = line.currency_id
        units = dict(line._fields["unit"]._description_selection(self.env))
        parts = [
            f"{float(part):g} {units[price.unit]} x {currency.format(float(rate))}"
            for part, rate, _amount in price.slices
        ]
        text = " + ".join(parts)
        if price.minimum_applied:
            text = self.env._(
                "%(text)s, minimum %(minimum)s",
                text=text,
                minimum=currency.format(line.minimum),
            )
        if price.setup_fee:
            text = self.env._(
                "%(text)s + set-up %(fee)s",
                text=text,
                fee=currency.format(float(price.setup_fee)),
            )
        if price.cap_applied:
            text = self.env._(
                "%(text)s, at most %(cap)s", text=text, cap=currency.format(line.cap)
            )
        return text

    def _lock(self):
        """Keep a second clerk from acting on the same charges at the same time."""
        self.lock_for_update()
        self.invalidate_recordset(["state", "reversed_by_id"])

    def _check_state(self, *states):
        wrong = self.filtered(lambda charge: charge.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This needs charges in state %(wanted)s, but these are not:"
                    " %(names)s.",
                    wanted=", ".join(labels[state] for state in states),
                    names=", ".join(
                        f"{one.display_name} ({labels[one.state]})" for one in wrong
                    ),
                )
            )

    def _check_text(self, text):
        if not (text or "").strip():
            raise UserError(self.env._("Say why: the reason is empty."))
