"""Rules and calendars that could not be judged are refused at the field to mend."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cxplatform.tenancy.context import activate
from journeys.conditions import parse, verdict
from journeys.models import Calendar
from promises.models import Rule
from tests.factories import make_tenant
from tests.promises.worlds import make_promise

DEADLINE: dict[str, Any] = {
    "opening_type": "order.placed",
    "closing_type": "order.delivered",
    "duration_minutes": 60,
}
CONDITION: dict[str, Any] = {
    "kind": "condition",
    "closing_type": "case.closed",
    "property": "met",
    "operator": "eq",
    "value": True,
}


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("opening_type", {**DEADLINE, "opening_type": ""}),
        ("opening_type", {**DEADLINE, "opening_type": "promise.broken"}),
        ("closing_type", {**DEADLINE, "closing_type": "promise.broken"}),
        ("closing_type", {**DEADLINE, "closing_type": "order.placed"}),
        ("closing_type", {**DEADLINE, "closing_type": ""}),
        ("duration_minutes", {**DEADLINE, "duration_minutes": None}),
        ("duration_minutes", {**DEADLINE, "duration_minutes": 0}),
        ("duration_minutes", {**DEADLINE, "duration_minutes": 2**31 - 1}),
        ("closing_type", {**CONDITION, "closing_type": ""}),
        ("opening_type", {**CONDITION, "opening_type": "case.opened"}),
        ("property", {**CONDITION, "property": " "}),
        ("operator", {**CONDITION, "operator": ""}),
        ("value", {**CONDITION, "value": None}),
        ("value", {**CONDITION, "value": {"x": 1}}),
        ("value", {**CONDITION, "operator": "in", "value": "true"}),
        ("value", {**CONDITION, "operator": "in", "value": []}),
        ("value", {**CONDITION, "operator": "all", "value": []}),
        ("value", {**CONDITION, "operator": "all", "value": [{"operator": "eq", "value": 1}]}),
        ("value", {**CONDITION, "operator": "all", "value": [{"property": "a", "operator": "all", "value": []}]}),
        ("value", {**CONDITION, "operator": "all", "value": [{"property": "a", "operator": "~", "value": 1}]}),
        ("value", {**CONDITION, "operator": "all", "value": [{"property": "a", "valu": 1}]}),
    ],
)
@pytest.mark.django_db
def test_a_rule_that_cannot_be_judged_is_refused_at_its_field(field: str, fields: dict[str, Any]) -> None:
    tenant = make_tenant()
    with activate(tenant.pk):
        rule = Rule(promise=make_promise(tenant).promise, **fields)
        with pytest.raises(ValidationError) as refused:
            rule.clean()
    assert list(refused.value.message_dict) == [field]


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [DEADLINE, CONDITION])
def test_a_rule_that_can_be_judged_is_clean(fields: dict[str, Any]) -> None:
    tenant = make_tenant()
    with activate(tenant.pk):
        Rule(promise=make_promise(tenant).promise, **fields).full_clean()


@pytest.mark.django_db
def test_a_rule_whose_calendar_cannot_be_read_names_the_calendar() -> None:
    tenant = make_tenant()
    with activate(tenant.pk):
        calendar = Calendar(name="x", slug="x", hours={"mon": [["16:00", "08:00"]]})
        with pytest.raises(ValidationError) as refused:
            calendar.full_clean()
        assert list(refused.value.message_dict) == ["hours"]
        calendar.save()
        rule = Rule(promise=make_promise(tenant).promise, calendar=calendar, **DEADLINE)
        with pytest.raises(ValidationError) as refused:
            rule.clean()
        assert list(refused.value.message_dict) == ["calendar"]


@pytest.mark.parametrize(
    ("operator", "value", "text", "expected"),
    [
        ("eq", True, "true", True),
        ("eq", True, "True", True),
        ("eq", "true", "true", True),
        ("eq", True, "false", False),
        ("eq", True, "1", False),
        ("eq", 0, "0", True),
        ("eq", 0, "0.0", True),
        ("eq", "0", "0", True),
        ("eq", 0, "zero", False),
        ("eq", "Open", "open", False),
        ("eq", "nan", "nan", True),
        ("ne", 0, "1", True),
        ("ne", "x", "x", False),
        ("lt", 10, "9", True),
        ("lte", 10, "10", True),
        ("gt", 10, "9", False),
        ("gte", 10.5, "10.5", True),
        ("gt", 10, "many", "not a number"),
        ("gt", "2026-01-01", "2026-02-01", True),
        ("in", ["1 - Critical", 2], "2", True),
        ("in", ["1 - Critical", 2], "3", False),
        ("present", None, "x", True),
        ("present", None, "", False),
        ("present", None, None, False),
        ("eq", 1, None, "property missing"),
        ("ne", 1, "", "property missing"),
        ("gt", 1, None, "property missing"),
    ],
)
def test_numbers_truth_and_texts_compare_as_people_expect(
    operator: str, value: Any, text: str | None, expected: bool | str
) -> None:
    assert verdict(parse(property="p", operator=operator, value=value), {"p": text}) == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"a": "0", "b": "0"}, True),
        ({"a": "0", "b": "1"}, False),
        ({"a": "1", "b": "0"}, False),
        ({"a": "1"}, "property missing"),
    ],
)
def test_a_list_of_tests_must_pass_in_full(properties: dict[str, str | None], expected: bool | str) -> None:
    tests = [{"property": "a", "operator": "eq", "value": 0}, {"property": "b", "operator": "eq", "value": 0}]
    assert verdict(parse(property="", operator="all", value=tests), properties) == expected
