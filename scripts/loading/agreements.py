"""What is to be done with each facility of a file, brought in one call each."""

from __future__ import annotations

from collections.abc import Callable

import rpc

from . import command
from .layouts import Column, Layout, Row, Sheet, key_of
from .problems import BadFileError, Problem
from .session import Session
from .sync import as_load

LINES = Layout(
    "fee or guarantee", (Column("code"), Column("number")), ("code", "number")
)
STEPS = ("sign", "draw")
#: facilities that the server judges in one call
JUDGED = 50
FEE_NAMES = {
    "provision": "Provisi",
    "guarantee": "Imbal jasa penjaminan (IJP)",
    "notary": "Notaris",
    "other": "Biaya lain",
}


class Part:
    """The facilities of one company: what is to be done with each."""

    def __init__(
        self,
        session: Session,
        sheet: Sheet,
        code: str,
        extra: Callable[[Row], dict[str, object]],
    ) -> None:
        company = session.id_of("company", code)
        self.session, self.sheet, self.client = session, sheet, session.client
        self.context = self.client.with_companies([company]) if company else {}
        outcome, self.pending = session.compare(
            sheet,
            "lpdb.facility",
            f"facilities of {code}",
            extra=extra,
            company=company,
        )
        self.ids = outcome.ids
        self.lines: dict[str, dict[str, dict[str, object]]] = {}
        self._compare_lines("lpdb.fee", "fees", company)
        self._compare_lines("lpdb.guarantee", "guarantees", company)
        self._read_server()
        self.packages = self._packages()
        waiting = [
            each for each in self.packages.values() if each.keys() & {*STEPS, "use"}
        ]
        outcome.acted("signed or drawn", len(waiting))

    def _compare_lines(self, model: str, column: str, company: int | None) -> None:
        """Compare fees or guarantees, named by their facility and number."""
        rows = _line_rows(self.sheet, column)
        if not rows:
            return
        lines = Sheet(self.sheet.file, LINES, tuple(rows))
        _outcome, pending = self.session.compare(
            lines, model, column, extra=LINE_VALUES[column], company=company
        )
        for row in rows:
            key = key_of(LINES, row.values)
            if key in pending:
                found = self.lines.setdefault(row["code"], {})
                found.setdefault(column, {})[key] = pending[key]

    def _read_server(self) -> None:
        """Read how far the facilities are that are on the server."""
        ids = list(self.ids.values())
        self.states = {
            row["id"]: row["state"]
            for row in self.client.search_read(
                "lpdb.facility", [("id", "in", ids)], ["state"], context=self.context
            )
        }
        self.draws: dict[int, list[dict]] = {}
        for draw in self.client.search_read(
            "lpdb.draw",
            [("facility_id", "in", ids)],
            ["facility_id", "date", "state", "use_ids"],
            order="date, id",
            context=self.context,
        ):
            self.draws.setdefault(draw["facility_id"][0], []).append(draw)

    def _packages(self) -> dict[str, dict[str, object]]:
        """Put together what the server has to do: ``{code: package}``."""
        packages = {}
        for row in self.sheet.rows:
            code = row["code"]
            package = {**self._loads(code), **self._steps(row)}
            if package:
                packages[code] = {**package, "id": self.ids.get(code)}
        return packages

    def _loads(self, code: str) -> dict[str, object]:
        """Return the records of a facility that are new or differ."""
        loads: dict[str, object] = {}
        if code in self.pending:
            values = {code: self.pending[code]}
            loads["facility"] = rpc.load_arguments(
                *as_load(self.client, "lpdb.facility", values)
            )
        for column, values in self.lines.get(code, {}).items():
            model = "lpdb.fee" if column == "fees" else "lpdb.guarantee"
            loads[column] = rpc.load_arguments(*as_load(self.client, model, values))
        return loads

    def _steps(self, row: Row) -> dict[str, object]:
        """Return the steps that are left; what a killed run did is left."""
        number = self.ids.get(row["code"])
        draws = self.draws.get(number, [])
        steps: dict[str, object] = {}
        if self.states.get(number, "draft") == "draft":
            steps["sign"] = True
        if row["draw_date"] and not draws:
            steps["draw"] = {
                "date": row["draw_date"],
                "amount": row["draw_amount"],
                "waits": row["schedule"] == "lender",
            }
        bare = [
            draw["id"]
            for draw in draws
            if row["draw_date"]
            and draw["date"] == row["draw_date"].isoformat()
            and draw["state"] != "reversed"
            and not draw["use_ids"]
        ]
        if row["draw_date"] and row["purpose"] and ("draw" in steps or bare):
            steps["use"] = {
                "draw_id": bare[0] if bare else False,
                "date": row["draw_date"],
                "name": row["purpose"],
                "kind": "working_capital",
                "amount": row["draw_amount"],
            }
        return steps

    def problems(self) -> list[Problem]:
        """Let the server judge every row; it writes nothing."""
        codes = list(self.packages)
        found = []
        for start in range(0, len(codes), JUDGED):
            part = codes[start:][:JUDGED]
            answer = self._call([self.packages[code] for code in part], True)
            found += [
                self._problem(code, result)
                for code, result in zip(part, answer, strict=True)
                if result["error"]
            ]
        return found

    def _problem(self, code: str, result: dict[str, str]) -> Problem:
        row = next(row for row in self.sheet.rows if row["code"] == code)
        headings = {c.field: c.name for c in self.sheet.layout.columns if c.field}
        field = result["field"]
        text = f"{code}: {result['error']}"
        return self.sheet.problem(row, headings.get(field, field), text)

    def bring(self, done: list[str]) -> None:
        """Write facility by facility.

        :param done: names of the facilities that are through, added to
        """
        if self.session.dry_run:
            return
        for code, package in self.packages.items():
            [result] = self._call([package], False)
            if result["error"]:
                raise BadFileError([self._problem(code, result)], done=done)
            self.ids[code] = result["id"]
            done.append(code)
            command.say(f"  {code}: done")

    def _call(
        self, packages: list[dict[str, object]], check_only: bool
    ) -> list[dict[str, str]]:
        return self.client.call(
            "lpdb.facility",
            "load_agreements",
            [packages, check_only],
            context=self.context,
        )


def _line_rows(sheet: Sheet, column: str) -> list[Row]:
    """Part the cells of fees or guarantees into rows of their own."""
    return [
        Row(row.row, {"code": row["code"], "number": number, "parts": parts})
        for row in sheet.rows
        for number, parts in enumerate(row[column], start=1)
    ]


def _fee_values(row: Row) -> dict[str, object]:
    kind, percent = row["parts"]
    return {"kind": kind, "name": FEE_NAMES[kind], "percent": percent}


def _guarantee_values(row: Row) -> dict[str, object]:
    kind, name, amount = row["parts"]
    return {"kind": kind, "name": name, "amount": amount}


LINE_VALUES = {"fees": _fee_values, "guarantees": _guarantee_values}
