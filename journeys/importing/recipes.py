"""How one value is made from a row: a template of columns, then a map, bins or a type."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

Kind = Literal["text", "int", "float", "bool", "time", "answer"]
Row = Mapping[int, str | None]
Scalar = str | int | float | bool

_WORDS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0"), False),
}
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[{}]")


class MappingError(Exception):
    """The mapping cannot be used; the text names the key and says what to do."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")


@dataclass(frozen=True)
class Template:
    """Text with places for columns: `pattern` is for the % operator, one %s per entry of `columns`."""

    pattern: str
    columns: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, *, key: str) -> "Template":
        """Read "{number}-{count}"; {{ and }} stand for the braces themselves. Raises MappingError."""
        columns: list[str] = []

        def place(found: re.Match[str]) -> str:
            if found[0] in ("{{", "}}"):
                return found[0][0]
            if found[1] is None:
                raise MappingError(
                    key, f"a brace is left open in {text!r}; write a column as {{name}}, a brace as {{{{"
                )
            columns.append(found[1].strip())
            return "%s"

        return cls(_PLACEHOLDER.sub(place, text.replace("%", "%%")), tuple(c.replace("%%", "%") for c in columns))


@dataclass(frozen=True)
class Recipe:
    """How one value is made. `bins` are (highest value, name) in rising order, the last without a limit."""

    key: str
    template: Template
    kind: Kind = "text"
    format: str = "iso"
    zone: ZoneInfo | None = None
    decimal: str = "."
    bins: tuple[tuple[float, str], ...] = ()
    map: Mapping[str, Scalar] | None = None
    otherwise: Scalar | None = None
    default: Scalar | None = None
    constant: Scalar | None = None

    @property
    def fixed(self) -> str | None:
        """The text of a template without columns, the same on every row; None where rows differ."""
        return None if self.template.columns else self.template.pattern % ()

    def bind(self, columns: Sequence[str], *, zone: tzinfo) -> Callable[[Row], Any]:
        """A function from a row (its cells by place, None where empty) to the value or None.

        The function raises ValueError with what to do about a cell that cannot be read. `zone` is for times that
        name none. Raises MappingError where a column is missing or a constant cannot be read.
        """
        if self.constant is not None:
            return lambda row: self.constant
        typed = self._typed(self.zone or zone)
        convert = self._mapped(typed)
        default = self._default(typed)
        places = [self._place(name, columns) for name in self.template.columns]
        pattern = self.template.pattern
        if not places:
            try:
                constant = convert(self.fixed or "")
            except ValueError as error:
                raise MappingError(self.key, str(error)) from error
            return lambda row: constant
        if pattern == "%s":
            only = places[0]
            return lambda row: default if (cell := row[only]) is None else convert(cell)

        def filled(row: Row) -> Any:
            cells = tuple([row[place] for place in places])
            return default if None in cells else convert(pattern % cells)

        return filled

    def _place(self, name: str, columns: Sequence[str]) -> int:
        found = [place for place, column in enumerate(columns) if column == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise MappingError(self.key, f"the file has {len(found)} columns named {name!r}; rename all but one")
        near = get_close_matches(name, columns, 1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        if len(columns) == 1:
            hint = "does [file] delimiter fit the file? "
        raise MappingError(self.key, f"the file has no column {name!r}; {hint}It has: {', '.join(columns)}")

    def _default(self, typed: Callable[[str], Any]) -> Any:
        if not isinstance(self.default, str):
            return self.default
        try:
            return typed(self.default)
        except ValueError as error:
            raise MappingError(f"{self.key}.default", str(error)) from error

    def _mapped(self, convert: Callable[[str], Any]) -> Callable[[str], Any]:
        if self.map is None:
            return convert
        known, otherwise = self.map, self.otherwise

        def mapped(text: str) -> Any:
            if text in known:
                return known[text]
            return convert(text) if otherwise is None else otherwise

        return mapped

    def _typed(self, zone: tzinfo) -> Callable[[str], Any]:
        if self.bins:
            bins, decimal = self.bins, self.decimal
            return lambda text: bin_of(number(text, decimal=decimal), bins)
        match self.kind:
            case "int":
                return whole
            case "float":
                decimal = self.decimal
                return lambda text: number(text, decimal=decimal)
            case "answer":
                decimal = self.decimal
                return lambda text: answer(text, decimal=decimal)
            case "bool":
                return truth
            case "time":
                format_ = self.format
                return lru_cache(maxsize=10_000)(lambda text: moment(text, format=format_, zone=zone))
            case _:
                return str


def whole(text: str) -> int:
    """A whole number; "10.0" is one. Raises ValueError."""
    try:
        if "_" not in text:
            return int(text)
    except ValueError:
        with suppress(ValueError):
            value = number(text)
            if value.is_integer() and abs(value) < 2**53:
                return int(value)
    raise ValueError(f"{_short(text)} is not a whole number")


def number(text: str, *, decimal: str = ".") -> float:
    """A finite number. Raises ValueError."""
    try:
        value = float(text if decimal == "." else text.replace(decimal, "."))
        if math.isfinite(value) and "_" not in text:
            return value
    except ValueError:
        pass
    raise ValueError(f"{_short(text)} is not a number")


def answer(text: str, *, decimal: str = ".") -> int | float | str:
    """An answer as surveys take it: a number where it reads as one, else the name of a choice."""
    try:
        value = number(text, decimal=decimal)
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def truth(text: str) -> bool:
    """Yes or no in the usual English words and 1 or 0. Raises ValueError."""
    found = _WORDS.get(text.lower())
    if found is None:
        raise ValueError(f"{_short(text)} is neither true nor false; use map for other words")
    return found


def moment(text: str, *, format: str = "iso", zone: tzinfo) -> datetime:
    """A time by "iso" (RFC 3339), "unix" (seconds) or strptime's codes; without an offset it is in `zone`.

    Raises ValueError.
    """
    try:
        if format == "iso":
            found = datetime.fromisoformat(text)
        elif format == "unix":
            found = datetime.fromtimestamp(number(text), UTC)
        else:
            found = datetime.strptime(text, format)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{_short(text)} is not a time of the form {format}") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def bin_of(value: float, bins: Sequence[tuple[float, str]]) -> str:
    """The name of the first bin that reaches up to the value."""
    return next(name for highest, name in bins if value <= highest)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
