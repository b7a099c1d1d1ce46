"""The TOML that says which columns become what (docs/import.md), parsed into a frozen value."""

import math
import tomllib
import zoneinfo
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from journeys.importing.recipes import Kind, MappingError, Recipe, Scalar, Template
from journeys.importing.rows import Layout

_KINDS = tuple(kind for kind in get_args(Kind) if kind != "answer")


@dataclass(frozen=True)
class Shape:
    """What a kind of import describes: its table in the TOML, the fields there and the tables of free names.

    A field has its type; None as the type of a table's entries leaves it to the mapping.
    """

    name: str
    fields: Table[str, Kind]
    required: Sequence[str]
    tables: Table[str, Kind | None]
    constants: Sequence[str] = ()
    required_constants: Sequence[str] = ()


@dataclass(frozen=True)
class Mapping:
    layout: Layout
    constants: Table[str, str]
    fields: Table[str, Recipe]
    tables: Table[str, Table[str, Recipe]]


def load(path: Path, *, shape: Shape) -> Mapping:
    """Read a mapping. Raises MappingError, which names the key and what to do."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise MappingError(str(path), f"cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise MappingError(str(path), "is not UTF-8; save it as UTF-8") from error
    return parse(text, shape=shape)


def parse(text: str, *, shape: Shape) -> Mapping:
    """As `load`, from the text itself."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError("mapping", f"is not TOML: {error}") from error
    top = _Section("", data)
    constants = {name: top.take(name, str, "") for name in shape.constants}
    for name in shape.required_constants:
        if not constants[name]:
            raise MappingError(name, "is missing; write it at the top of the mapping")
    layout, decimal = _layout(top.section("file"))
    dates = top.section("dates")
    basic = Recipe("", Template("", ()), format=_format(dates), zone=_zone(dates), decimal=decimal)
    dates.end()
    if shape.name not in data:
        raise MappingError(f"[{shape.name}]", f"is missing; it says which columns make up the {shape.name}")
    body = top.section(shape.name)
    tables = {
        name: {
            key: _recipe(f"{shape.name}.{name}.{key}", value, replace(basic, kind=kind or "text"), kind)
            for key, value in body.section(name).rest().items()
        }
        for name, kind in shape.tables.items()
    }
    fields = {
        name: _recipe(f"{shape.name}.{name}", body.data.pop(name), replace(basic, kind=kind), kind)
        for name, kind in shape.fields.items()
        if name in body.data
    }
    body.end(known=[*shape.fields, *shape.tables])
    top.end(known=[*shape.constants, "file", "dates", shape.name])
    for name in shape.required:
        if name not in fields:
            raise MappingError(
                f"{shape.name}.{name}", 'is missing; name a column, as in "{column}", or give a constant'
            )
    return Mapping(layout, constants, fields, tables)


class _Section:
    """A table of the TOML from which keys are taken; what is left at the end nobody knows."""

    def __init__(self, name: str, data: dict[str, Any]) -> None:
        self.name, self.data = name, dict(data)
        self.taken: list[str] = []

    def key(self, name: str) -> str:
        return f"{self.name}.{name}" if self.name else name

    def take(self, name: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        self.taken.append(name)
        if name not in self.data:
            return default
        value = self.data.pop(name)
        # bool is an int in Python
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool and bool not in _types(kind)):
            wanted = " or ".join(_NAMES[t] for t in _types(kind))
            raise MappingError(self.key(name), f"give {wanted}, not {value!r}")
        return value

    def section(self, name: str) -> "_Section":
        return _Section(self.key(name), self.take(name, dict, {}))

    def rest(self) -> dict[str, Any]:
        return self.data

    def end(self, known: Sequence[str] = ()) -> None:
        known = list(known) or self.taken
        for name in self.data:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"use {', '.join(known)}"
            raise MappingError(self.key(name), f"is not known; {hint}")


_NAMES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}
_SCALAR = (str, int, float, bool)


def _types(kind: type | tuple[type, ...]) -> tuple[type, ...]:
    return kind if isinstance(kind, tuple) else (kind,)


def _layout(section: _Section) -> tuple[Layout, str]:
    encoding = section.take("encoding", str, "utf-8")
    try:
        "".encode(encoding)
    except LookupError as error:
        raise MappingError(section.key("encoding"), f"{encoding!r} is not known; write utf-8, cp1252 ...") from error
    delimiter = section.take("delimiter", str, ",")
    if len(delimiter) != 1 or delimiter in '\r\n"':
        raise MappingError(section.key("delimiter"), f"give one character, such as ; or \\t, not {delimiter!r}")
    decimal = section.take("decimal", str, ".")
    if decimal not in (".", ","):
        raise MappingError(section.key("decimal"), f"give . or , not {decimal!r}")
    layout = Layout(
        encoding="utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding,
        delimiter=delimiter,
        null=frozenset(_texts(section, "null")) | {""},
        columns=tuple(_texts(section, "columns")),
    )
    section.end()
    return layout, decimal


