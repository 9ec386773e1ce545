"""A whole file is checked at once, and every fault has its place."""

import pytest
from loading import controls, tables, values
from loading.layouts import Column, Layout, read_sheet, slug
from loading.problems import BadFileError

LAYOUT = Layout(
    "thing",
    (
        Column("code", required=True),
        Column("day", values.date, required=True),
        Column("price", values.amount, default=0),
    ),
    ("code",),
)


def read(tmp_path, content):
    path = tmp_path / "things.csv"
    path.write_text(content, encoding="utf-8")
    return read_sheet(path, LAYOUT)


def faults(tmp_path, content):
    with pytest.raises(BadFileError) as caught:
        read(tmp_path, content)
    return [(p.row, p.column, p.message) for p in caught.value.problems]


def test_good_file_gives_converted_values(tmp_path):
    sheet = read(tmp_path, "code,day,price\nA,1/9/2025,6.000\nB,2025-09-02,\n")
    assert [row["price"] for row in sheet.rows] == [6000, 0]
    assert sheet.keys() == {"A", "B"}


def test_every_fault_is_named_with_row_and_column(tmp_path):
    found = faults(tmp_path, "code,day,price\nA,31/2/2025,x\n,2025-09-01,5\n")
    assert [(row, column) for row, column, _text in found] == [
        (2, "day"),
        (2, "price"),
        (3, "code"),
    ]


def test_unknown_heading_lists_the_known_ones(tmp_path):
    ((row, column, text),) = faults(tmp_path, "code,day,prize\nA,1/9/2025,5\n")
    assert (row, column) == (1, "prize")
    assert "code, day, price" in text


def test_missing_heading_is_named(tmp_path):
    ((row, column, text),) = faults(tmp_path, "code,price\nA,5\n")
    assert (row, column, text) == (1, "day", "heading is missing")


def test_duplicate_key_names_the_first_row(tmp_path):
    ((row, column, text),) = faults(tmp_path, "code,day\nA,1/9/2025\nA,2/9/2025\n")
    assert (row, column) == (3, "code")
    assert "row 2 already" in text


def test_keys_that_would_share_an_external_id_are_duplicates(tmp_path):
    found = faults(tmp_path, "code,day\nA 1,1/9/2025\nA/1,2/9/2025\n")
    assert found[0][0] == 3


def test_header_without_rows_is_refused(tmp_path):
    ((_row, _column, text),) = faults(tmp_path, "code,day\n")
    assert "has no thing in it" in text


def test_problem_is_written_as_file_row_column(tmp_path):
    with pytest.raises(BadFileError) as caught:
        read(tmp_path, "code,day\nA,never\n")
    assert str(caught.value.problems[0]).startswith(f"{tmp_path}/things.csv:2:day: ")


def test_slug_fits_an_external_id():
    assert slug("64.02/Jahe Merah!") == "64_02_Jahe_Merah"


def test_headings_of_another_program_are_read(tmp_path):
    path = tmp_path / "theirs.csv"
    path.write_text("No;Tgl;Catatan\nA;1/9/2025;x\n", encoding="utf-8")
    names = controls.read_names(["no=code", "Tgl=day", "CATATAN=-"])
    with tables.headings(names):
        sheet = read_sheet(path, LAYOUT)
    assert [row["code"] for row in sheet.rows] == ["A"]
    # only for this reading
    with pytest.raises(BadFileError):
        read_sheet(path, LAYOUT)


def test_headings_may_stand_in_a_file(tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("theirs,ours\nNo,code\nCatatan,-\n", encoding="utf-8")
    assert controls.read_names([str(path)]) == {"no": "code", "catatan": "-"}


@pytest.mark.parametrize("given", ["nonsense", "=code", "No="])
def test_map_that_is_no_pair_is_refused(given):
    with pytest.raises(BadFileError, match="THEIRS=OURS"):
        controls.read_names([given])


def test_control_totals_are_rows_and_sums(tmp_path):
    sheet = read(tmp_path, "code,day,price\nA,1/9/2025,6.000\nB,2025-09-02,500\n")
    controls.verify(sheet, ["rows=2", "price=6.500"])
    # also where a loader's check gives several files
    controls.verify({"things": [sheet]}, ["Price=6500"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("rows=3", "control total is 3, the file has 2"),
        ("price=6501", "control total is 6501, the file has 6500"),
        ("weight=1", "no such total"),
        ("price=x", "is no number"),
    ],
)
def test_control_total_that_differs_is_refused(tmp_path, given, message):
    sheet = read(tmp_path, "code,day,price\nA,1/9/2025,6.000\nB,2025-09-02,500\n")
    with pytest.raises(BadFileError, match=message):
        controls.verify(sheet, [given])
