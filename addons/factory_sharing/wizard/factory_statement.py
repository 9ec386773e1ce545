# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.local_time import get_utc_bounds

LIVE_BOOKINGS = ("held", "confirmed", "in_use", "done", "no_show")


class FactoryStatement(models.TransientModel):
    """What a user of the house brought, got, used, owes and paid in a period."""

    _name = "factory.statement"
    _description = "Statement of a User"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one("res.partner", string="User", required=True)
    date_from = fields.Date(
        required=True,
        default=lambda self: self.env.company._local_date().replace(day=1),
    )
    date_to = fields.Date(
        required=True, default=lambda self: self.env.company._local_date()
    )

    def action_print(self):
        """Print the statement."""
        return self.env.ref("factory_sharing.factory_statement_report").report_action(
            self
        )

    def _get_data(self):
        self.ensure_one()
        return self.get_statement(
            self.partner_id.id,
            fields.Date.to_string(self.date_from),
            fields.Date.to_string(self.date_to),
            self.company_id.id,
        )

    def _get_report_lang(self):
        """Indonesian where it is installed: the paper is for the user's hand."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return "id_ID" if "id_ID" in installed else self.env.lang

    @api.model
    def get_statement(self, partner_id, date_from, date_to, company_id=None):
        """Return a user's statement of a period; writes nothing.

        :param int partner_id: the user of the house
        :param str date_from: first day, ISO, local to the company
        :param str date_to: last day, ISO
        :param int company_id: the current company when empty
        :return: dict with ``partner``, ``member`` (dict or False), ``material`` (list
            per lot: opening, received, produced, consumed, in_kind, returned, lost,
            closing), ``hours`` (list per centre: booked, used), ``charges`` (list),
            ``payments`` (list), ``balance`` (opening, invoiced, paid, closing,
            uninvoiced),
            ``savings`` (list per type; empty for staff without right to them),
            ``shu_base``
        :rtype: dict
        :raise AccessError: for a portal user who asks for somebody else's
        """
        partner = self.env["res.partner"].browse(partner_id).exists()
        company = self.env["res.company"].browse(company_id) or self.env.company
        first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        if not partner or not first or not last or last < first:
            raise UserError(
                self.env._(
                    "A statement needs a user and a period that ends after it starts."
                )
            )
        self._check_may_read(partner, company)
        # whoever may read the statement of a user reads it whole: its parts come from
        # stock, bookings, ledger and savings, where he may have no right of his own
        source = self.sudo().with_context(allowed_company_ids=company.ids)
        member = self.env["coop.member"]._get_member(partner, company, last)
        charges = source._get_charges(partner, company, first, last)
        # a user of the portal has this right, and came here for his own statement
        sees_savings = self.env["coop.saving.entry"].has_access("read")
        return {
            "company": company.name,
            "currency": company.currency_id.name,
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(last),
            "partner_id": partner.id,
            "partner": partner.name,
            "member": source._describe_member(member),
            "material": source._get_material(partner, company, first, last),
            "hours": source._get_hours(partner, company, first, last),
            "charges": [source._describe_charge(charge) for charge in charges],
            "payments": source._get_payments(partner, company, first, last),
            "balance": source._get_balance(partner, company, first, last),
            "savings": source._get_savings(member, last) if sees_savings else [],
            "shu_base": sum(charges.filtered("is_member_business").mapped("amount")),
        }

    @api.model
    def _check_may_read(self, partner, company):
        """Let staff of the company and the user himself read, nobody else."""
        user = self.env.user
        if company not in user.company_ids and not self.env.su:
            raise AccessError(
                self.env._("%(company)s is not one of yours.", company=company.name)
            )
        if user._is_portal():
            own = user.partner_id.commercial_partner_id
            if partner.commercial_partner_id != own:
                raise AccessError(self.env._("This statement is somebody else's."))
        else:
            self.check_access("read")
            partner.check_access("read")

    @api.model
    def _describe_member(self, member):
        member = member.sudo()
        if not member:
            return False
        return {
            "id": member.id,
            "number": member.number or "",
            "class": member.class_id.name,
            "date_joined": fields.Date.to_string(member.date_joined) or "",
        }

    @api.model
    def _get_material(self, partner, company, first, last):
        start, end = get_utc_bounds(company.time_zone, first, last)
        rows = self.env["factory.mass.balance"].check_mass_balance(
            fields.Datetime.to_string(start), fields.Datetime.to_string(end)
        )
        return [
            {
                **{key: row[key] for key in ("product", "lot", "opening", "received")},
                **{key: row[key] for key in ("produced", "consumed", "returned")},
                **{key: row[key] for key in ("lost", "closing", "difference")},
                "in_kind": row["in_kind"],
                "unit": self.env["product.product"]
                .browse(row["product_id"])
                .uom_id.name,
            }
            for row in rows
            if row["kind"] == "lot" and row["owner_id"] == partner.id
        ]

    @api.model
    def _get_hours(self, partner, company, first, last):
        start, end = get_utc_bounds(company.time_zone, first, last)
        own = [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        rows = {}
        for centre, booked, used in self.env["factory.booking"]._read_group(
            [
                *own,
                ("kind", "=", "use"),
                ("state", "in", LIVE_BOOKINGS),
                ("date_start", ">=", start),
                ("date_start", "<=", end),
            ],
            ["workcenter_id"],
            ["duration_hours:sum", "actual_hours:sum"],
        ):
            rows[centre] = [booked, used]
        for centre, used in self.env["factory.usage"]._read_group(
            [
                *own,
                ("booking_id", "=", False),
                ("unit", "=", "hour"),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            ["workcenter_id"],
            ["quantity:sum"],
        ):
            rows.setdefault(centre, [0.0, 0.0])[1] += used
        return [
            {"workcenter": centre.name or "", "booked": booked, "used": used}
            for centre, (booked, used) in rows.items()
        ]

    @api.model
    def _get_charges(self, partner, company, first, last):
        return self.env["factory.charge"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "in", ("posted", "invoiced")),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            order="date, id",
        )

    @api.model
    def _describe_charge(self, charge):
        return {
            "number": charge.name,
            "date": fields.Date.to_string(charge.date),
            "what": charge.product_id.name or charge.workcenter_id.name or "",
            "paid_with": charge._get_paid_with(),
            "explanation": charge.explanation or "",
            "waiver_reason": charge.waiver_reason or "",
            "amount": charge.amount,
            "invoice": charge.move_id.name or "",
            "payment_state": charge.payment_state or "",
        }

    @api.model
    def _get_receivable_domain(self, partner, company, last):
        return [
            ("partner_id.commercial_partner_id", "=", partner.commercial_partner_id.id),
            ("company_id", "=", company.id),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("date", "<=", last),
        ]

    @api.model
    def _get_payments(self, partner, company, first, last):
        lines = self.env["account.move.line"].search(
            [
                *self._get_receivable_domain(partner, company, last),
                ("date", ">=", first),
                ("move_id.move_type", "=", "entry"),
            ],
            order="date, id",
        )
        return [
            {
                "date": fields.Date.to_string(line.date),
                "name": line.move_id.ref or line.move_id.name,
                "amount": -line.balance,
            }
            for line in lines
        ]

    @api.model
    def _get_balance(self, partner, company, first, last):
        lines = self.env["account.move.line"]
        domain = self._get_receivable_domain(partner, company, last)
        sums = {"opening": 0.0, "invoiced": 0.0, "paid": 0.0}
        before, *_rest = lines._read_group(
            [*domain, ("date", "<", first)], [], ["balance:sum"]
        )
        sums["opening"] = before[0] or 0.0
        for kind, balance in lines._read_group(
            [*domain, ("date", ">=", first)], ["move_type"], ["balance:sum"]
        ):
            if kind == "entry":
                sums["paid"] -= balance
            else:
                sums["invoiced"] += balance
        sums["closing"] = sums["opening"] + sums["invoiced"] - sums["paid"]
        open_charges = self.env["factory.charge"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("date", "<=", last),
            ]
        )
        sums["uninvoiced"] = sum(open_charges.mapped("amount"))
        return sums

    @api.model
    def _get_savings(self, member, last):
        if not member:
            return []
        groups = self.env["coop.saving.entry"]._read_group(
            [
                ("member_id", "=", member.id),
                ("state", "=", "posted"),
                ("date", "<=", last),
            ],
            ["type_id"],
            ["amount:sum"],
        )
        return [{"type": kind.name, "balance": amount} for kind, amount in groups]
