# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models

SIGNING = ["chair", "treasurer", "supervisor_chair"]


class LpdbFacility(models.Model):
    """Report pack: what the loan binds the cooperative to, and how it stands by it."""

    _inherit = "lpdb.facility"

    def _pack_collateral(self, first, last):
        cover = self.guarantee_cover(last)
        counted = {part["guarantee_id"]: part["covers"] for part in cover["parts"]}
        columns = [
            ("kind", self.env._("Kind"), "text"),
            ("name", self.env._("Description"), "text"),
            ("partner", self.env._("Owner or guarantor"), "text"),
            ("number", self.env._("Number"), "text"),
            ("date_end", self.env._("Valid until"), "date"),
            ("date_released", self.env._("Released on"), "date"),
            ("amount", self.env._("Value"), "amount"),
            ("covers", self.env._("Covers"), "amount"),
        ]
        rows = [
            {
                "kind": self._pack_label(line, "kind"),
                "name": line.name,
                "partner": line.partner_id.sudo().name or None,
                "number": line.number or None,
                "date_end": line.date_end or None,
                "date_released": line.date_released or None,
                "amount": line.amount,
                "covers": counted[line.id],
            }
            for line in self.guarantee_ids
        ]
        owed = cover["outstanding"]
        facts = [
            ("outstanding", self.env._("Outstanding"), "amount", owed),
            ("cover", self.env._("Cover in force"), "amount", cover["cover"]),
            (
                "percent",
                self.env._("Coverage (%)"),
                "ratio",
                round(cover["percent"], 2) if owed else None,
            ),
            (
                "required",
                self.env._("Coverage asked (%)"),
                "ratio",
                cover["required"] or None,
            ),
            ("shortfall", self.env._("Shortfall"), "amount", cover["shortfall"]),
        ]
        table = self._pack_table(
            "collateral", None, columns, rows, ("amount", "covers")
        )
        notes = [] if rows else [self.env._("The agreement names no collateral.")]
        return self._pack_part(
            "collateral",
            self.env._("Collateral and guarantees"),
            facts,
            [table],
            notes,
        )

    def _pack_covenants(self, first, last):
        tests = self.env["lpdb.covenant.test"]
        figures = self.test_covenants(last)
        labels = dict(tests._fields["outcome"]._description_selection(self.env))
        limits = dict(tests._fields["operator"]._description_selection(self.env))
        columns = [
            ("name", self.env._("Covenant"), "text"),
            ("formula", self.env._("Formula"), "text"),
            ("numerator", self.env._("Above the line"), "amount"),
            ("denominator", self.env._("Below the line"), "amount"),
            ("value", self.env._("Value"), "ratio"),
            ("operator", self.env._("Asked"), "text"),
            ("limit", self.env._("Limit"), "ratio"),
            ("outcome", self.env._("Outcome"), "text"),
        ]
        rows = [
            {
                **{name: row[name] for name, _label, _kind in columns},
                "value": row["value"] if row["has_value"] else None,
                "operator": limits[row["operator"]],
                "outcome": labels[row["outcome"]],
            }
            for row in figures
        ]
        tables = [self._pack_table("covenants", None, columns, rows)]
        recorded = self.covenant_test_ids.filtered(
            lambda test: test.is_live and first <= test.date <= last
        )
        if recorded:
            tables.append(self._pack_tests(recorded))
        notes = [] if rows else [self.env._("The agreement names no covenant.")]
        return self._pack_part(
            "covenants", self.env._("Covenants"), tables=tables, notes=notes
        )

    def _pack_tests(self, tests):
        columns = [
            ("date", self.env._("Date"), "date"),
            ("name", self.env._("Covenant"), "text"),
            ("value", self.env._("Value"), "ratio"),
            ("limit", self.env._("Limit"), "ratio"),
            ("outcome", self.env._("Outcome"), "text"),
            ("waiver", self.env._("Waiver"), "text"),
            ("waiver_date", self.env._("Waived on"), "date"),
        ]
        rows = [
            {
                "date": test.date,
                "name": test.covenant_id.name,
                "value": test.value if test.has_value else None,
                "limit": test.limit_value,
                "outcome": self._pack_label(test, "outcome"),
                "waiver": test.waiver_number or None,
                "waiver_date": test.waiver_date or None,
            }
            for test in tests.sorted(lambda test: (test.date, test.id))
        ]
        title = self.env._("Tests recorded in the period")
        return self._pack_table("covenant_tests", title, columns, rows)

    def _pack_collectability(self, first, last):
        own = self.collectability_at(last)

        def day(name):
            return fields.Date.to_date(own[name]) or None

        facts = [
            (
                "days_past_due",
                self.env._("Days past due"),
                "number",
                own["days_past_due"],
            ),
            (
                "oldest_due",
                self.env._("Oldest overdue since"),
                "date",
                day("oldest_due"),
            ),
            ("overdue", self.env._("Overdue instalments"), "amount", own["overdue"]),
            ("scheme", self.env._("Table of classes"), "text", own["scheme"] or None),
            ("class", self.env._("Class by our count"), "text", own["class"] or None),
            ("fall_date", self.env._("Class falls on"), "date", day("fall_date")),
            ("fall_class", self.env._("Falls to"), "text", own["fall_class"] or None),
            (
                "lender_class",
                self.env._("Class stated by the lender"),
                "text",
                own["lender_class"] or None,
            ),
            ("lender_date", self.env._("Stated on"), "date", day("lender_date")),
            (
                "lender_source",
                self.env._("Letter"),
                "text",
                own["lender_source"] or None,
            ),
        ]
        columns = [
            ("date", self.env._("Date of the letter"), "date"),
            ("number", self.env._("Demand"), "text"),
            ("source", self.env._("Letter"), "text"),
            ("date_received", self.env._("Received on"), "date"),
        ]
        letters = self.letter_ids.filtered(
            lambda letter: letter.active and letter.date <= last
        )
        rows = [
            {
                "date": letter.date,
                "number": self._pack_label(letter, "number"),
                "source": letter.source,
                "date_received": letter.date_received or None,
            }
            for letter in letters.sorted(lambda letter: (letter.date, letter.id))
        ]
        title = self.env._("Demands of the lender")
        tables = [self._pack_table("letters", title, columns, rows)] if rows else []
        notes = []
        if own["is_different"]:
            notes.append(self.env._("Our class and that of the lender differ."))
        if own["handed_over"]:
            notes.append(self.env._("The claim is with PUPN; the debt goes on."))
        return self._pack_part(
            "collectability", self.env._("Collectability"), facts, tables, notes
        )

    def _pack_obligations(self, first, last):
        found = self.env["umkm.obligation"].search(
            [
                ("res_model", "=", "lpdb.facility"),
                ("res_id", "=", self.id),
                ("date_due", "<=", fields.Date.add(last, months=12)),
                "|",
                ("date_done", "=", False),
                ("date_done", ">=", first),
            ],
            order="date_due, id",
        )
        columns = [
            ("date_due", self.env._("Due"), "date"),
            ("name", self.env._("Obligation"), "text"),
            ("rule", self.env._("Source"), "text"),
            ("date_done", self.env._("Done on"), "date"),
            ("state", self.env._("State"), "text"),
        ]
        rows = []
        for duty in found:
            done = duty.date_done if duty.date_done and duty.date_done <= last else None
            late = duty.date_due <= last
            rows.append(
                {
                    "date_due": duty.date_due,
                    "name": duty.name,
                    "rule": duty.rule or None,
                    "date_done": done,
                    "state": self.env._("done")
                    if done
                    else self.env._("late")
                    if late
                    else self.env._("open"),
                }
            )
        notes = [] if rows else [self.env._("No obligation of the period is recorded.")]
        return self._pack_part(
            "obligations",
            self.env._("Obligations"),
            tables=[self._pack_table("obligations", None, columns, rows)],
            notes=notes,
        )

    def _pack_signatures(self, first, last):
        officers = self.company_id._coop_signers(last, SIGNING)
        columns = [
            ("role", self.env._("Office"), "text"),
            ("name", self.env._("Name"), "text"),
        ]
        rows = [
            {"role": self._pack_label(officer, "role"), "name": officer.partner_id.name}
            for officer in officers
        ]
        facts = [
            ("place", self.env._("Place"), "text", self.company_id.sudo().city or None),
            ("date", self.env._("Date"), "date", self.company_id._local_date()),
        ]
        table = self._pack_table("signatures", None, columns, rows)
        return self._pack_part("signatures", self.env._("Signatures"), facts, [table])
