"""Files of offices read as they are: dates, numbers, encodings, sheets, and what is no table."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook

from cxplatform.tenancy.context import activate
from journeys.importing.cells import number_of, text_of, time_of
from journeys.importing.customers import offered
from journeys.importing.guess import guess
from journeys.importing.table import TableError, open_table
from tests.factories import make_tenant
from tests.imports.worlds import EXCEL, xlsx


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("24.12.2026", "2026-12-24"),
        ("1.2.2026 klo 9.30", "2026-02-01T09:30:00"),
        ("1.2.2026 9:30:05", "2026-02-01T09:30:05"),
        ("24. joulukuuta 2026", "2026-12-24"),
        ("3 mars 2026", "2026-03-03"),
        ("maaliskuu 2026", "2026-03-01"),
        ("tammi 2026", "2026-01-01"),
        ("marras-2026", "2026-11-01"),
        ("Mar 2026", "2026-03-01"),
        ("12/2026", "2026-12-01"),
        ("2026-12", "2026-12-01"),
        ("2026-12-24T10:00:00+02:00", "2026-12-24T10:00:00+02:00"),
        (datetime(2026, 12, 24, 9, 30), "2026-12-24T09:30:00"),
        (date(2026, 12, 24), "2026-12-24"),
        (None, ""),
    ],
)
def test_dates_are_read_as_offices_write_them(cell: Any, expected: str) -> None:
    assert time_of(cell) == expected


@pytest.mark.parametrize("cell", ["31.2.2026", "eilen", "24.12.26", "24.12.2026 25:00", "13/2026", 44927.0])
def test_what_is_no_date_is_said_so(cell: Any) -> None:
    with translation.override("en"), pytest.raises(ValueError, match="is not a date"):
        time_of(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1 234,5", "1234.5"),
        ("1\u00a0234,50", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("-3", "-3"),
        ("\u22123,0", "-3"),
        ("45 %", "45"),
        ("1 234,5 €", "1234.5"),
        (9.0, "9"),
    ],
)
def test_numbers_are_read_as_offices_write_them(cell: Any, expected: str) -> None:
    assert number_of(cell) == expected


@pytest.mark.parametrize("cell", ["kymmenen", "nan", "inf", "1_000", "1,2,3,a"])
def test_what_is_no_number_is_said_so(cell: str) -> None:
    with translation.override("en"), pytest.raises(ValueError, match="is not a number"):
        number_of(cell)


def test_an_identifier_that_a_spreadsheet_made_a_number_is_one_again() -> None:
    assert (text_of(1001.0), text_of(12.5), text_of("'=1+1")) == ("1001", "12.5", "=1+1")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-8", "utf-16"])
def test_csv_is_read_in_the_encodings_that_offices_save(encoding: str) -> None:
    table = open_table(EXCEL.encode(encoding))
    assert table.columns == ("Asiakasnumero", "Nimi", "Sähköposti", "Segmentti")
    assert next(table.rows()) == (2, ["1001", "Åsa Öhman", "asa@example.org", "yritys"])


def test_decimal_commas_do_not_part_columns() -> None:
    table = open_table(b"nimi;arvo\na;1,5\nb;2,5\nc;3,5\n")
    assert table.columns == ("nimi", "arvo")


def test_a_title_and_merged_cells_over_the_header_are_passed_over() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Asiakkaat 2026"])
    sheet.append(["Tunniste", None, "Yhteystiedot", None])
    sheet.merge_cells("A2:B2")
    sheet.merge_cells("C2:D2")
    sheet.append(["Asiakasnumero", "Nimi", "Sähköposti", "Nimi"])
    sheet.append([1001, "Matti", "m@example.org", "M"])
    file = io.BytesIO()
    book.save(file)
    table = open_table(file.getvalue())
    assert table.columns == ("Asiakasnumero", "Nimi", "Sähköposti", "Nimi")
    assert list(table.rows()) == [(4, [1001, "Matti", "m@example.org", "M"])]


def test_a_formula_gives_its_saved_value_and_is_never_run() -> None:
    assert list(open_table(xlsx(["id", "name"], ["1", "=1+1"])).rows()) == [(2, ["1", None])]


def test_the_first_sheet_with_a_table_is_taken_unless_told() -> None:
    data = xlsx(title="Tyhjä", more={"Asiakkaat": [["id"], ["1"]], "Muut": [["id"], ["2"]]})
    assert open_table(data).sheet == "Asiakkaat"
    assert list(open_table(data, sheet="Muut").rows()) == [(2, ["2"])]
    with pytest.raises(TableError):
        open_table(data, sheet="Ei ole")


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/a.xml", "w") as part:
        for _ in range(310):
            part.write(b"0" * 1024 * 1024)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0 old", b"x" * (20 * 1024 * 1024 + 1)],
)
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes) -> None:
    with translation.override("en"), pytest.raises(TableError, match=r"\.$"):
        open_table(data)


def test_a_zip_bomb_is_refused_unopened() -> None:
    with translation.override("en"), pytest.raises(TableError, match="300 MB"):
        open_table(bomb())


def test_an_entity_bomb_is_refused() -> None:
    file = io.BytesIO(xlsx(["id"], ["1"]))
    bad = io.BytesIO()
    with zipfile.ZipFile(file) as good, zipfile.ZipFile(bad, "w") as packed:
        for part in good.infolist():
            text = good.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
            packed.writestr(part, text)
    with pytest.raises(TableError):
        list(open_table(bad.getvalue()).rows())


def changed(data: bytes, part_name: str, old: bytes, new: bytes) -> bytes:
    bad = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as good, zipfile.ZipFile(bad, "w") as packed:
        for part in good.infolist():
            text = good.read(part)
            packed.writestr(part, text.replace(old, new) if part.filename == part_name else text)
    return bad.getvalue()


def damaged(data: bytes, part_name: str) -> bytes:
    """The packed bytes of one part overwritten."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        part = packed.getinfo(part_name)
    at = part.header_offset + 30 + len(part.filename)
    return data[:at] + b"\xff" * part.compress_size + data[at + part.compress_size :]


