"""Promises are measured by rules in plain words, calendars by hours in a form, targets by metric and place."""

import pytest
from django.utils import timezone

from cxplatform.ids import uuid7
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from dashboards.models import Target
from promises.models import Calendar, Promise, PromiseOutcome, Rule
from tests.admin.pages import errors_of, post, rows
from tests.factories import make_journey, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db

DEADLINE = {
    "part": "promise",
    "target": "90",
    "kind": "deadline",
    "match": "correlation",
    "opening_type": "case.opened",
    "closing_type": "case.replied",
    "hours": "24",
    "minutes": "30",
}
CONDITION = {
    "part": "instruction",
    "target": "80",
    "kind": "condition",
    "match": "correlation",
    "closing_type": "case.closed",
    "property": "asked",
    "operator": "eq",
    "value": "true",
}


@pytest.fixture
def promise(client, edit, editor):
    """Save a promise with these rules; gives the page's answer."""

    def save(*rules, expect=302, of=None, stored=0, **fields):
        address = f"{of.pk}/change/" if of else "add/"
        fields = {"name": "Reply in a day", "slug": "reply", "wording": "We reply."} | fields
        return post(
            client, f"{edit}promises/promise/{address}", expect=expect, **fields, **rows("rules", *rules, stored=stored)
        )

    return save


def test_a_promise_with_a_deadline_and_an_instruction(promise, editor):
    promise(DEADLINE, CONDITION | {"position": "1"})
    with activate(editor.tenant_id):
        deadline, condition = Promise.objects.get(slug="reply").rules.order_by("position")
        assert (deadline.duration_minutes, deadline.opening_type) == (1470, "case.opened")
        assert (condition.value, condition.operator, condition.opening_type) == (True, "eq", "")


def test_changing_the_kind_of_a_rule_forgets_what_it_was_measured_by(promise, editor):
    promise(DEADLINE)
    with activate(editor.tenant_id):
        saved = Promise.objects.get()
        rule = saved.rules.get()
    promise(DEADLINE | CONDITION | {"id": rule.pk, "promise": saved.pk}, of=saved, stored=1)
    with activate(editor.tenant_id):
        rule.refresh_from_db()
        assert (rule.kind, rule.opening_type, rule.duration_minutes) == ("condition", "", None)


def test_a_removed_rule_is_archived_as_outcomes_refer_to_it(promise, editor):
    promise(DEADLINE)
    with activate(editor.tenant_id):
        saved = Promise.objects.get()
        rule = saved.rules.get()
    promise(DEADLINE | {"id": rule.pk, "promise": saved.pk, "DELETE": "on"}, of=saved, stored=1)
    with activate(editor.tenant_id):
        assert Rule.objects.get(pk=rule.pk).archived_at


def test_the_editor_moves_no_promise_on(promise, editor):
    promise()
    with activate(editor.tenant_id):
        saved = Promise.objects.get()
    promise(of=saved, lifecycle="public")
    with activate(editor.tenant_id):
        saved.refresh_from_db()
        assert saved.lifecycle == "draft"


def test_a_rule_that_has_judged_goes_on_as_a_new_version(promise, editor):
    promise(DEADLINE)
    with activate(editor.tenant_id):
        saved = Promise.objects.get()
        old = saved.rules.get()
        PromiseOutcome.objects.create(
            rule=old, subject="case-1", opened_by=uuid7(), opened_at=timezone.now(), status="kept"
        )
    promise(DEADLINE | {"id": old.pk, "promise": saved.pk, "target": "95"}, of=saved, stored=1)
    with activate(editor.tenant_id):
        old.refresh_from_db()
        new = saved.rules.get(valid_until=None)
        assert (old.target, old.valid_until) == (90, new.valid_from)
        assert (new.target, new.version, new.first, new.made_by) == (95, 2, old, editor.user)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (DEADLINE | {"opening_type": ""}, "Name the event that begins the deadline."),
        (DEADLINE | {"hours": "", "minutes": ""}, "Say within how many minutes"),
        (DEADLINE | {"minutes": "90"}, "59"),
        (DEADLINE | {"target": "101"}, "100"),
        (CONDITION | {"closing_type": ""}, "Name the event at which the condition is tested."),
        (CONDITION | {"operator": "all", "property": "", "value": "reopen_count = 0\n= 5"}, "Line 2"),
        (CONDITION | {"value": ""}, "Give the value to compare with"),
    ],
)
def test_a_rule_that_cannot_be_judged_says_what_to_mend(promise, editor, rule, said):
    assert said in " ".join(errors_of(promise(rule, expect=200)))
    with activate(editor.tenant_id):
        assert not Promise.objects.exists()


