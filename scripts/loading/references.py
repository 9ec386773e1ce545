"""Find the records that the codes of a file name, many codes at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .layouts import Row, Sheet, slug
from .problems import BadFileError, Problem

IMPORT_MODULE = "__import__"
CHUNK = 1000


@dataclass(frozen=True)
class Kind:
    """How codes of one kind find their record.

    :param str model: technical name of the model
    :param str field: field that holds the code; None finds it by external id
    :param str what: what the thing is called in a message
    :param str remedy: what to do about an unknown code
    """

    model: str
    what: str
    remedy: str
    field: str | None = None


KINDS: dict[str, Kind] = {
    "region": Kind(
        "umkm.region",
        "region",
        "correct the code, or load villages with load_regions.py",
        "code",
    ),
    "company": Kind("res.company", "company", "load it with load_companies.py"),
    "partner": Kind("res.partner", "partner", "load it with load_partners.py"),
    "party": Kind("res.partner", "person or office", "put it into partners.csv"),
    "meeting": Kind("coop.meeting", "meeting", "put it into meetings.csv"),
    "bom": Kind("mrp.bom", "recipe", "load it with load_products.py"),
    "intake": Kind("factory.intake", "intake", "load it with load_intake.py"),
    "booking": Kind("factory.booking", "booking", "load it with load_bookings.py"),
    "site": Kind("factory.site", "site", "load it with load_sites.py"),
    "member": Kind("coop.member", "member", "load him with load_members.py"),
    "programme": Kind("grant.programme", "programme", "put it into programmes.csv"),
    "event": Kind("grant.event", "hand-over event", "put it into events.csv"),
    "agreement": Kind("grant.agreement", "agreement", "put it into agreements.csv"),
    "handover": Kind("grant.handover", "handover", "put it into handovers.csv"),
    "equipment": Kind(
        "maintenance.equipment", "equipment", "load it with load_equipment.py"
    ),
    "workcenter": Kind(
        "mrp.workcenter", "work centre", "load it with load_equipment.py"
    ),
    "product": Kind(
        "product.product", "product", "load it with load_products.py", "default_code"
    ),
    "tariff": Kind("factory.tariff", "tariff", "load it with load_tariffs.py"),
    "facility": Kind("lpdb.facility", "facility", "load it with load_facilities.py"),
}


def external_name(model: str, key: str) -> str:
    """Name the external id of a record that a file's key names.

    >>> external_name("factory.site", "KUKAR-JAHE")
    'factory_site_KUKAR-JAHE'
    """
    return f"{model.replace('.', '_')}_{slug(key)}"


def existing_ids(client: Any, model: str, keys: Iterable[str]) -> dict[str, int]:
    """Find the records that were loaded under some keys.

    :param client: a :class:`rpc.Client`
    :return: ``{key: id}`` of those that exist
    """
    names = {external_name(model, key): key for key in keys}
    if not names:
        return {}
    if client.call("ir.model.data", "has_access", [[], "read"]):
        found = _by_external_id(client, model, list(names))
    else:
        found = _by_export(client, model)
    return {names[name]: number for name, number in found.items() if name in names}


def _by_external_id(client: Any, model: str, names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(names), CHUNK):
        domain = [
            ("module", "=", IMPORT_MODULE),
            ("model", "=", model),
            ("name", "in", names[start : start + CHUNK]),
        ]
        rows = client.search_read("ir.model.data", domain, ["name", "res_id"])
        found.update({row["name"]: row["res_id"] for row in rows})
    return found


def _by_export(client: Any, model: str) -> dict[str, int]:
    """Find external ids without the right to read their table."""
    ids = client.call(model, "search", [[]], context={"active_test": False})
    found: dict[str, int] = {}
    prefix = f"{IMPORT_MODULE}."
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        answer = client.call(model, "get_external_id", [part])
        for number, name in answer.items():
            if name.startswith(prefix):
                found[name.removeprefix(prefix)] = int(number)
    return found


@dataclass
class Resolver:
    """Look up codes once each; codes of files loaded together count as known."""

    client: Any
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)
    found: dict[str, dict[str, int]] = field(default_factory=dict)
    coming: dict[str, set[str]] = field(default_factory=dict)
    villages: dict[str, str] = field(default_factory=dict)

    def announce(self, kind: str, codes: Iterable[str]) -> None:
        """Say that these codes will exist once this run has written them."""
        self.coming.setdefault(kind, set()).update(codes)

    def forget(self, kind: str) -> None:
        """Look the codes of a kind up again (they were written meanwhile)."""
        self.found.pop(kind, None)

    def look_up(self, kind: str, codes: Iterable[str]) -> dict[str, int]:
        """Find ids of codes.

        :return: ``{code: id}`` of those that exist on the server
        """
        known = self.found.setdefault(kind, {})
        missing = sorted({code for code in codes if code and code not in known})
        if missing:
            known.update(self._query(kind, missing))
        return known

    def _query(self, kind: str, codes: list[str]) -> dict[str, int]:
        spec = self.kinds[kind]
        if spec.field is None:
            found = existing_ids(self.client, spec.model, codes)
            if kind == "party":
                found.update(self._company_partners(set(codes) - set(found)))
            return found
        wanted = set(codes)
        if kind == "region":
            wanted.update(code.rpartition(".")[0] for code in codes if len(code) > 8)
        domain = [(spec.field, "in", sorted(wanted))]
        rows = self.client.search_read(spec.model, domain, [spec.field])
        found = {row[spec.field]: row["id"] for row in rows}
        if kind == "region":
            self._use_districts(codes, found)
        return {code: found[code] for code in codes if code in found}

    def _company_partners(self, codes: set[str]) -> dict[str, int]:
        """Let the code of a company stand for the company as a party."""
        companies = self.look_up("company", codes)
        wanted = {companies[code]: code for code in codes if code in companies}
        if not wanted:
            return {}
        domain = [("id", "in", sorted(wanted))]
        rows = self.client.search_read("res.company", domain, ["partner_id"])
        return {wanted[row["id"]]: row["partner_id"][0] for row in rows}

    def _use_districts(self, codes: list[str], found: dict[str, int]) -> None:
        """Let a village that is not loaded stand for its district, and note it."""
        for code in codes:
            district = code.rpartition(".")[0]
            if code not in found and len(code) > 8 and district in found:
                found[code] = found[district]
                self.villages[code] = district

    def check(self, sheet: Sheet) -> list[Problem]:
        """Look up every reference of a file.

        :return: a problem for each code that names nothing; of a company that the user
            may not enter one for all its rows, of which nothing else is said
        """
        foreign = self._foreign_rows(sheet)
        problems = [
            sheet.problem(
                rows[0],
                "company",
                f"company '{code}' is not yours, or there is none; take its"
                f" {len(rows)} row(s) out of the file, have it added to your user, or"
                f" {self.kinds['company'].remedy}",
            )
            for code, rows in foreign.items()
        ]
        left_out = {row.row for rows in foreign.values() for row in rows}
        for column in sheet.layout.columns:
            kind = column.reference
            if kind is None:
                continue
            used = {code for row in sheet.rows for code in _codes(row[column.name])}
            found = self.look_up(kind, used)
            coming = self.coming.get(kind, set())
            if kind == "party":
                coming = coming | self.coming.get("company", set())
            for row in sheet.rows:
                if row.row in left_out:
                    continue
                for code in _codes(row[column.name]):
                    if code not in found and code not in coming:
                        spec = self.kinds[kind]
                        text = f"there is no {spec.what} '{code}'; {spec.remedy}"
                        problems.append(sheet.problem(row, column.name, text))
        return problems

    def _foreign_rows(self, sheet: Sheet) -> dict[str, list[Row]]:
        """Find the rows of companies that are not on the server, or not the user's.

        :return: ``{company code: rows}``
        """
        if not any(
            column.name == column.reference == "company"
            for column in sheet.layout.columns
        ):
            return {}
        known = self.look_up("company", {row["company"] for row in sheet.rows})
        coming = self.coming.get("company", set())
        foreign: dict[str, list[Row]] = {}
        for row in sheet.rows:
            code = row["company"]
            if code and code not in known and code not in coming:
                foreign.setdefault(code, []).append(row)
        return foreign

    def check_all(self, sheets: Iterable[Sheet]) -> None:
        """Look up the references of several files.

        :raise BadFileError: with all faults of all files
        """
        problems = [problem for sheet in sheets for problem in self.check(sheet)]
        if problems:
            raise BadFileError(problems)


def _codes(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    return value if isinstance(value, tuple) else (value,)
