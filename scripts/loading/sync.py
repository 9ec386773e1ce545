"""Compare rows with the server and write only what differs.

New and changed rows of one file go over in one call, which the server takes whole or
refuses whole; rows that the server holds already are not written at all.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .layouts import Row, Sheet, key_of
from .problems import BadFileError, Problem
from .references import IMPORT_MODULE, Resolver, existing_ids, external_name

WHOLE_FILE = 5000


@dataclass
class Outcome:
    """What became of the rows of a file.

    ``ids`` is ``{key: id}`` of every row that is on the server now.
    """

    title: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    actions: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    new_keys: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Write the summary line of a file.

        >>> str(Outcome("sites", created=2))
        'sites: 2 created, 0 updated, 0 unchanged'
        """
        counts = f"{self.created} created, {self.updated} updated"
        done = "".join(f", {n} {what}" for what, n in self.actions.items())
        return f"{self.title}: {counts}, {self.unchanged} unchanged{done}"

    def acted(self, what: str, count: int) -> None:
        """Count rows on which an action was run (signed, accepted ...)."""
        if count:
            self.actions[what] = self.actions.get(what, 0) + count

    @property
    def changes(self) -> int:
        """How many things this run wrote or did."""
        return self.created + self.updated + sum(self.actions.values())


@dataclass
class Target:
    """Where the rows of a file go.

    :param str model: technical name
    :param values: makes the values of a row, ``{field: value}``; many2one as id,
        many2many as list of ids
    :param context: of the calls (allowed companies)
    :param created_only: fields that only a new record gets (facts that live on)
    """

    model: str
    values: Callable[[Row], Mapping[str, Any]]
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    created_only: frozenset[str] = frozenset()


def field_values(sheet: Sheet, resolver: Resolver) -> Callable[[Row], dict[str, Any]]:
    """Make the default ``values`` of a target: each column into its field."""

    def make(row: Row) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for column in sheet.layout.columns:
            if column.field is None:
                continue
            value = row[column.name]
            if column.reference and value:
                known = resolver.look_up(column.reference, [])
                if isinstance(value, tuple):
                    value = [known[code] for code in value if code in known]
                else:
                    value = known.get(value)
            made[column.field] = value
        return made

    return make


def synchronise(
    client: Any, sheet: Sheet, target: Target, *, dry_run: bool, progress: Any = None
) -> Outcome:
    """Bring the server to what a checked file says.

    :param client: a :class:`rpc.Client`
    :param bool dry_run: compare only
    :raise BadFileError: when the server refuses rows; then none is written
    """
    outcome, pending = compare(client, sheet, target)
    if pending and not dry_run:
        keyed = {key_of(sheet.layout, row.values): row for row in sheet.rows}
        outcome.ids.update(_write(client, sheet, target, keyed, pending, progress))
    return outcome


def compare(
    client: Any, sheet: Sheet, target: Target
) -> tuple[Outcome, dict[str, dict[str, Any]]]:
    """Tell what a checked file would change, and write nothing.

    :return: outcome, and ``{key: {field: value}}`` of the rows to write
    """
    keyed = {key_of(sheet.layout, row.values): row for row in sheet.rows}
    ids = existing_ids(client, target.model, keyed)
    wanted = {key: dict(target.values(row)) for key, row in keyed.items()}
    current = _read(client, target, ids, wanted)
    outcome = Outcome(target.title, ids=dict(ids))
    pending: dict[str, dict[str, Any]] = {}
    for key, values in wanted.items():
        if key not in ids:
            outcome.created += 1
            outcome.new_keys.append(key)
            pending[key] = values
            continue
        kept = {f: v for f, v in values.items() if f not in target.created_only}
        if differences(kept, current.get(ids[key], {})):
            outcome.updated += 1
            pending[key] = kept
        else:
            outcome.unchanged += 1
    return outcome, pending


def as_load(
    client: Any, model: str, pending: Mapping[str, Mapping[str, Any]]
) -> tuple[list[str], list[list[Any]]]:
    """Write rows that name the same fields as ``load`` reads them.

    :param pending: ``{key: {field: value}}``
    :return: names of the columns, the external id first, and the rows
    """
    fields = list(next(iter(pending.values())))
    names = ["id", *_columns(client, model, fields)]
    rows = [
        [_external_id(model, key), *(values[f] for f in fields)]
        for key, values in pending.items()
    ]
    return names, rows


