# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactorySite(models.Model):
    _inherit = "factory.site"

    def get_factory_report(self, date_from, date_to):
        """Return the figures of a site and a period, for reports and boards.

        :param str date_from: first day, ISO, local to the site
        :param str date_to: last day, ISO
        :return: dict with ``site``, ``readiness``, ``members``, ``savings``,
            ``kg_in``, ``kg_used``, ``kg_out``, ``kg_lost``, ``hours_booked``,
            ``hours_used``, ``usages_not_charged``, ``charges``, ``charges_count``,
            ``charges_not_invoiced``, ``invoices``, ``invoices_count``, ``payments``,
            ``receivable``, ``value_added`` (list of product, value_added per kg of raw
            material, ratio in percent)
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        self.env["factory.statement"].check_access("read")
        # the report shows sums only, to whoever may print statements
        site = self.sudo()
        first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        return {
            "site": self.name,
            "code": self.code,
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(last),
            "readiness": self.readiness_state,
            "blocking_gate": self.blocking_gate_id.name or "",
            **site._report_members(last),
            **site._report_material(first, last),
            **site._report_hours(first, last),
            **site._report_charges(first, last),
            **site._report_invoices(first, last),
            "value_added": site._report_value_added(first, last),
        }

    def _report_members(self, last):
        if not self.company_id:
            return {"members": 0, "savings": 0.0}
        members = self.env["coop.member"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("date_joined", "<=", last),
                "|",
                ("date_exited", "=", False),
                ("date_exited", ">", last),
                ("state", "not in", ("applied", "approved", "refused")),
            ]
        )
        [(savings,)] = self.env["coop.saving.entry"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "posted"),
                ("date", "<=", last),
            ],
            [],
            ["amount:sum"],
        )
        return {"members": members, "savings": savings or 0.0}

    def _report_material(self, first, last):
        start, end = self._get_utc_bounds(first, last)
        [(kg_in,)] = self.env["factory.intake"]._read_group(
            [
                ("site_id", "=", self.id),
                ("state", "=", "accepted"),
                ("date", ">=", start),
                ("date", "<=", end),
            ],
            [],
            ["accepted_kg:sum"],
        )
        orders = self.env["mrp.production"].search(
            [
                ("site_id", "=", self.id),
                ("state", "=", "done"),
                ("date_finished", ">=", start),
                ("date_finished", "<=", end),
            ]
        )
        return {
            "kg_in": kg_in or 0.0,
            "kg_used": sum(orders.mapped("input_kg")),
            "kg_out": sum(orders.mapped("output_kg")),
            "kg_lost": sum(orders.mapped("loss_kg")),
            "orders": len(orders),
        }

    def _report_hours(self, first, last):
        start, end = self._get_utc_bounds(first, last)
        [(booked,)] = self.env["factory.booking"]._read_group(
            [
                ("site_id", "=", self.id),
                ("kind", "in", ("use", "own")),
                ("state", "in", ("held", "confirmed", "in_use", "done", "no_show")),
                ("date_start", ">=", start),
                ("date_start", "<=", end),
            ],
            [],
            ["duration_hours:sum"],
        )
        usage = self._get_usage_domain(first, last)
        [(used,)] = self.env["factory.usage"]._read_group(
            [*usage, ("unit", "=", "hour"), ("charge_type", "=", "time")],
            [],
            ["quantity:sum"],
        )
        return {
            "hours_booked": booked or 0.0,
            "hours_used": used or 0.0,
            "usages_not_charged": self.env["factory.usage"].search_count(
                [*usage, ("is_chargeable", "=", True), ("is_charged", "=", False)]
            ),
        }

    def _report_charges(self, first, last):
        charges = self.env["factory.charge"].search(
            [
                ("site_id", "=", self.id),
                ("state", "in", ("posted", "invoiced")),
                ("date", ">=", first),
                ("date", "<=", last),
            ]
        )
        members = charges.filtered("is_member_business")
        waiting = charges.filtered(lambda charge: charge.state == "posted")
        return {
            "charges_count": len(charges),
            "charges": sum(charges.mapped("amount")),
            "charges_members": sum(members.mapped("amount")),
            "charges_nonmembers": sum((charges - members).mapped("amount")),
            "charges_not_invoiced": sum(waiting.mapped("amount")),
        }

    def _report_invoices(self, first, last):
        moves = self.env["account.move"].search(
            [
                ("charge_ids.site_id", "=", self.id),
                ("state", "=", "posted"),
                ("date", "<=", last),
            ]
        )
        period = moves.filtered(lambda move: move.date >= first)
        paid = moves._get_charge_payments()
        return {
            "invoices_count": len(period),
            "invoices": sum(period.mapped("amount_total_signed")),
            "payments": sum(amount for day, amount in paid if first <= day <= last),
            "receivable": sum(moves.mapped("amount_total_signed"))
            - sum(amount for day, amount in paid if day <= last),
        }

    def _report_value_added(self, first, last):
        records = self.env["factory.value.added"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("site_id", "in", (self.id, False)),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ]
        )
        return [
            {
                "product": record.product_id.display_name,
                "value_added": record.value_added,
                "value_added_ratio": record.value_added_ratio,
                "conversion": record.conversion,
            }
            for record in records
        ]

    def _get_usage_domain(self, first, last):
        return [("site_id", "=", self.id), ("date", ">=", first), ("date", "<=", last)]
