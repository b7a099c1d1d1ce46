"""A mapping that cannot be used names the key and says what to do; a usable one makes the values it says."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from journeys.importing.events import SHAPE
from journeys.importing.mapping import parse
from journeys.importing.reader import Values, reader
from journeys.importing.recipes import MappingError

BASIC = """
source = "desk"
[event]
id = "{id}"
type = "case.{state}"
time = "2026-01-02T03:04:05Z"
"""
HELSINKI = ZoneInfo("Europe/Helsinki")


def read(mapping: str, **cells: str) -> Values:
    columns = {"id": "1", "state": "open"} | cells
    parsed = parse(mapping, shape=SHAPE)
    return reader(parsed, columns=list(columns), zone=HELSINKI, required=SHAPE.required)(list(columns.values()))


@pytest.mark.parametrize(
    ("mapping", "complaint"),
    [
        ("source = ", "mapping: is not TOML"),
        ("[event]\nid = '{id}'", "source: is missing"),
        ("source = 'x'", "[event]: is missing"),
        ("source = 1\n[event]", "source: give a text, not 1"),
        (BASIC + "tiem = '{t}'", "event.tiem: is not known; did you mean 'time'?"),
        (BASIC + "[evnt]", "evnt: is not known; did you mean 'event'?"),
        (BASIC.replace("id = ", "sequence = "), "event.id: is missing; name a column"),
        (BASIC + "unit = '{store'", "event.unit: a brace is left open in '{store'"),
        (BASIC + "unit = ['a']", "event.unit: give a template"),
        (BASIC + "unit = { as = 'text' }", "event.unit.value: is missing"),
        (BASIC + "sequence = 'first'", "event.sequence: 'first' is not a whole number"),
        (BASIC + "sequence = true", "event.sequence: 'True' is not a whole number"),
        (BASIC + "[event.properties]\na = { value = '{id}', as = 'number' }", "event.properties.a.as: 'number' is not"),
        (BASIC + "[event.properties]\na = { value = '{id}', otherwise = 1 }", "event.properties.a.otherwise: needs a"),
        (
            BASIC + "[event.properties]\na = { value = '{id}', as = 'int', default = 'x' }",
            "properties.a.default: 'x'",
        ),
        (BASIC + "[event.properties]\na = { value = '{id}', map = { x = [] } }", "event.properties.a.map.x: give a"),
        (BASIC + "[event.properties]\na = { value = '{id}', nul = 1 }", "event.properties.a.nul: is not known"),
        (
            BASIC + "[event.properties]\na = { value = '{id}', bins = ['1'] }",
            "event.properties.a.bins: give a list such",
        ),
        (
            BASIC + "[event.properties]\na = { value = '{id}', bins = [{ to = 1, name = 'a' }] }",
            "event.properties.a.bins[0].to: leave it out of the last bin",
        ),
        (
            BASIC + "[event.properties]\na.value = '{id}'\na.bins = [{to=2, name='a'}, {to=1, name='b'}, {name='c'}]",
            "event.properties.a.bins[1].to: 1 is not above 2",
        ),
        (BASIC + "[event.properties]\na = { value = '{id}', bins = [{ to = 1 }, {}] }", "bins[0].name: is missing"),
        (BASIC + "[file]\nencoding = 'latin-9000'", "file.encoding: 'latin-9000' is not known"),
        (BASIC + "[file]\nencoding = 'base64'", "file.encoding: 'base64' is not known"),
        (BASIC + "[file]\ndelimiter = '||'", "file.delimiter: give one character"),
        (BASIC + "[file]\ndecimal = ';'", "file.decimal: give . or ,"),
        (BASIC + "[file]\nnull = '?'", "file.null: give a list, not '?'"),
        (BASIC + "[file]\nnull = [1]", "file.null: give a list of texts"),
        (BASIC + "[dates]\nzone = 'Helsinki'", "dates.zone: 'Helsinki' is not a time zone; write it like"),
        (BASIC + "[dates]\nformat = 'd/m/Y'", "dates.format: 'd/m/Y' names no part of a date"),
        (BASIC + "[dates]\nformat = '%d.%Q'", "dates.format: "),
        (BASIC + "customer = '{kunde}'", "event.customer: the file has no column 'kunde'"),
        (BASIC + "customer = '{stat}'", "event.customer: the file has no column 'stat'; did you mean 'state'?"),
    ],
)
def test_a_mapping_that_cannot_be_used_names_the_key(mapping: str, complaint: str) -> None:
    with pytest.raises(MappingError) as error:
        read(mapping)
    assert complaint in str(error.value)


def test_a_column_named_twice_is_refused_only_where_it_is_used() -> None:
    parsed = parse(BASIC, shape=SHAPE)
    reader(parsed, columns=["id", "state", "note", "note"], zone=UTC, required=())
    with pytest.raises(MappingError, match=r"event\.id: the file has 2 columns named 'id'"):
        reader(parsed, columns=["id", "state", "id"], zone=UTC, required=())


def test_templates_join_columns_and_keep_signs() -> None:
    found = read(BASIC + "unit = '100 % {{x}} {a}-{b c}'", a="1%s", **{"b c": "å"})
    assert found.fields == {
        "id": "1",
        "type": "case.open",
        "time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "unit": "100 % {x} 1%s-å",
    }


def test_an_empty_column_empties_the_template_and_required_values_must_be_there() -> None:
    found = read(BASIC + "unit = 'unit {a}'\ncustomer = { value = '{a}', default = 'nobody' }", a=" ", state="")
    assert found.fields["unit"] is None
    assert found.fields["customer"] == "nobody"
    assert found.errors == {"type": "is empty"}


@pytest.mark.parametrize(
    ("recipe", "cell", "value"),
    [
        ("as = 'text'", " two  words ", "two  words"),
        ("as = 'int'", "12", 12),
        ("as = 'int'", "-3.0", -3),
        ("as = 'float'", "2.5", 2.5),
        ("as = 'bool'", "TRUE", True),
        ("as = 'bool'", "n", False),
        ("as = 'time'", "2026-07-01 12:00", "2026-07-01T12:00:00+03:00"),
        ("as = 'time', zone = 'UTC'", "2026-07-01T12:00", "2026-07-01T12:00:00+00:00"),
        ("as = 'time'", "2026-07-01T12:00:00.25+01:00", "2026-07-01T12:00:00.250000+01:00"),
        ("as = 'time', format = 'unix'", "86400.5", "1970-01-02T00:00:00.500000+00:00"),
        ("as = 'time', format = '%d/%m/%Y %H:%M'", "29/2/2016 01:16", "2016-02-29T01:16:00+02:00"),
        ("map = { Phone = 'phone' }", "Phone", "phone"),
        ("map = { Phone = 'phone' }", "Fax", "Fax"),
        ("map = { Phone = 'phone' }, otherwise = 'other'", "Fax", "other"),
        ("map = { x = true }, otherwise = false", "x", True),
        ("as = 'int', map = { many = 99 }", "many", 99),
        ("as = 'int', map = { many = 99 }", "7", 7),
        ("as = 'int', default = 5", "?", 5),
        ("as = 'text', default = 'x'", "?", "x"),
        ("map = {}, otherwise = false, default = 'open'", "?", "open"),
        ("map = {}, otherwise = false, default = 'open'", "2026", False),
        ("as = 'time', default = '2026-01-01T00:00Z'", "?", "2026-01-01T00:00:00+00:00"),
        ("bins = [{ to = 3, name = '0-3' }, { to = 6, name = '4-6' }, { name = '7+' }]", "3", "0-3"),
        ("bins = [{ to = 3, name = '0-3' }, { to = 6, name = '4-6' }, { name = '7+' }]", "3.5", "4-6"),
        ("bins = [{ to = 3, name = '0-3' }, { to = 6, name = '4-6' }, { name = '7+' }]", "1e9", "7+"),
        ("as = 'int'", "?", None),
    ],
)
def test_a_cell_becomes_the_value_the_mapping_says(recipe: str, cell: str, value: Any) -> None:
    found = read(
        f"{BASIC}\n[event.properties]\na = {{ value = '{{cell}}', {recipe} }}\n[file]\nnull = ['?']", cell=cell
    )
    assert not found.errors
    assert found.tables["properties"] == ({} if value is None else {"a": value})
    assert type(found.tables["properties"].get("a")) is type(value)


@pytest.mark.parametrize(
    ("recipe", "cell", "complaint"),
    [
        ("as = 'int'", "1.5", "'1.5' is not a whole number"),
        ("as = 'int'", "1_000", "'1_000' is not a whole number"),
        ("as = 'int'", "nan", "'nan' is not a whole number"),
        ("as = 'float'", "inf", "'inf' is not a number"),
        ("as = 'float'", "1,5", "'1,5' is not a number"),
        ("as = 'bool'", "joo", "'joo' is neither true nor false; use map for other words"),
        ("as = 'time'", "31/12/2026", "'31/12/2026' is not a time of the form iso"),
        ("as = 'time', format = '%d/%m/%Y'", "2026-12-31", "'2026-12-31' is not a time of the form %d/%m/%Y"),
        ("as = 'time', format = 'unix'", "1e300", "'1e300' is not a time of the form unix"),
        ("bins = [{ to = 3, name = 'few' }, { name = 'many' }]", "lots", "'lots' is not a number"),
        ("as = 'int'", "x" * 100, "'" + "x" * 57 + "...' is not a whole number"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(recipe: str, cell: str, complaint: str) -> None:
    found = read(f"{BASIC}\n[event.properties]\na = {{ value = '{{cell}}', {recipe} }}", cell=cell)
    assert found.errors == {"properties.a": complaint}


def test_decimal_commas_and_toml_dates() -> None:
    mapping = BASIC.replace('"2026-01-02T03:04:05Z"', "2026-05-01") + (
        "[event.properties]\nbasket = { value = '{euros}', as = 'float' }\nwave = 3\nold = true\n[file]\ndecimal = ','"
    )
    found = read(mapping, euros="12,85")
    assert found.fields["time"] == datetime(2026, 5, 1, tzinfo=HELSINKI)
    assert found.tables["properties"] == {"basket": 12.85, "wave": 3, "old": True}
