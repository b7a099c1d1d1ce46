"""Conditions as people write them, to what is kept and back."""

import re
from typing import Any

from django.utils.translation import gettext as _

from journeys.conditions import BadDefinition

_TEST = re.compile(r"(?P<property>[^\s=≠!<>≤≥]+)\s*(?P<sign>!=|<=|>=|[=≠<>≤≥])\s*(?P<value>.+)")
_PRESENT = re.compile(r"(?P<property>\S+)")
_SIGNS = {"=": "eq", "≠": "ne", "!=": "ne", "<": "lt", "≤": "lte", "<=": "lte", ">": "gt", "≥": "gte", ">=": "gte"}
_WRITTEN = {"eq": "=", "ne": "≠", "lt": "<", "lte": "≤", "gt": ">", "gte": "≥"}


def read_value(operator: str, text: str) -> Any:
    """What a property is compared with. Raises BadDefinition on `value`.

    "one of" takes a list with commas or lines, "all" one test to a line: "reopen_count = 0".
    """
    if operator in ("", "present"):
        return None
    if operator == "all":
        return [_test(number, line) for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1)]
    if operator == "in":
        return [_plain(part) for part in re.split(r"[,\n]", text) if part.strip()]
    return _plain(text)


def write_value(operator: str, value: Any) -> str:
    if value is None:
        return ""
    if operator == "all" and isinstance(value, list):
        return "\n".join(_written_test(test) for test in value)
    if isinstance(value, list):
        return "\n".join(map(_written, value))
    return _written(value)


def _test(number: int, line: str) -> dict[str, Any]:
    if found := _TEST.fullmatch(line):
        return {"property": found["property"], "operator": _SIGNS[found["sign"]], "value": _plain(found["value"])}
    if found := _PRESENT.fullmatch(line):
        return {"property": found["property"], "operator": "present"}
    raise BadDefinition(
        "value", _("Line %(number)d: write a property, a sign and a value, like reopen_count = 0.") % {"number": number}
    )


def _written_test(test: dict[str, Any]) -> str:
    operator = test.get("operator", "eq")
    if operator == "present":
        return str(test["property"])
    return f"{test['property']} {_WRITTEN.get(operator, operator)} {_written(test.get('value'))}"


def _plain(text: str) -> Any:
    """A number or true/false where it is one, else the text."""
    text = text.strip()
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    # "007" and "1e5" are texts: what is written is what is compared.
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?", text):
        return float(text) if "." in text else int(text)
    return text


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