def _read(
    client: Any,
    target: Target,
    ids: Mapping[str, int],
    wanted: Mapping[str, Mapping[str, Any]],
) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    fields = sorted({name for values in wanted.values() for name in values})
    fields = [name for name in fields if name not in target.created_only]
    domain = [("id", "in", sorted(ids.values()))]
    rows = client.search_read(target.model, domain, fields, context=target.context)
    return {row["id"]: row for row in rows}


def differences(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """Name the fields whose value on the server is not the wanted one.

    >>> differences({"name": "A", "qty": 1.0}, {"name": "A", "qty": 2.0})
    ['qty']
    """
    return [f for f, value in wanted.items() if not same(value, current.get(f))]


def same(wanted: Any, current: Any) -> bool:
    """Tell whether a wanted value is what the server holds.

    >>> same(None, False), same(7, [7, "Name"]), same([2, 1], [1, 2]), same(1, 1.0)
    (True, True, True, True)
    """
    if wanted is None or wanted is False or wanted == "":
        # an empty number is 0 on the server
        return current is None or current is False or current in ("", 0, [])
    if isinstance(current, list) and len(current) == 2 and isinstance(current[1], str):
        return wanted == current[0]
    if isinstance(wanted, list | tuple):
        return sorted(wanted) == sorted(current or [])
    if isinstance(wanted, datetime.datetime):
        return f"{wanted:%Y-%m-%d %H:%M:%S}" == current
    if isinstance(wanted, datetime.date):
        return wanted.isoformat() == current
    if isinstance(wanted, str):
        return wanted == current
    if current is None or isinstance(current, str):
        return False
    return math.isclose(float(wanted), float(current), rel_tol=1e-9, abs_tol=1e-6)


def _write(
    client: Any,
    sheet: Sheet,
    target: Target,
    keyed: Mapping[str, Row],
    pending: Mapping[str, Mapping[str, Any]],
    progress: Any,
) -> dict[str, int]:
    from rpc import LoadError

    keys = list(pending)
    written: dict[str, int] = {}
    for fields, group in _groups(pending):
        chosen = {key: pending[key] for key in group}
        names, rows = as_load(client, target.model, chosen)
        try:
            ids = client.load(
                target.model,
                names,
                rows,
                WHOLE_FILE,
                context=target.context,
                progress=progress,
            )
        except LoadError as error:
            raise BadFileError(
                refused(sheet, [keyed[key] for key in group], fields, error.messages)
            ) from error
        written.update(zip(group, ids, strict=True))
    return {key: written[key] for key in keys}


def _groups(
    pending: Mapping[str, Mapping[str, Any]],
) -> list[tuple[tuple[str, ...], list[str]]]:
    """Put rows that write the same fields together, in the order of the file."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for key, values in pending.items():
        groups.setdefault(tuple(values), []).append(key)
    return list(groups.items())


def _external_id(model: str, key: str) -> str:
    return f"{IMPORT_MODULE}.{external_name(model, key)}"


_RELATIONS: dict[str, set[str]] = {}


def _columns(client: Any, model: str, fields: Sequence[str]) -> list[str]:
    """Name the columns for ``load``: relations are given by database id."""
    if model not in _RELATIONS:
        known = client.call(model, "fields_get", [], {"attributes": ["type"]})
        _RELATIONS[model] = {
            name
            for name, spec in known.items()
            if spec["type"] in ("many2one", "many2many")
        }
    return [f"{name}/.id" if name in _RELATIONS[model] else name for name in fields]


def refused(
    sheet: Sheet, rows: Sequence[Row], fields: Sequence[str], messages: Sequence[Any]
) -> list[Problem]:
    """Give the server's refusals their row and column in the file.

    :param rows: rows in the order in which they were sent
    :param messages: list of :class:`rpc.LoadMessage`
    """
    headings = {c.field: c.name for c in sheet.layout.columns if c.field}
    problems = []
    for message in messages:
        row = rows[min(message.row, len(rows) - 1)]
        name = message.field.split("/")[0]
        problems.append(sheet.problem(row, headings.get(name, name), message.text))
    return problems
