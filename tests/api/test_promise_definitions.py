"""Promises with their rules, and calendars, over REST."""

import pytest
from django.test import Client

from cxplatform.tenancy.context import activate
from journeys.models import Touchpoint
from promises.models import Promise, Rule
from tests.api.test_definitions import KINDS, fields_of, get, patch, post
from tests.factories import api_of, make_journey, make_key, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    return make_tenant()


@pytest.fixture
def api(tenant) -> Client:
    return api_of(make_key(tenant))


DEADLINE = {
    "opening_type": "case.opened",
    "closing_type": "case.answered",
    "duration_minutes": 1440,
    "target": 95.5,
}


class TestPromises:
    def test_rules_are_replaced_as_a_list_and_keep_their_outcomes(self, api, tenant):
        post(api, "calendars", KINDS["calendars"])
        rules = [
            DEADLINE | {"calendar": "hours"},
            {
                "part": "instruction",
                "kind": "condition",
                "closing_type": "case.closed",
                "property": "asked",
                "operator": "eq",
                "value": True,
            },
        ]
        made = post(api, "promises", KINDS["promises"] | {"rules": rules}).json()
        first, second = made["rules"]
        assert first.items() >= (DEADLINE | {"calendar": "hours", "part": "promise", "kind": "deadline"}).items()
        assert (second["property"], second["operator"], second["value"]) == ("asked", "eq", True)
        changed = patch(api, "promises/reply", {"rules": [{"id": first["id"], "target": 90}]}).json()["rules"]
        assert changed == [first | {"target": 90.0}]
        with activate(tenant.pk):
            assert Rule.objects.get(pk=second["id"]).archived_at is not None

    @pytest.mark.parametrize(
        "rule",
        [
            DEADLINE
            | {"told_type": "told", "solution_property": "loan", "pause_type": "asked", "resume_type": "answered",
               "exclusions": [{"property": "weather", "operator": "in", "value": ["storm"], "reason": "storm"}]},
            {"kind": "accuracy", "opening_type": "offered", "closing_type": "billed", "property": "price",
             "other_property": "total", "tolerance": 0.05},
            {"kind": "survey", "match": "event", "survey": "visit", "property": "csat", "operator": "gte", "value": 75},
            {"kind": "cadence", "match": "customer", "opening_type": "signed", "closing_type": "called",
             "period": "month", "minimum_count": 2, "ending_type": "ended"},
        ],
    )  # fmt: skip
    def test_every_kind_of_rule_comes_back_as_it_was_sent(self, api, rule):
        (made,) = post(api, "promises", KINDS["promises"] | {"rules": [rule]}).json()["rules"]
        assert made.items() >= rule.items()
        assert patch(api, "promises/reply", {"rules": [{"id": made["id"]}]}).json()["rules"] == [made]

    @pytest.mark.parametrize(
        ("rule", "field"),
        [
            (DEADLINE | {"solution_type": "offered"}, "told_type"),
            (DEADLINE | {"exclusions": [{"property": "a", "operator": "in", "value": 1, "reason": "b"}]}, "exclusions"),
            (DEADLINE | {"exclusions": [{"property": "a", "operator": "present"}]}, "exclusions[0].reason"),
            (DEADLINE | {"tolerance": "much"}, "tolerance"),
            ({"opening_type": "a", "closing_type": "b"}, "duration_minutes"),
            (DEADLINE | {"opening_type": ""}, "opening_type"),
            (DEADLINE | {"target": 101}, "target"),
            (DEADLINE | {"target": "95"}, "target"),
            (DEADLINE | {"duration_minutes": 1.5}, "duration_minutes"),
            (DEADLINE | {"calendar": "none-such"}, "calendar"),
            ({"kind": "condition", "closing_type": "c"}, "property"),
            ({"kind": "condition", "closing_type": "c", "property": "p", "operator": "like"}, "operator"),
        ],
    )
    def test_a_rule_that_cannot_be_judged_is_refused_at_its_field(self, api, rule, field):
        answer = post(api, "promises", KINDS["promises"] | {"rules": [DEADLINE, rule]})
        assert fields_of(answer) == [f"rules[1].{field}"]
        assert get(api, "promises").json()["results"] == []

    def test_a_rule_that_can_never_work_is_refused_and_what_runs_goes_on(self, api, tenant):
        (made,) = post(api, "promises", KINDS["promises"] | {"rules": [DEADLINE]}).json()["rules"]
        with activate(tenant.pk):
            Promise.objects.update(lifecycle=Promise.Lifecycle.PUBLIC)
        never = [
            {"property": "count", "operator": "gt", "value": 5},
            {"property": "count", "operator": "lt", "value": 5},
        ]
        impossible = {"kind": "condition", "closing_type": "c", "operator": "all", "value": never}
        answer = patch(api, "promises/reply", {"rules": [{"id": made["id"]}, impossible]})
        assert fields_of(answer) == ["rules[1].value"]
        assert get(api, "promises/reply").json()["rules"] == [made]

    def test_new_hours_hold_from_a_day_and_leave_those_before(self, api):
        post(api, "calendars", KINDS["calendars"])
        hours = {"mon": [["09:00", "17:00"]]}
        assert fields_of(patch(api, "calendars/hours", {"hours": hours, "hours_from": "1999-12-31"})) == ["hours_from"]
        answer = patch(api, "calendars/hours", {"hours": hours, "hours_from": "2026-01-01"}).json()
        assert answer["hours"] == hours
        assert answer["earlier"] == [{"until": "2026-01-01", "hours": KINDS["calendars"]["hours"], "country": "FI"}]
        assert patch(api, "calendars/hours", {"name": "Other"}).json()["earlier"] == answer["earlier"]

    @pytest.mark.parametrize(
        ("part", "field"),
        [
            ({"hours": {"mon": [["16:00", "08:00"]]}}, "hours"),
            ({"hours": {"monday": []}}, "hours"),
            ({"country": "XX"}, "country"),
            ({"closed_days": ["2026-13-01"]}, "closed_days[0]"),
        ],
    )
    def test_a_calendar_says_what_is_wrong(self, api, part, field):
        assert fields_of(post(api, "calendars", KINDS["calendars"] | part)) == [field]


