"""The loaders of loans, without a server: what a file may say, what is a fault."""

import argparse
from decimal import Decimal

import load_facilities
import load_schedule
import pytest
from loading import values
from loading.problems import BadFileError

LETTER = """facility,letter,n,due,principal,interest,capitalised
A,S-1,1,2025-02-15,0,375000,
A,S-1,2,15/3/2025,1.000.000,375.000,
B,S-2,1,2025-02-15,500,"1,5",
B,S-2,2,2025-03-15,500,0,10
"""
LOAN = {
    "code": "A",
    "company": "kukar",
    "lender": "lpdb",
    "agreement_number": "1",
    "date_signed": "2025-01-01",
    "plafond": "1000",
    "annual_rate": "3",
    "periods": "12",
    "method": "equal_principal",
    "source": "contoh",
}


def check_letter(tmp_path, text):
    path = tmp_path / "schedules.csv"
    path.write_text(text, encoding="utf-8")
    return load_schedule.check(argparse.Namespace(schedules=path))


def check_loan(tmp_path, **cells):
    path = tmp_path / "facilities.csv"
    row = {**LOAN, **cells}
    text = ",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values())
    path.write_text(text, encoding="utf-8")
    return load_facilities.check(argparse.Namespace(facilities=path)).rows[0]


def faults(call, *args, **kwargs):
    with pytest.raises(BadFileError) as caught:
        call(*args, **kwargs)
    return [(problem.row, problem.column) for problem in caught.value.problems]


def test_letter_is_read_by_facility(tmp_path):
    sheet = check_letter(tmp_path, LETTER)
    parts = load_schedule.by_facility(sheet)
    assert [len(rows) for rows in parts.values()] == [2, 2]
    assert parts["A"][1]["principal"] == 1_000_000
    assert parts["A"][0]["capitalised"] == 0
    assert parts["B"][0]["interest"] == Decimal("1.5")
    assert parts["B"][1]["capitalised"] == 10


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("A,S-1,2,15/3/2025", "A,S-1,3,15/3/2025", (3, "n")),
        ("A,S-1,2,15/3/2025", "A,S-1,2,15/1/2025", (3, "due")),
        ("A,S-1,2,15/3/2025", "A,S-9,2,15/3/2025", (3, "letter")),
        ("A,S-1,2,15/3/2025", "A,S-1,2,31/2/2025", (3, "due")),
        ("1.000.000", "-5", (3, "principal")),
        ("1.000.000", "", (3, "principal")),
        ("375.000", "banyak", (3, "interest")),
        ("B,S-2,2,", "B,S-2,1,", (5, "n")),
    ],
)
def test_bad_row_of_a_letter_is_named(tmp_path, old, new, fault):
    text = LETTER.replace(old, new, 1)
    assert faults(check_letter, tmp_path, text) == [fault]


def test_terms_that_are_left_out_stay_as_they_are(tmp_path):
    extra = load_facilities._extra(check_loan(tmp_path, grace_principal="6"))
    assert extra == {"note": "<p>contoh</p>", "grace_principal": 6}


@pytest.mark.parametrize("method", load_facilities.METHODS)
def test_every_method_can_be_loaded(tmp_path, method):
    needs = {
        "fixed_instalment": {"fixed_instalment": "100"},
        "fixed_percent": {"principal_percent": "5"},
    }
    row = check_loan(tmp_path, method=method, **needs.get(method, {}))
    assert row["method"] == method


def test_fees_and_guarantees_of_one_cell(tmp_path):
    row = check_loan(
        tmp_path,
        fees="provision=1|notary=0,25",
        guarantees="asset=Tanah dan bangunan:500.000|personal=Pengurus",
    )
    assert row["fees"] == (("provision", 1), ("notary", Decimal("0.25")))
    assert row["guarantees"] == (
        ("asset", "Tanah dan bangunan", 500_000),
        ("personal", "Pengurus", 0),
    )


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"method": "fixed_instalment"}, "fixed_instalment"),
        ({"method": "fixed_percent"}, "principal_percent"),
        ({"grace_interest_mode": "later"}, "grace_interest_mode"),
        ({"fees": "provision"}, "fees"),
        ({"fees": "tip=5"}, "fees"),
        ({"fees": "provision=100"}, "fees"),
        ({"guarantees": "asset="}, "guarantees"),
        ({"draw_date": "2025-01-05"}, "draw_date"),
        ({"draw_date": "2025-01-05", "draw_amount": "1001"}, "draw_amount"),
        ({"opening_date": "2025-01-05"}, "draw_date"),
        (
            {
                "opening_date": "2025-01-05",
                "draw_date": "2025-01-06",
                "draw_amount": "10",
            },
            "draw_date",
        ),
    ],
)
def test_bad_loan_is_named(tmp_path, cells, column):
    assert faults(check_loan, tmp_path, **cells) == [(2, column)]


def test_amounts_in_messages_are_grouped():
    assert load_schedule._shown(values.number("1234567,5")) == "1,234,567.50"