def test_several_tests_are_written_one_to_a_line_and_read_back_so(promise, client, edit, editor):
    promise(CONDITION | {"operator": "all", "property": "", "value": "reopen_count = 0\nmade_sla = true\nbonus"})
    with activate(editor.tenant_id):
        rule = Rule.objects.get()
        assert rule.value == [
            {"property": "reopen_count", "operator": "eq", "value": 0},
            {"property": "made_sla", "operator": "eq", "value": True},
            {"property": "bonus", "operator": "present"},
        ]
    page = client.get(f"{edit}promises/promise/{rule.promise_id}/change/").content.decode()
    assert "reopen_count = 0\nmade_sla = true\nbonus" in page


WEEK = {"name": "Shops", "mon": "8-16", "sat": "10.00–14:30, 16-18", "country": "FI", "days": "24.12.2026\n2026-12-31"}


def test_a_calendar_is_hours_by_weekday(client, edit, editor):
    post(client, edit + "promises/calendar/add/", **WEEK)
    with activate(editor.tenant_id):
        calendar = Calendar.objects.get(slug="shops")
        assert calendar.hours == {"mon": [["08:00", "16:00"]], "sat": [["10:00", "14:30"], ["16:00", "18:00"]]}
        assert (calendar.country, calendar.closed_days) == ("FI", ["2026-12-24", "2026-12-31"])
    page = client.get(f"{edit}promises/calendar/{calendar.pk}/change/").content.decode()
    assert "10:00–14:30, 16:00–18:00" in page
    assert "24.12.2026" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mon": "morning"}, "“morning” is not a time span. Write 8-16 or 08:00-16:30"),
        ({"mon": "16-8"}, "opens before it closes"),
        ({"mon": "8-25"}, "opens before it closes"),
        ({"mon": "8:70-16"}, "opens before it closes"),
        ({"mon": "8-16, 15-17"}, "The spans overlap at 15:00."),
        ({"days": "Christmas"}, "“Christmas” is not a day."),
        ({"days": "31.2.2026"}, "“31.2.2026” is not a day."),
        ({"mon": "", "sat": ""}, "Give the hours of at least one day."),
        ({"country": "XX"}, "Select a valid choice"),
    ],
)
def test_hours_that_cannot_be_read_say_how_to_write_them(client, edit, editor, change, said):
    response = post(client, edit + "promises/calendar/add/", expect=200, **(WEEK | change))
    assert said in " ".join(errors_of(response))


def test_targets_are_for_the_company_a_touchpoint_or_a_stage(client, edit, editor):
    path = make_journey(editor.tenant)
    add = edit + "dashboards/target/add/"
    target = {"metric": "nps/0-10", "year": "2026", "value": "45"}
    post(client, add, **target)
    post(client, add, **target, touchpoint=path.touchpoints[0].pk)
    post(client, add, **target, stage=path.stages[0].pk)
    with activate(editor.tenant_id):
        assert Target.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "101"}, "This metric goes from -100 to 100"),
        ({"value": "nan"}, "Enter a number."),
        ({"year": "1999"}, "Give a year from 2000 to 2100."),
        ({"metric": "nps"}, "Select a valid choice"),
        ({}, "There is already a target for this metric, place and year."),
        ({"touchpoint": True, "stage": True}, "Choose a touchpoint or a stage, not both."),
    ],
)
def test_a_target_that_means_nothing_is_refused(client, edit, editor, change, said):
    path = make_journey(editor.tenant)
    places = {"touchpoint": path.touchpoints[0].pk, "stage": path.stages[0].pk}
    target = {"metric": "nps/0-10", "year": "2026", "value": "45"}
    post(client, edit + "dashboards/target/add/", **target)
    change = {name: places.get(name, value) for name, value in change.items()}
    refused = post(client, edit + "dashboards/target/add/", expect=200, **(target | change))
    assert said in " ".join([*errors_of(refused), *refused.context["adminform"].form.non_field_errors()])


def test_a_mistaken_target_is_removed_and_remembered(client, edit, editor):
    with activate(editor.tenant_id):
        target = Target.objects.create(metric="nps/0-10", year=2026, value=45)
    post(client, f"{edit}dashboards/target/{target.pk}/delete/", post="yes")
    with activate(editor.tenant_id):
        assert not Target.objects.exists()
        assert AuditEntry.objects.get(action="removed").object_label == "nps/0-10 2026: 45"


def test_targets_and_promises_of_another_company_are_not_there(client, edit):
    theirs = make_tenant()
    till = make_touchpoint(theirs)
    with activate(theirs.pk):
        target = Target.objects.create(metric="nps/0-10", year=2026, value=45)
        other = Promise.objects.create(name="Theirs", slug="theirs", wording="x")
        calendar = Calendar.objects.create(name="Theirs", slug="theirs", hours={"mon": [["08:00", "16:00"]]})
    for address in (
        f"dashboards/target/{target.pk}",
        f"promises/promise/{other.pk}",
        f"promises/calendar/{calendar.pk}",
    ):
        assert client.get(f"{edit}{address}/change/").status_code == 404
    target_fields = {"metric": "nps/0-10", "year": "2026", "value": "45", "touchpoint": till.pk}
    assert errors_of(post(client, edit + "dashboards/target/add/", expect=200, **target_fields))
