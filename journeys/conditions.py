"""Tests of an event's properties: what is compared with what, on the texts a database gives.

A property that is missing, null or empty is the same: not there. Numbers compare as numbers ("3" and 3.0 are
equal), true and "True" are equal, other texts compare letter by letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

MISSING = "property missing"
NOT_A_NUMBER = "not a number"
OPERATORS = ("eq", "ne", "lt", "lte", "gt", "gte", "in", "present", "all")
_LONGEST_LIST = 20


class BadDefinition(ValueError):
    """A calendar or rule that cannot be judged by; `field` is its attribute to mend, the text says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Condition:
    """One test of one property; `values` are the texts it is compared with, several for "one of"."""

    property: str
    operator: str
    values: tuple[str, ...] = ()


def parse(*, property: str, operator: str, value: Any) -> tuple[Condition, ...]:
    """The tests a rule makes, all of which must pass. Raises BadDefinition.

    The operator "all" takes a list: [{"property": "reopen_count", "operator": "eq", "value": 0}, ...].
    """
    if operator == "all":
        if not isinstance(value, list) or not 1 <= len(value) <= _LONGEST_LIST:
            raise BadDefinition(
                "value", _('Give a list of tests: [{"property": "reopen_count", "operator": "eq", "value": 0}].')
            )
        return tuple(_one_of_all(number, test) for number, test in enumerate(value, 1))
    return (_condition(property, operator, value),)


def _one_of_all(number: int, test: Any) -> Condition:
    known = {"property", "operator", "value"}
    if not isinstance(test, dict) or set(test) - known or not isinstance(test.get("property"), str):
        raise BadDefinition(
            "value", _("Test %(number)d: give a property, an operator and a value.") % {"number": number}
        )
    operator = test.get("operator", "eq")
    if operator == "all":
        raise BadDefinition("value", _("Test %(number)d: a list within a list is not possible.") % {"number": number})
    try:
        return _condition(test["property"], operator, test.get("value"))
    except BadDefinition as error:
        raise BadDefinition("value", f"{number}: {error}") from error


def _condition(property: str, operator: str, value: Any) -> Condition:
    if not property.strip():
        raise BadDefinition("property", _("Name the property to test."))
    if operator not in OPERATORS:
        raise BadDefinition("operator", _("Choose a test."))
    if operator == "present":
        return Condition(property, operator)
    values = value if operator == "in" else [value]
    if operator == "in" and (not isinstance(value, list) or not value):
        raise BadDefinition("value", _('Give a list of values: ["1 - Critical", "2 - High"].'))
    if any(isinstance(each, dict | list) or each is None or each == "" for each in values):
        raise BadDefinition("value", _("Give the value to compare with: a text, a number, true or false."))
    return Condition(property, operator, tuple(_text(each) for each in values))


def verdict(conditions: tuple[Condition, ...], properties: Mapping[str, str | None]) -> bool | str:
    """Whether all tests pass, or why that cannot be said."""
    passed = True
    for condition in conditions:
        result = _passes(condition, properties.get(condition.property))
        if isinstance(result, str):
            return result
        passed = passed and result
    return passed


def _passes(condition: Condition, text: str | None) -> bool | str:
    there = text is not None and text != ""
    if condition.operator == "present":
        return there
    if text is None or not there:
        return MISSING
    match condition.operator:
        case "eq" | "in":
            return any(_same(text, value) for value in condition.values)
        case "ne":
            return not _same(text, condition.values[0])
    return _ordered(text, condition.operator, condition.values[0])


def _ordered(text: str, operator: str, value: str) -> bool | str:
    left: Any = _number(text)
    right: Any = _number(value)
    if right is not None and left is None:
        return NOT_A_NUMBER
    if right is None:
        left, right = text, value
    match operator:
        case "lt":
            return bool(left < right)
        case "lte":
            return bool(left <= right)
        case "gt":
            return bool(left > right)
    return bool(left >= right)


def _same(text: str, value: str) -> bool:
    if text == value:
        return True
    if value.lower() in ("true", "false"):
        return text.lower() == value.lower()
    left, right = _number(text), _number(value)
    return left is not None and left == right


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    # "nan" and "inf" are words here, not numbers.
    return number if abs(number) != float("inf") and number == number else None


def _text(value: Any) -> str:
    """As `properties ->> name` writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
