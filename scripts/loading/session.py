"""One run of a loader: client, options and what has been looked up so far."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import rpc

from . import values
from .command import Progress
from .layouts import Row, Sheet, key_of
from .problems import BadFileError, Problem
from .references import Resolver
from .sync import Outcome, Target, compare, field_values, synchronise


class Session:
    """What the steps of a loader share."""

    def __init__(self, client: rpc.Client, options: argparse.Namespace):
        self.client = client
        self.dry_run: bool = options.dry_run
        self.resolver = Resolver(client)
        self.outcomes: list[Outcome] = []
        self._zones: dict[str, str] = {}

    def check(
        self, sheets: Iterable[Sheet], coming: Mapping[str, Sheet] | None = None
    ) -> None:
        """Look up every reference of several files before anything is written.

        :param coming: ``{kind: sheet}`` of files of this run that bring codes along
        :raise BadFileError: with all faults of all files
        """
        for kind, sheet in (coming or {}).items():
            self.resolver.announce(kind, sheet.keys())
        self.resolver.check_all(sheets)

    def id_of(self, kind: str, code: str | None) -> int | None:
        """Give the id of one code; None when it is not on the server (dry run)."""
        return self.resolver.look_up(kind, [code]).get(code) if code else None

    def load(
        self,
        sheet: Sheet,
        model: str,
        title: str,
        *,
        kind: str = "",
        extra: Callable[[Row], Mapping[str, Any]] | None = None,
        company: int | None = None,
        created_only: Iterable[str] = (),
    ) -> Outcome:
        """Bring one file to the server and remember its codes.

        :param kind: kind of reference that the file's keys are from now on
        :param extra: further values of a row, over those of its columns
        :param int company: company that the calls run in
        """
        target = self._target(sheet, model, title, extra, company, created_only)
        try:
            outcome = synchronise(
                self.client,
                sheet,
                target,
                dry_run=self.dry_run,
                progress=Progress(title, len(sheet.rows)),
            )
        except BadFileError as error:
            error.written += self._count_written()
            raise
        self.outcomes.append(outcome)
        if kind:
            self.resolver.found.setdefault(kind, {}).update(outcome.ids)
        return outcome

    def compare(
        self,
        sheet: Sheet,
        model: str,
        title: str,
        *,
        extra: Callable[[Row], Mapping[str, Any]] | None = None,
        company: int | None = None,
    ) -> tuple[Outcome, dict[str, dict[str, Any]]]:
        """Tell what :meth:`load` would write, for a loader that writes itself.

        :return: outcome, and ``{key: {field: value}}`` of the rows to write
        """
        target = self._target(sheet, model, title, extra, company)
        outcome, pending = compare(self.client, sheet, target)
        self.outcomes.append(outcome)
        return outcome, pending

    def _target(
        self,
        sheet: Sheet,
        model: str,
        title: str,
        extra: Callable[[Row], Mapping[str, Any]] | None,
        company: int | None,
        created_only: Iterable[str] = (),
    ) -> Target:
        columns = field_values(sheet, self.resolver)

        def make(row: Row) -> dict[str, Any]:
            return {**columns(row), **(extra(row) if extra else {})}

        return Target(
            model,
            make,
            title,
            self.client.with_companies([company]) if company else {},
            frozenset(created_only),
        )

    def _count_written(self) -> int:
        """Count the rows of the files before that are on the server for good."""
        if self.dry_run:
            return 0
        return sum(outcome.created + outcome.updated for outcome in self.outcomes)

    def in_state(self, model: str, ids: Iterable[int], state: str) -> set[int]:
        """Give those of some records that are in a state now."""
        domain = [("id", "in", list(ids)), ("state", "=", state)]
        return {row["id"] for row in self.client.search_read(model, domain, ["state"])}

    def each_company(self, sheet: Sheet) -> list[tuple[str, Sheet]]:
        """Part a file by its ``company`` column, in the order of the file."""
        parts: dict[str, list[Row]] = {}
        for row in sheet.rows:
            parts.setdefault(row["company"], []).append(row)
        return [
            (code, Sheet(sheet.file, sheet.layout, tuple(rows)))
            for code, rows in parts.items()
        ]

    def zone_of(self, site: str) -> str:
        """Give the time zone of a site."""
        if site not in self._zones:
            number = self.id_of("site", site)
            rows = self.client.search_read(
                "factory.site", [("id", "=", number)], ["time_zone"]
            )
            self._zones[site] = rows[0]["time_zone"] if rows else "Asia/Jakarta"
        return self._zones[site]

    def utc(self, site: str, moment: Any) -> Any:
        """Turn the clock of a site into UTC; None stays None."""
        return values.to_utc(moment, self.zone_of(site)) if moment else None

    def act(
        self,
        sheet: Sheet,
        rows: Sequence[Row],
        call: Callable[[Row], Any],
    ) -> int:
        """Do something with each row and give a refusal its place in the file.

        :return: number of rows done
        """
        if self.dry_run:
            return 0
        done: list[str] = []
        for row in rows:
            key = key_of(sheet.layout, row.values)
            try:
                call(row)
            except rpc.RpcError as error:
                raise BadFileError(
                    [Problem(sheet.file, row.row, "", f"{key}: {error}")],
                    self._count_written(),
                    done,
                ) from error
            done.append(key)
        return len(rows)
