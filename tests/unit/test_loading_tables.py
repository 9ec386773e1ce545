"""Reading of files: encodings, separators, spreadsheets, and bad files."""

import datetime

import pytest
from loading.problems import BadFileError
from loading.tables import read_table


def write(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    return path


def faults(path):
    with pytest.raises(BadFileError) as caught:
        read_table(path)
    return caught.value.problems


def test_comma_file_gives_rows_with_line_numbers(tmp_path):
    table = read_table(write(tmp_path / "a.csv", "code,name\nA,Ani\n\nB,Budi\n"))
    assert table.header == ("code", "name")
    assert [line.row for line in table.lines] == [2, 4]
    assert table.lines[1].cells == {"code": "B", "name": "Budi"}


def test_semicolon_file_of_an_indonesian_spreadsheet(tmp_path):
    path = write(tmp_path / "a.csv", "code;price\nA;1.234,50\n")
    assert read_table(path).lines[0].cells["price"] == "1.234,50"


def test_byte_order_mark_is_no_part_of_the_first_heading(tmp_path):
    path = write(tmp_path / "a.csv", "code,name\nA,Ani\n", "utf-8-sig")
    assert read_table(path).header[0] == "code"


def test_windows_encoding_is_read(tmp_path):
    path = write(tmp_path / "a.csv", "code,name\nA,Café\n", "cp1252")
    assert read_table(path).lines[0].cells["name"] == "Café"


def test_remarks_before_the_header_are_skipped(tmp_path):
    path = write(tmp_path / "a.csv", "# invented, all of it\ncode,name\nA,Ani\n")
    table = read_table(path)
    assert table.header == ("code", "name")
    assert table.lines[0].row == 3


def test_line_break_within_quotes_keeps_row_numbers(tmp_path):
    path = write(tmp_path / "a.csv", 'code,name\nA,"two\nlines"\nB,Budi\n')
    assert [line.row for line in read_table(path).lines] == [2, 4]


def test_headings_are_read_in_small_letters(tmp_path):
    assert read_table(write(tmp_path / "a.csv", "Code, Name \nA,b\n")).header == (
        "code",
        "name",
    )


@pytest.mark.parametrize("content", ["", "\n\n", "# only a remark\n"])
def test_empty_file_is_refused(tmp_path, content):
    (problem,) = faults(write(tmp_path / "a.csv", content))
    assert "is empty" in problem.message


def test_missing_file_is_refused(tmp_path):
    (problem,) = faults(tmp_path / "none.csv")
    assert "no such file" in problem.message


def test_heading_that_stands_twice_is_refused(tmp_path):
    (problem,) = faults(write(tmp_path / "a.csv", "code,code\nA,B\n"))
    assert (problem.row, problem.column) == (1, "code")


def test_row_with_too_many_cells_is_refused(tmp_path):
    (problem,) = faults(write(tmp_path / "a.csv", "code,name\nA,Ani,extra\n"))
    assert problem.row == 2
    assert "quote text with commas" in problem.message


def test_workbook_gives_the_same_rows_as_csv(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["code", "date", "price", "weight"])
    book.active.append(["A", datetime.date(2025, 9, 1), 6000, 40.125])
    book.save(tmp_path / "a.xlsx")
    (line,) = read_table(tmp_path / "a.xlsx").lines
    assert line.cells == {
        "code": "A",
        "date": "2025-09-01",
        "price": "6000",
        "weight": "40,125",
    }


def test_workbook_that_is_none_is_refused(tmp_path):
    (problem,) = faults(write(tmp_path / "a.xlsx", "no workbook"))
    assert "no XLSX workbook" in problem.message
