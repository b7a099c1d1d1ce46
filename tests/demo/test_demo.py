"""Rengasala is the same company each time it is loaded, and everything it sends is accepted."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cxplatform.demo import company, levels, live, load, remembered, visits
from cxplatform.demo.story import FAULT_BEGAN, FAULT_MENDED, quality
from cxplatform.demo.visits import a_day, days
from cxplatform.pipeline import claim
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from dashboards.models import Decision, FocusTheme, Improvement, Meeting
from journeys.models import Customer, Event
from journeys.record import record
from promises.models import Promise
from surveys.answer import record_responses
from surveys.models import Invitation, MonthlyCount, Response, ScoreRollup

UNTIL = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_a_day_is_the_same_whenever_it_is_told() -> None:
    assert a_day(date(2026, 5, 4), until=UNTIL) == a_day(date(2026, 5, 4), until=UNTIL)


def test_ids_are_unique_and_nothing_lies_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "DAYS", 30)
    told = list(days(until=UNTIL, now=NOON))
    ids = [event.id for day in told for event in day.events]
    submissions = [answer.submission_id for day in told for answer in day.answers]
    assert len(ids) == len(set(ids)) > 3_000
    assert len(submissions) == len(set(submissions)) > 500
    assert max(event.time for day in told for event in day.events if event.time) < NOON


def test_the_fault_hurts_while_it_lasts_and_the_repair_helps() -> None:
    def booking(ago: int) -> float:
        return quality("ajanvaraus", day=date.fromordinal(UNTIL.toordinal() - ago), until=UNTIL)

    assert booking(FAULT_BEGAN + 5) - booking(FAULT_BEGAN - 5) > 1
    assert booking(FAULT_MENDED - 5) > booking(FAULT_MENDED + 5) + 1


def test_some_who_write_let_it_be_told_and_some_do_not() -> None:
    told = [a_day(date(2026, 5, day), until=UNTIL) for day in range(4, 11)]
    asked = [answer for day in told for answer in day.answers if "story" in answer.answers]
    assert {answer.answers["story"] for answer in asked} == {"yes", "no"}
    assert all(answer.texts for answer in asked)


def test_weeks_later_the_best_and_the_worst_of_a_visit_are_recalled() -> None:
    told = [answer for day in range(4, 18) for answer in a_day(date(2026, 4, day), until=UNTIL).answers]
    recalled = [answer for answer in told if answer.survey == remembered.RECALLED]
    assert len(recalled) > 5
    assert all(set(answer.answers) >= {"best_moment", "last_moment", "nps"} for answer in recalled)
    assert all(answer.answers["best_moment"] != answer.answers.get("worst_moment") for answer in recalled)
    assert {answer.survey for answer in told} >= {remembered.RECALLED, remembered.NEW}
    assert not [answer for answer in a_day(UNTIL, until=UNTIL).answers if answer.survey == remembered.RECALLED]


@pytest.mark.django_db
def test_the_company_takes_in_what_its_customers_do_and_counts_it() -> None:
    tenant = company.found(password="x" * 12, until=UNTIL)
    told = a_day(date(2026, 4, 14), until=UNTIL)
    with activate(tenant.pk):
        events = record(events=told.events, source="rengasala")
        answers = record_responses(told.answers, collected_by="import")
        assert (events.rejected, answers.rejected) == ([], [])
        assert events.accepted == len(told.events) > 200
        assert answers.accepted == len(told.answers) > 40
        assert not Event.objects.filter(touchpoint_id=None).exclude(type="survey.answered").exists()
    claim.drain(tenant.pk)
    with activate(tenant.pk):
        asked = Response.objects.filter(survey__kind="transaction").count()
        rows = ScoreRollup.objects.filter(
            metric="nps/0-10", dimension="", grain="m", touchpoint_id=0, wave="", audience="customer"
        )
        assert sum(sum(row.histogram) for row in rows) == asked
    assert set(rebuild(tenant.pk).values()) == {0}


@pytest.mark.django_db
def test_a_live_visit_is_recorded_as_happening_now(seeded: Any) -> None:
    told = live.visit(seeded)
    tenant = company.found(password="x" * 12, until=UNTIL)
    before = datetime.now(UTC)
    live.send(tenant, told.events, told.answers)
    with activate(tenant.pk):
        happened = Event.objects.exclude(type="survey.answered")
        assert happened.count() == len(told.events)
        assert min(event.time for event in happened) >= before


@pytest.fixture
def seeded() -> Any:
    import random

    return random.Random(4)


@pytest.mark.django_db(transaction=True)  # rooms count on connections of their own
def test_loading_twice_loads_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for module, days_ in ((visits, 2), (load, 2), (levels, 182)):
        monkeypatch.setattr(module, "DAYS", days_)
    monkeypatch.setattr(load, "CUSTOMERS", 10)
    call_command("demo")
    assert "loaded and counted" in capsys.readouterr().out
    tenant = company.loaded()
    assert tenant
    with activate(tenant.pk):
        before = (Event.objects.count(), Customer.objects.count())
        asked = Invitation.objects.all()
        assert asked.exists()
        assert not asked.filter(state="planned").exists()  # nobody is written to because the demo was loaded
        assert not asked.filter(state="answered", response_id=None).exists()
        assert ScoreRollup.objects.filter(metric="pulse_action/1-7", audience="employee").exists()  # staff are counted
        assert MonthlyCount.objects.values("month").distinct().count() == 13  # what was asked before us
        assert Response.objects.filter(survey__slug="peili", audience="employee").count() == 140
        assert ScoreRollup.objects.filter(metric="image/3:swift", wave="").exists()
        assert [theme.touchpoint.slug for theme in FocusTheme.objects.all()] == ["apu-puhelin"]
        assert Promise.objects.filter(slug="soitto-tyopaivassa", visibility="internal").exists()
        assert Meeting.objects.get().ended_at
        assert sorted(Decision.objects.values_list("state", flat=True)) == ["done", "open"]
        assert Improvement.objects.exclude(change=None).count() == 2  # what was changed was somebody's to do
    call_command("demo")
    assert "is here already" in capsys.readouterr().out
    with activate(tenant.pk):
        assert (Event.objects.count(), Customer.objects.count()) == before


@pytest.mark.django_db
def test_a_future_end_is_refused() -> None:
    with pytest.raises(CommandError, match="in the future"):
        call_command("demo", until=date(2999, 1, 1))
