# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class LpdbFacility(models.Model):
    """Report pack: what the money was used for, and whom it was lent on to."""

    _inherit = "lpdb.facility"

    def _pack_use(self, first, last):
        draws = self._pack_draws(last)
        uses = draws.use_ids.filtered(lambda use: use.date <= last)
        columns = [
            ("date", self.env._("Drawn on"), "date"),
            ("amount", self.env._("Amount"), "amount"),
            ("fee", self.env._("Fees withheld"), "amount"),
            ("net", self.env._("Money received"), "amount"),
            ("used", self.env._("Used"), "amount"),
            ("proven", self.env._("Of it proven"), "amount"),
            ("rest", self.env._("Not accounted for"), "amount"),
        ]
        rows = []
        for draw in draws:
            own = uses.filtered(lambda use, draw=draw: use.draw_id == draw)
            used = sum(own.mapped("amount"))
            rows.append(
                {
                    "date": draw.date,
                    "amount": draw.amount,
                    "fee": draw.fee_amount,
                    "net": draw.net_amount,
                    "used": used,
                    "proven": sum(own.filtered("is_proven").mapped("amount")),
                    "rest": self.currency_id.round(draw.amount - used),
                }
            )
        sums = ("amount", "fee", "net", "used", "proven", "rest")
        tables = [self._pack_table("draws", self.env._("Draws"), columns, rows, sums)]
        tables.append(self._pack_uses(uses))
        notes = [] if draws else [self.env._("Nothing was drawn by then.")]
        return self._pack_part(
            "use", self.env._("Use of funds"), tables=tables, notes=notes
        )

    def _pack_uses(self, uses):
        columns = [
            ("drawn", self.env._("Drawn on"), "date"),
            ("date", self.env._("Used on"), "date"),
            ("name", self.env._("Used for"), "text"),
            ("kind", self.env._("Kind"), "text"),
            ("partner", self.env._("Paid to"), "text"),
            ("proof", self.env._("Proof"), "text"),
            ("files", self.env._("Files"), "number"),
            ("amount", self.env._("Amount"), "amount"),
        ]
        rows = [
            {
                "drawn": use.draw_id.date,
                "date": use.date,
                "name": use.name,
                "kind": self._pack_label(use, "kind"),
                "partner": use.partner_id.sudo().name or None,
                "proof": use.proof_number or None,
                # how many there are is no secret; the files themselves stay closed
                "files": len(use.sudo().proof_ids),
                "amount": use.amount,
            }
            for use in uses.sorted(lambda use: (use.draw_id.date, use.date, use.id))
        ]
        title = self.env._("Uses and their proof")
        return self._pack_table("uses", title, columns, rows, ("amount",))

    def _pack_nominees(self, first, last):
        columns = [
            ("number", self.env._("Member number"), "text"),
            ("name", self.env._("Member"), "text"),
            ("purpose", self.env._("Purpose"), "text"),
            ("amount", self.env._("On the list"), "amount"),
            ("date_lent", self.env._("Paid out on"), "date"),
            ("lent", self.env._("Paid out"), "amount"),
            ("date_repaid", self.env._("Repaid on"), "date"),
            ("date_refused", self.env._("Refused on"), "date"),
            ("proof", self.env._("Proof"), "text"),
        ]
        tables = []
        for nominees in self._pack_lists(last):
            rows = [
                self._pack_nominee(nominee, last)
                for nominee in nominees.line_ids.sorted("id")
            ]
            title = self.env._(
                "List %(version)s of %(date)s, letter %(letter)s",
                version=nominees.version,
                date=self._print_date(nominees.date_submitted),
                letter=nominees.reference or "-",
            )
            key = f"nominees_{nominees.id}"
            tables.append(
                self._pack_table(key, title, columns, rows, ("amount", "lent"))
            )
        notes = (
            [] if tables else [self.env._("No nominative list was submitted by then.")]
        )
        return self._pack_part(
            "nominees", self.env._("Nominative list"), tables=tables, notes=notes
        )

    def _pack_lists(self, last):
        """Return the lists that held at the end of a day, one for each chain."""
        lists = self.env["lpdb.nominee.list"].search(
            [
                ("facility_id", "=", self.id),
                ("state", "!=", "draft"),
                ("date_submitted", "<=", last),
            ],
            order="draw_id, version",
        )
        return list({record.draw_id: record for record in lists}.values())

    def _pack_nominee(self, nominee, last):
        """Return a member of the list as he stood at the end of a day."""

        def until(name):
            day = nominee[name]
            return day if day and day <= last else None

        member = nominee.member_id
        lent = until("date_lent")
        refused = until("date_refused")
        return {
            "number": member.number or None,
            "name": member.sudo().partner_id.name,
            "purpose": nominee.purpose or None,
            "amount": 0.0 if refused else nominee.amount,
            "date_lent": lent,
            "lent": nominee.amount if lent else 0.0,
            "date_repaid": until("date_repaid"),
            "date_refused": refused,
            "proof": (nominee.proof_number or None) if lent else None,
        }
