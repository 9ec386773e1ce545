"""Thousands of rows like one that the models made, by one statement a table.

The constraints of the database stay on, and columns that an addon adds later are
copied too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping


def copy_row(cr, record, rows: str, different: Mapping[str, str]) -> None:
    """Insert a copy of a record's row for each row of a relation.

    :param record: the pattern, already in the database
    :param str rows: table or sub-select with an alias
    :param dict different: {column: expression over ``rows``, or ``pattern``}; all other
        columns are those of the pattern
    """
    columns = columns_of(cr, record._table)
    values = [different.get(name, f'pattern."{name}"') for name in columns]
    cr.execute(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} pattern, {rows}"
        " WHERE pattern.id = {id}".format(
            table=record._table,
            columns=", ".join(f'"{name}"' for name in columns),
            values=", ".join(values),
            rows=rows,
            id=record.id,
        )
    )


def columns_of(cr, table: str) -> list[str]:
    """Return the names of a table's columns."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = current_schema ORDER BY ordinal_position",
        (table,),
    )
    return [name for (name,) in cr.fetchall()]


@contextlib.contextmanager
def bulk(cr, table: str) -> Iterator[None]:
    """Take indexes and foreign keys off a table for a block and put them back.

    Putting back a foreign key checks all rows, so nothing slips through.
    """
    cr.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype = 'f'",
        (table,),
    )
    keys = cr.fetchall()
    cr.execute(
        "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = %s::regclass AND NOT EXISTS ("
        "  SELECT FROM pg_constraint WHERE conindid = i.indexrelid)",
        (table,),
    )
    indexes = cr.fetchall()
    for name, _definition in keys:
        cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cr.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in indexes:
        cr.execute(definition)
    for name, definition in keys:
        cr.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
