"""Run one month of a factory over RPC, from the bookings to the paid invoice.

Every step looks first at what is there and does only the rest, so that a second run
finds nothing to do. A few users and members, always the same, do not pay: a month in
which nobody owes anything would teach nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rpc

from . import values
from .layouts import Column, Layout, Row, Sheet, read_sheet
from .references import existing_ids
from .session import Session

VALUE_ADDED = Layout(
    "product",
    (
        Column("product", required=True, reference="product"),
        Column("company", required=True, reference="company"),
        Column("labour_days_per_ton", values.positive, required=True),
        Column("wage_per_day", values.positive, required=True),
        Column("output_price", values.positive, required=True),
        Column("raw_price", values.positive, required=True),
        Column("other_input_per_kg", values.amount, default=0),
        Column("source", required=True),
    ),
    ("product",),
)
SERVICE = "JASA-TEPUNG"
UNPAID_EVERY = 10  # every tenth user of the house owes his invoice
LATE_EVERY = 12  # every twelfth member is late with his due


@dataclass(frozen=True)
class Scope:
    """What the month is about.

    :param str company: code of the cooperative
    :param str site: code of its site
    """

    company: str
    site: str
    first: datetime.date
    last: datetime.date


class Month:
    """The steps of a month; ``done`` counts what each of them did."""

    def __init__(self, session: Session, scope: Scope):
        self.session = session
        self.client: rpc.Client = session.client
        self.scope = scope
        company = session.id_of("company", scope.company)
        site = session.id_of("site", scope.site)
        if company is None or site is None:
            raise rpc.RpcError(
                f"{scope.company} and its site {scope.site} are not loaded"
            )
        self.company: int = company
        self.site: int = site
        self.context = self.client.with_companies([company])
        self.done: dict[str, int] = {}

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method in the cooperative of the month."""
        return self.client.call(model, method, args, kwargs, context=self.context)

    def search(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        order: str = "id",
    ) -> list[dict[str, Any]]:
        """Read records in the cooperative of the month."""
        return self.client.search_read(
            model, domain, fields, order=order, context=self.context
        )

    def use_machines(self, orders: Sheet) -> None:
        """Start and finish the bookings at the times of the orders."""
        times = {}
        for row in orders.rows:
            for kind in ("oven", "mill"):
                begun, ended = row[f"{kind}_start"], row[f"{kind}_end"]
                times[row[f"{kind}_booking"]] = (
                    self.session.utc(row["site"], begun),
                    self.session.utc(row["site"], ended),
                )
        ids = existing_ids(self.client, "factory.booking", times)
        states = {
            row["id"]: row["state"]
            for row in self.search(
                "factory.booking", [("id", "in", list(ids.values()))], ["state"]
            )
        }
        used = 0
        for code, (start, end) in sorted(times.items(), key=lambda item: item[1]):
            number = ids.get(code, 0)
            if states.get(number) in ("held", "confirmed"):
                self.call("factory.booking", "action_start", [number], start)
                states[number] = "in_use"
            if states.get(number) == "in_use":
                self.call("factory.booking", "action_finish", [number], end)
                used += 1
        self.done["bookings used"] = used

    def record_services(self, orders: Sheet) -> None:
        """Record the milling of each closed order, in kilograms of powder."""
        service = self.session.resolver.look_up("product", [SERVICE])[SERVICE]
        codes = [row["code"] for row in orders.rows]
        known = {
            row["external_ref"]
            for row in self.search(
                "factory.usage", [("external_ref", "in", codes)], ["external_ref"]
            )
        }
        made = existing_ids(self.client, "mrp.production", codes)
        self.session.resolver.look_up("party", [row["user"] for row in orders.rows])
        new = [
            {
                "external_ref": row["code"],
                "company_id": self.company,
                "site_id": self.site,
                "partner_id": self.session.id_of("party", row["user"]),
                "production_id": made[row["code"]],
                "charge_type": "service",
                "product_id": service,
                "quantity": row["output_kg"],
                "unit": "kg",
                "date_start": self.session.utc(row["site"], row["mill_start"]),
                "date_end": self.session.utc(row["site"], row["mill_end"]),
            }
            for row in orders.rows
            if row["code"] not in known and row["code"] in made
        ]
        if new:
            self.call("factory.usage", "create", new)
        self.done["services recorded"] = len(new)

    def charge(self) -> None:
        """Price what was used, post the charges and invoice them."""
        last = self.scope.last.isoformat()
        self.call("factory.usage", "price_open", self.company, last)
        drafts = [
            row["id"]
            for row in self.search(
                "factory.charge",
                [("company_id", "=", self.company), ("state", "=", "draft")],
                ["state"],
                order="date, id",
            )
        ]
        if drafts:
            self.call("factory.charge", "action_post", drafts)
        invoices = self.call("factory.charge", "invoice_open", self.company, last, last)
        self.done["charges posted"] = len(drafts)
        self.done["invoices"] = len(invoices)

    def create_dues(self, companies: Mapping[str, int]) -> None:
        """Record what the members of all cooperatives owe for the month."""
        count = 0
        for number in companies.values():
            context = self.client.with_companies([number])
            types = self.client.search_read(
                "coop.saving.type",
                [("company_id", "=", number), ("kind", "=", "mandatory")],
                ["kind"],
                context=context,
            )
            count += self.client.call(
                "coop.saving.type",
                "action_create_dues",
                [[row["id"] for row in types], self.scope.last.isoformat()],
                context=context,
            )
        self.done["dues created"] = count

    def pay_at_the_counter(self) -> None:
        """Take the money for invoices and dues of the users of the house."""
        invoices = self.search(
            "account.move",
            [
                ("company_id", "=", self.company),
                ("charge_ids", "!=", False),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
            ],
            ["partner_id", "amount_residual"],
        )
        refs = self._refs([row["partner_id"][0] for row in invoices])
        members = self._members(list(refs))
        dues = self._open_dues(self.company, list(members.values()))
        receipts = []
        for row in invoices:
            partner = row["partner_id"][0]
            if owes(refs[partner], UNPAID_EVERY):
                continue
            member = members.get(partner)
            lines = [{"invoice_id": row["id"], "amount": row["amount_residual"]}]
            for due in dues.pop(member, []):
                if not owes(refs[partner], LATE_EVERY):
                    lines.append({"due_id": due["id"], "amount": due["rest"]})
            receipts.append(
                {
                    "company_id": self.company,
                    "member_id": member or False,
                    "partner_id": partner,
                    "date": self.scope.last,
                    "direction": "in",
                    "line_ids": [[0, 0, line] for line in lines],
                }
            )
        if receipts:
            ids = self.call("coop.receipt", "create", receipts)
            self.call("coop.receipt", "action_post", ids)
        self.done["receipts at the counter"] = len(receipts)

    def collect_dues(self, companies: Mapping[str, int]) -> None:
        """Collect the other dues of each cooperative in one batch."""
        count = 0
        for number in companies.values():
            context = self.client.with_companies([number])
            dues = self._open_dues(number, None)
            names = self._numbers(list(dues))
            rows = [
                {
                    "member_id": member,
                    "type_id": due["type_id"][0],
                    "amount": due["rest"],
                }
                for member, found in dues.items()
                if not owes(names[member], LATE_EVERY)
                for due in found
                if number != self.company or not owes(names[member], UNPAID_EVERY)
            ]
            if not rows:
                continue
            batch = self.client.create(
                "coop.saving.batch",
                {
                    "name": f"Simpanan wajib {self.scope.last:%m/%Y}",
                    "kind": "dues",
                    "company_id": number,
                    "date": self.scope.last,
                    "journal_id": self._counter(number),
                },
                context=context,
            )
            for method, args in (("action_prepare", [rows]), ("action_post", [])):
                self.client.call(
                    "coop.saving.batch", method, [[batch], *args], context=context
                )
            count += len(rows)
        self.done["dues collected"] = count

    def pay_instalment(self, code: str, day: datetime.date) -> None:
        """Pay the instalment of a facility that is due on a day, once."""
        number = self.session.id_of("facility", code)
        paid = self.search(
            "lpdb.payment",
            [("facility_id", "=", number), ("state", "=", "posted")],
            ["state"],
        )
        self.done["instalments paid"] = 0
        if paid or number is None:
            return
        payment = self.client.create(
            "lpdb.payment", {"facility_id": number, "date": day}, context=self.context
        )
        self.call("lpdb.payment", "action_post", [payment])
        self.done["instalments paid"] = 1

    def add_value(self, path: Path) -> None:
        """Compute the value added of the month, by the method of Hayami."""
        sheet = read_sheet(path, VALUE_ADDED)
        self.session.check([sheet])
        count = 0
        for row in sheet.rows:
            count += self._add_value(row)
        self.done["value added computed"] = count

    def _add_value(self, row: Row) -> int:
        model = "factory.value.added"
        product = self.session.id_of("product", row["product"])
        period = {"date_from": self.scope.first, "date_to": self.scope.last}
        domain = [
            ("company_id", "=", self.company),
            ("product_id", "=", product),
            *((name, "=", day) for name, day in period.items()),
        ]
        if self.search(model, domain, ["name"]):
            return 0
        vals = {
            "company_id": self.company,
            "site_id": self.site,
            "product_id": product,
            **period,
            "output_price": row["output_price"],
            "wage_per_day": row["wage_per_day"],
            "raw_price": row["raw_price"],
            "other_input_per_unit": row["other_input_per_kg"],
            "note": row["source"],
        }
        number = self.client.create(model, vals, context=self.context)
        self.call(model, "action_load_orders", [number])
        raw = self.search(model, [("id", "=", number)], ["input_qty"])[0]["input_qty"]
        days = float(row["labour_days_per_ton"]) * raw / 1000
        self.call(model, "write", [number], {"labour_days": days})
        self.call(model, "action_compute", [number])
        return 1

    def _refs(self, partners: list[int]) -> dict[int, str]:
        rows = self.search("res.partner", [("id", "in", partners)], ["ref"])
        return {row["id"]: row["ref"] or "" for row in rows}

    def _members(self, partners: list[int]) -> dict[int, int]:
        rows = self.search(
            "coop.member",
            [("partner_id", "in", partners), ("company_id", "=", self.company)],
            ["partner_id"],
        )
        return {row["partner_id"][0]: row["id"] for row in rows}

    def _numbers(self, members: list[int]) -> dict[int, str]:
        rows = self.client.search_read(
            "coop.member", [("id", "in", members)], ["number"]
        )
        return {row["id"]: row["number"] for row in rows}

    def _open_dues(
        self, company: int, members: list[int] | None
    ) -> dict[int, list[dict[str, Any]]]:
        domain: list[Any] = [
            ("company_id", "=", company),
            ("state", "=", "open"),
            ("period", "<=", self.scope.last),
        ]
        if members is not None:
            domain.append(("member_id", "in", members))
        dues: dict[int, list[dict[str, Any]]] = {}
        for row in self.client.search_read(
            "coop.saving.due", domain, ["member_id", "type_id", "rest"]
        ):
            dues.setdefault(row["member_id"][0], []).append(row)
        return dues

    def _counter(self, company: int) -> int:
        rows = self.client.search_read(
            "account.journal",
            [
                ("company_id", "=", company),
                ("type", "=", "cash"),
                ("restrict_mode_hash_table", "=", True),
            ],
            ["code"],
        )
        if not rows:
            raise rpc.RpcError("the cooperative has no locked cash journal: set it up")
        return rows[0]["id"]


def owes(code: str, every: int) -> bool:
    """Tell whether a person is one of the few who do not pay.

    >>> owes("KUKAR-0020", 10), owes("KUKAR-0021", 10), owes("KUKAR-U1", 10)
    (True, False, False)
    """
    digits = code.rpartition("-")[2]
    return digits.isdigit() and int(digits) % every == 0
