"""Promises are made on pages of their own, calendars by hours in a form, targets by metric and place."""

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.history import in_words
from cxplatform.tenancy.models import AuditEntry
from dashboards.models import Target
from journeys.models import Calendar
from promises.making.support import log_participation
from promises.models import Promise
from tests.admin.pages import errors_of, post
from tests.factories import make_journey, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise(editor):
    with activate(editor.tenant_id):
        return Promise.objects.create(name="Reply in a day", slug="reply", wording="We reply.")


def test_a_promise_is_made_by_seven_questions(client, edit, editor):
    answer = client.get(f"{edit}promises/promise/add/")
    assert (answer.status_code, answer["Location"]) == (302, f"/t/{editor.tenant.slug}/promises/-/new/")


def test_the_editor_changes_words_and_moves_no_promise_on(promise, client, edit, editor):
    change = f"{edit}promises/promise/{promise.pk}/change/"
    page = client.get(change).content.decode()
    for there in ("edit/", "rules/", "instructions/", "move/"):
        assert f"/t/{editor.tenant.slug}/promises/reply/{there}" in page
    post(client, change, name="Reply at once", slug="reply", wording="We reply at once.", lifecycle="public")
    with activate(editor.tenant_id):
        promise.refresh_from_db()
        assert (promise.name, promise.wording, promise.lifecycle) == ("Reply at once", "We reply at once.", "draft")


def test_the_history_tells_of_what_belongs_to_a_promise(promise, client, edit, editor):
    with activate(editor.tenant_id):
        log_participation(promise=promise, by=editor.user, fields={"people": 12, "outcome": "Shorter."})
    assert "Shorter." in client.get(f"{edit}promises/promise/{promise.pk}/history/").content.decode()


WEEK = {"name": "Shops", "mon": "8-16", "sat": "10.00–14:30, 16-18", "country": "FI", "days": "24.12.2026\n2026-12-31"}


def test_a_calendar_is_hours_by_weekday(client, edit, editor):
    post(client, edit + "journeys/calendar/add/", **WEEK)
    with activate(editor.tenant_id):
        calendar = Calendar.objects.get(slug="shops")
        assert calendar.hours == {"mon": [["08:00", "16:00"]], "sat": [["10:00", "14:30"], ["16:00", "18:00"]]}
        assert (calendar.country, calendar.closed_days) == ("FI", ["2026-12-24", "2026-12-31"])
    page = client.get(f"{edit}journeys/calendar/{calendar.pk}/change/").content.decode()
    assert "10:00–14:30, 16:00–18:00" in page
    assert "24.12.2026" in page


def test_new_hours_leave_the_days_before_as_they_were(client, edit, editor):
    post(client, edit + "journeys/calendar/add/", **WEEK)
    with activate(editor.tenant_id):
        calendar = Calendar.objects.get(slug="shops")
    change = f"{edit}journeys/calendar/{calendar.pk}/change/"
    post(client, change, **(WEEK | {"name": "Our shops"}))
    post(client, change, **(WEEK | {"sat": "", "since": "2026-02-01"}))
    with activate(editor.tenant_id):
        calendar.refresh_from_db()
        assert calendar.name == "Shops" and calendar.hours == {"mon": [["08:00", "16:00"]]}
        (before,) = calendar.earlier
        assert (before["until"], sorted(before["hours"]), before["country"]) == ("2026-02-01", ["mon", "sat"], "FI")
    response = post(client, change, expect=200, **(WEEK | {"since": "1999-01-01"}))
    assert "Choose a day from the year 2000" in " ".join(errors_of(response))


FAULTY_WEEKS = (
    {
        "mon": ("morning", "“morning” is not a time span. Write 8-16 or 08:00-16:30"),
        "tue": ("16-8", "opens before it closes"),
        "wed": ("8-25", "opens before it closes"),
        "thu": ("8:70-16", "opens before it closes"),
        "fri": ("8-16, 15-17", "The spans overlap at 15:00."),
        "days": ("Christmas", "“Christmas” is not a day."),
        "country": ("XX", "Select a valid choice"),
    },
    {"days": ("31.2.2026", "“31.2.2026” is not a day.")},
)


def test_hours_that_cannot_be_read_say_at_their_field_how_to_write_them(client, edit):
    for faults in FAULTY_WEEKS:
        change = {field: value for field, (value, _said) in faults.items()}
        response = post(client, edit + "journeys/calendar/add/", expect=200, **(WEEK | change))
        errors = response.context["adminform"].form.errors
        assert set(errors) == set(faults)
        for field, (_value, said) in faults.items():
            assert said in " ".join(errors[field]), field
    response = post(client, edit + "journeys/calendar/add/", expect=200, **(WEEK | {"mon": "", "sat": ""}))
    assert "Give the hours of at least one day." in " ".join(errors_of(response))


def test_targets_are_for_the_company_a_touchpoint_or_a_stage(client, edit, editor):
    path = make_journey(editor.tenant)
    add = edit + "dashboards/target/add/"
    target = {"metric": "nps/0-10", "year": "2026", "value": "45"}
    post(client, add, **target)
    post(client, add, **target, touchpoint=path.touchpoints[0].pk)
    post(client, add, **target, stage=path.stages[0].pk)
    with activate(editor.tenant_id):
        assert Target.objects.count() == 3


def test_a_target_that_means_nothing_is_refused(client, edit, editor):
    path = make_journey(editor.tenant)
    places = {"touchpoint": path.touchpoints[0].pk, "stage": path.stages[0].pk}
    target = {"metric": "nps/0-10", "year": "2026", "value": "45"}
    post(client, edit + "dashboards/target/add/", **target)
    for change, *said in (
        ({"value": "101"}, "This metric goes from -100 to 100"),
        ({"value": "nan", "year": "1999", "metric": "nps"},
         "Enter a number.", "Give a year from 2000 to 2100.", "Select a valid choice"),
        ({}, "There is already a target for this metric, place and year."),
        (places, "Choose a touchpoint or a stage, not both."),
    ):  # fmt: skip
        refused = post(client, edit + "dashboards/target/add/", expect=200, **(target | change))
        told = " ".join([*errors_of(refused), *refused.context["adminform"].form.non_field_errors()])
        for each in said:
            assert each in told


def test_a_mistaken_target_is_removed_and_remembered(client, edit, editor):
    with activate(editor.tenant_id):
        target = Target.objects.create(metric="nps/0-10", year=2026, value=45)
    post(client, f"{edit}dashboards/target/{target.pk}/delete/", post="yes")
    with activate(editor.tenant_id):
        assert not Target.objects.exists()
        assert AuditEntry.objects.get(action="removed").object_label == "nps/0-10 2026: 45"
        (said,) = in_words(AuditEntry.objects.filter(action="removed"))
    assert said.of == "Target: Recommendation, NPS (0-10) 2026: 45"


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
        f"journeys/calendar/{calendar.pk}",
    ):
        assert client.get(f"{edit}{address}/change/").status_code == 404
    target_fields = {"metric": "nps/0-10", "year": "2026", "value": "45", "touchpoint": till.pk}
    assert errors_of(post(client, edit + "dashboards/target/add/", expect=200, **target_fields))
