"""Thousands of rows like one that the models made, by one statement a table.

The constraints of the database stay on, and columns that an addon adds later are
copied too.
"""

from __future__ import annotations

from collections.abc import Mapping


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
