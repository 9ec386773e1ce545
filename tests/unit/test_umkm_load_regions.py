"""Reading a file of regions: what is refused, and where it says so."""

import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

import load_regions  # noqa: E402
from loading.problems import BadFileError  # noqa: E402

GOOD = """code,district_code,name
64.02.02.2009,64.02.02,Jonggon Jaya
64.03.08.2001,64.03.08,Biduk-Biduk
64.02.98,64.02,New district
"""


def write(tmp_path, text):
    path = tmp_path / "villages.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_parents_come_before_parts(tmp_path):
    regions = load_regions.read_regions(write(tmp_path, GOOD))
    assert [one.code for one in regions] == [
        "64.02.98",
        "64.02.02.2009",
        "64.03.08.2001",
    ]


def test_within_and_without(tmp_path):
    path = write(tmp_path, GOOD)
    inside = load_regions.read_regions(path, "64.02")
    assert {one.code for one in inside} == {"64.02.98", "64.02.02.2009"}
    inside = load_regions.read_regions(path, "64", ["64.02"])
    assert [one.code for one in inside] == ["64.03.08.2001"]


def test_codes_without_dots(tmp_path):
    path = write(tmp_path, "code,parent_code,name\n6402022009,640202,Jonggon Jaya\n")
    assert load_regions.read_regions(path)[0].code == "64.02.02.2009"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("64.02.02.209,,X", "code"),
        ("64.02.02.2009,,", "name"),
        ("64.02.02.2009,64.02.03,X", "district_code"),
        ("64.03.08.2001,,Twice", "code"),
    ],
)
def test_faults_name_row_and_column(tmp_path, row, column):
    path = write(tmp_path, GOOD.splitlines()[0] + "\n64.03.08.2001,,Y\n" + row + "\n")
    with pytest.raises(BadFileError) as error:
        load_regions.read_regions(path)
    (problem,) = error.value.problems
    assert (problem.row, problem.column) == (3, column)


def test_missing_column(tmp_path):
    with pytest.raises(BadFileError, match="name: is missing"):
        load_regions.read_regions(write(tmp_path, "code\n64\n"))


def test_missing_parent(tmp_path):
    regions = load_regions.read_regions(write(tmp_path, GOOD))
    known = {"64.02", "64.02.02"}
    problems = list(load_regions.missing_parents("v.csv", regions, known))
    assert [(one.row, one.column) for one in problems] == [(3, "code")]
    assert "64.03.08" in problems[0].message