def _texts(section: _Section, name: str) -> list[str]:
    found = section.take(name, list, [])
    if not all(isinstance(text, str) for text in found):
        raise MappingError(section.key(name), f"give a list of texts, not {found!r}")
    return found


def _format(section: _Section) -> str:
    format_ = section.take("format", str, "iso")
    if format_ in ("iso", "unix"):
        return str(format_)
    known = datetime(2026, 11, 22, 13, 14, 15, tzinfo=UTC)
    try:
        datetime.strptime(known.strftime(format_), format_)
    except ValueError as error:
        raise MappingError(section.key("format"), f"{error}; {_FORMATS}") from error
    if "%" not in format_:
        raise MappingError(section.key("format"), f"{format_!r} names no part of a date; {_FORMATS}")
    return str(format_)


_FORMATS = 'write "iso", "unix" or codes as in "%d/%m/%Y %H:%M"'


def _zone(section: _Section) -> zoneinfo.ZoneInfo | None:
    name = section.take("zone", str)
    if name is None:
        return None
    if name not in zoneinfo.available_timezones():
        raise MappingError(section.key("zone"), f"{name!r} is not a time zone; write it like Europe/Helsinki")
    return zoneinfo.ZoneInfo(name)


def _recipe(key: str, value: Any, basic: Recipe, kind: Kind | None) -> Recipe:
    """One value of the mapping: a template, a constant, or a table with `value` and how to read it."""
    if isinstance(value, date):  # TOML has dates of its own, and a datetime is one
        value, basic = value.isoformat(), replace(basic, format="iso")
    if isinstance(value, (bool, int, float)) and kind is None:
        return replace(basic, key=key, constant=value)
    if isinstance(value, (str, int, float)):
        return replace(basic, key=key, template=Template.parse(str(value), key=key))
    if not isinstance(value, dict):
        raise MappingError(key, f'give a template such as "{{column}}", a constant or a table, not {value!r}')
    section = _Section(key, value)
    template = section.take("value", str)
    if template is None:
        raise MappingError(section.key("value"), 'is missing; name a column, as in value = "{column}"')
    recipe = replace(
        basic,
        key=key,
        template=Template.parse(template, key=section.key("value")),
        kind=kind or _kind(section),
        map=_map(section),
        otherwise=section.take("otherwise", _SCALAR),
        bins=_bins(section),
        default=section.take("default", _SCALAR),
    )
    if recipe.kind == "time":
        recipe = replace(
            recipe,
            format=_format(section) if "format" in section.data else basic.format,
            zone=_zone(section) or basic.zone,
        )
    section.end(known=_RECIPE_KEYS)
    if recipe.otherwise is not None and recipe.map is None:
        raise MappingError(section.key("otherwise"), "needs a map beside it")
    return recipe


_RECIPE_KEYS = ("value", "as", "map", "otherwise", "bins", "default", "format", "zone")


def _kind(section: _Section) -> Kind:
    kind: Kind = section.take("as", str, "text")
    if kind not in _KINDS:
        raise MappingError(section.key("as"), f"{kind!r} is not known; use {', '.join(_KINDS)}")
    return kind


def _map(section: _Section) -> dict[str, Scalar] | None:
    found = section.take("map", dict)
    for name, value in (found or {}).items():
        if not isinstance(value, _SCALAR):
            raise MappingError(f"{section.key('map')}.{name}", f"give a text, a number, true or false, not {value!r}")
    return found


def _bins(section: _Section) -> tuple[tuple[float, str], ...]:
    key = section.key("bins")
    found = section.take("bins", list, [])
    bins: list[tuple[float, str]] = []
    for place, entry in enumerate(found):
        if not isinstance(entry, dict):
            raise MappingError(
                key, f'give a list such as [{{ to = 3, name = "0-3" }}, {{ name = "4+" }}], not {entry!r}'
            )
        part = _Section(f"{key}[{place}]", entry)
        name, highest = part.take("name", str), part.take("to", (int, float))
        part.end()
        if not name:
            raise MappingError(part.key("name"), "is missing; name the bin as it is to be shown")
        last = place == len(found) - 1
        if (highest is None) != last:
            raise MappingError(part.key("to"), "leave it out of the last bin and of no other: it takes the rest")
        if bins and highest is not None and highest <= bins[-1][0]:
            raise MappingError(part.key("to"), f"{highest} is not above {bins[-1][0]:g}; list the bins in rising order")
        bins.append((math.inf if highest is None else float(highest), name))
    return tuple(bins)
