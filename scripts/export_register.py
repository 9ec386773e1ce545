"""Write the register of members (buku daftar anggota) of a cooperative to a file.

Whoever has left stays in it, with date and reason (UU 25/1992 art. 17). CSV or XLSX, by
the name of the file; it can be read again by ``load_members.py`` under the headings of
that loader.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import rpc
from loading import values
from loading.command import say

#: heading, field of the member
COLUMNS = (
    ("code", "number"),
    ("name", "partner_id"),
    ("class", "class_id"),
    ("date_applied", "date_applied"),
    ("date_joined", "date_joined"),
    ("date_exited", "date_exited"),
    ("exit_reason", "exit_reason"),
    ("state", "state"),
    ("savings_balance", "savings_balance"),
)
PERSON = (
    ("nik", "nik"),
    ("gender", "gender"),
    ("birth_date", "birth_date"),
    ("phone", "phone"),
    ("street", "street"),
    ("region_code", "region_id"),
)
CHUNK = 2000


def register(client: rpc.Client, company: int, day: object) -> Iterator[list[object]]:
    """Give heading and rows, a part at a time, in the order of the numbers.

    :param day: leave out who applied later; None for all
    """
    person = [
        (heading, field)
        for heading, field in PERSON
        if field
        in client.call("res.partner", "fields_get", [], {"attributes": ["type"]})
    ]
    yield [heading for heading, _field in (*COLUMNS, *person)]
    context = {"allowed_company_ids": [company], "active_test": False}
    domain: list[object] = [("company_id", "=", company)]
    if day:
        domain.append(("date_applied", "<=", day))
    ids = client.call(
        "coop.member", "search", [domain], {"order": "number, id"}, context=context
    )
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        yield from _rows(client, part, person, context)
        say(f"  register: {min(start + CHUNK, len(ids))} of {len(ids)}")


def _rows(
    client: rpc.Client,
    ids: Sequence[int],
    person: Sequence[tuple[str, str]],
    context: dict[str, object],
) -> Iterator[list[object]]:
    fields = [field for _heading, field in COLUMNS]
    members = client.search_read(
        "coop.member", [("id", "in", list(ids))], fields, context=context
    )
    by_id = {member["id"]: member for member in members}
    partners = client.search_read(
        "res.partner",
        [("id", "in", [member["partner_id"][0] for member in members])],
        ["name", *(field for _heading, field in person)],
        context=context,
    )
    people = {partner["id"]: partner for partner in partners}
    for number in ids:
        member = by_id[number]
        partner = people[member["partner_id"][0]]
        member["partner_id"] = partner["name"]
        yield [_cell(member[field]) for field in fields] + [
            _cell(partner[field]) for _heading, field in person
        ]


def _cell(value: object) -> object:
    """Write a value of the server as a cell: relations by their name."""
    if isinstance(value, list):
        return value[1] if value else ""
    return "" if value is False or value is None else value


def write(path: Path, rows: Iterator[list[object]]) -> int:
    """Write a table to CSV or XLSX; the file appears when it is complete.

    :return: number of rows without the heading
    """
    part = path.with_name(f"{path.name}.part")
    count = -1
    if path.suffix.lower() == ".xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("Buku Daftar Anggota")
        for row in rows:
            sheet.append(row)
            count += 1
        book.save(part)
    else:
        with part.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            for row in rows:
                writer.writerow(row)
                count += 1
    part.replace(path)
    return count


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="CSV or XLSX to write")
    parser.add_argument(
        "--company", required=True, help="code of load_companies.py, or the name"
    )
    parser.add_argument(
        "--date", type=values.date, help="leave out who applied after this day"
    )
    rpc.add_options(parser)
    options = parser.parse_args(argv)
    try:
        client = rpc.connect(options)
        company = _company(client, options.company)
        count = write(options.file, register(client, company, options.date))
    except rpc.RpcError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    say(f"{count} member(s) written to {options.file}")
    return 0


def _company(client: rpc.Client, text: str) -> int:
    from loading.references import existing_ids

    found = existing_ids(client, "res.company", [text])
    if found:
        return found[text]
    rows = client.search_read("res.company", [("name", "=", text)], ["name"])
    if not rows:
        raise rpc.RpcError(f"there is no company '{text}'")
    return rows[0]["id"]


if __name__ == "__main__":
    sys.exit(main())