@pytest.mark.parametrize(
    "data",
    [
        damaged(xlsx(["id"], ["1"]), "xl/worksheets/sheet1.xml"),
        damaged(xlsx(["id"], ["1"]), "xl/workbook.xml"),
        changed(
            xlsx(["id"], ["one"]),
            "xl/worksheets/sheet1.xml",
            b't="inlineStr"><is><t>one</t></is>',
            b't="s"><v>99</v>',
        ),
    ],
)
def test_a_damaged_xlsx_is_refused_with_a_sentence(data: bytes) -> None:
    with translation.override("en"), pytest.raises(TableError, match="damaged"):
        list(open_table(data).rows())


def test_csv_with_lone_returns_is_read_and_a_cell_without_end_is_said() -> None:
    table = open_table(b"id;name\r1;Matti\r2;Maija\r")
    assert (table.columns, list(table.rows())) == (("id", "name"), [(2, ["1", "Matti"]), (3, ["2", "Maija"])])
    with translation.override("en"), pytest.raises(TableError, match="Row 2 cannot be read"):
        open_table(b"id;name\n1;" + b"a" * 200_000 + b"\n")


@pytest.mark.parametrize(
    "columns", [["Asiakasnro", "Nimi", "S-posti", "Puh."], ["Kundnummer", "Namn", "E-post", "Telefon"]]
)
@pytest.mark.django_db
def test_columns_are_known_by_their_names_in_three_languages(columns: list[str]) -> None:
    with activate(make_tenant().pk):
        (offer,) = offered()
        assert guess(columns, [], offer.targets) == ["external_id", "name", "email", "phone"]
        assert guess(["Koodi", "Yhteys"], [["a", "a@example.org"]], offer.targets) == ["", "email"]