def test_a_dry_run_names_survey_and_promise(api, tenant):
    path = make_journey(tenant, stages=["Ask"])
    slug = path.touchpoints[0].slug
    survey = {
        "name": "After a reply",
        "slug": "after",
        "touchpoint": slug,
        "questions": [{"key": "n", "metric": "nps/0-10"}],
    }
    post(api, "surveys", survey)
    post(api, "surveys/after/publish", None)
    post(api, "promises", KINDS["promises"] | {"rules": [DEADLINE]})
    with activate(tenant.pk):
        Promise.objects.update(lifecycle=Promise.Lifecycle.PUBLIC)
    batch = [
        {"id": "1", "type": "case.opened", "touchpoint": slug, "correlation": "case-1"},
        {"id": "2", "type": "case.answered", "correlation": "case-1"},
        {"id": "3", "type": "case.opened"},
        {"id": "4", "type": "visit"},
    ]
    said = [one["explanation"] for one in post(api, "events?dry_run=1", batch).json()["explanations"]]
    assert "Survey: After a reply (after)." in said[0]
    assert "Promise: Reply: its deadline would begin for the case case-1." in said[0]
    assert "Promise: Reply: it would be closed for the case case-1, if it was begun before." in said[1]
    assert "Survey: none, as the touchpoint is not known." in said[1]
    assert any("no correlation" in sentence for sentence in said[2])
    assert "Promise: none that is piloted or public listens to the type visit." in said[3]
    with activate(tenant.pk):
        assert Touchpoint.objects.count() == 1
