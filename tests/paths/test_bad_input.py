"""What should not happen and does: each has a result that is defined, counted, and the same after a rebuild."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cxplatform.ids import as_array
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.erasing import erase
from journeys.models import Customer, Dimension, Event, Journey, JourneyVersion, PathRollup, Step, Touchpoint
from journeys.models.passages import Conformance, Passage, Variant
from journeys.paths import measures, scratch, segments
from journeys.paths.conformance import fits
from journeys.paths.history import read_past, unread
from journeys.paths.rebuild import rebuild
from journeys.paths.recount import recount
from journeys.paths.store import fresh
from journeys.paths.sweep import anything_due, sweep
from journeys.paths.traces import parameters
from journeys.paths.tracing import read
from journeys.versions import snapshot
from tests.factories import Path, client_of, make_journey, make_member, make_tenant
from tests.paths.worlds import counts, event, passages, send, total
from tests.plans import as_new, plan

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.fixture
def path(tenant: Tenant) -> Path:
    return make_journey(tenant, inactive_hours=24)


def walk(path: Path, *places: int, start: datetime = NOON, **fields: Any) -> list[Any]:
    fields = {"correlation": "A"} | fields
    return [event(path.touchpoints[place].slug, start + n * MINUTE, **fields) for n, place in enumerate(places)]


def mended(tenant: Tenant) -> None:
    """A rebuild finds nothing to mend."""
    before = counts(tenant)
    with activate(tenant.pk):
        assert rebuild(tenant.pk) == 0
    assert counts(tenant) == before


def said(
    tenant: Tenant, path: Path, tab: str = "{}/paths/", since: str = "2025-01-01", until: str = "2026-04-01"
) -> str:
    """The words of a tab of the journey over a time that holds all of this."""
    member = make_member(tenant, sees_identity=True)
    client = client_of(member, headers={"accept-language": "en"})
    page = client.get(f"/t/{tenant.slug}/journeys/{tab.format(path.journey.slug)}?from={since}&to={until}")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_what_came_before_the_beginning_is_the_beginning(tenant: Tenant, path: Path) -> None:
    send(tenant, walk(path, 1, 2))
    send(tenant, walk(path, 0, start=NOON - timedelta(days=400)))
    (passage,) = passages(tenant)
    assert passage["started_at"] == NOON - timedelta(days=400)
    assert passage["fitness"] == 1
    assert total(tenant, measures.PASSAGES) == {"": 1}
    mended(tenant)


def test_a_passage_ends_in_silence_and_opens_again(tenant: Tenant, path: Path) -> None:
    now = timezone.now()
    send(tenant, walk(path, 0, 1, start=now - timedelta(hours=23)))
    (passage,) = passages(tenant)
    assert (passage["ended"], passage["fitness"], total(tenant, measures.VARIANT)) == (False, None, {})
    with activate(tenant.pk):
        assert not anything_due()
        later = now + timedelta(hours=2)
        assert anything_due(now=later)
        assert sweep(tenant, now=later) == 1
        assert Variant.objects.get().touchpoint_ids == [place.pk for place in path.touchpoints[:2]]
    (passage,) = passages(tenant)
    assert (passage["ended"], passage["fitness"]) == (True, pytest.approx(0.8))
    assert passage["skipped"] == [path.touchpoints[2].pk]
    assert total(tenant, measures.LAST) == {str(path.touchpoints[1].pk): 1}
    assert total(tenant, measures.SKIPPED) == {str(path.touchpoints[2].pk): 1}
    assert total(tenant, measures.VARIANT) == {str(passage["variant"]): 1}
    send(tenant, walk(path, 2, start=now))
    (passage,) = passages(tenant)
    assert (passage["ended"], passage["fitness"], passage["skipped"]) == (False, None, [])
    assert total(tenant, measures.LAST) == total(tenant, measures.VARIANT) == {}
    days = {"since": (now - timedelta(days=5)).date().isoformat(), "until": now.date().isoformat()}
    assert "No passage of this period is over yet" in said(tenant, path, **days)
    assert "those below hold" not in said(tenant, path, **days)
    mended(tenant)


def test_a_passage_that_goes_on_is_looked_at_again_when_it_may_be_over(tenant: Tenant, path: Path) -> None:
    now = timezone.now()
    send(tenant, walk(path, 0, 1, start=now - timedelta(hours=3)))
    (before,) = passages(tenant)
    send(tenant, walk(path, 2, start=now - timedelta(hours=1)))
    (after,) = passages(tenant)
    assert before["wake_at"] == before["over_at"] == after["wake_at"] < after["over_at"]
    with activate(tenant.pk):
        between = before["over_at"] + timedelta(hours=1)
        assert anything_due(now=between)
        assert sweep(tenant, now=between) == 1
        assert not anything_due(now=between)
        (passage,) = passages(tenant)
        assert (passage["ended"], passage["wake_at"]) == (False, passage["over_at"])
        assert sweep(tenant, now=passage["over_at"] + timedelta(seconds=1)) == 1
    assert [each["ended"] for each in passages(tenant)] == [True]


def test_after_an_upgrade_what_is_under_way_is_held_against_no_design(tenant: Tenant, path: Path) -> None:
    now = timezone.now()
    send(tenant, walk(path, 0, start=now))
    with activate(tenant.pk):
        # As the migration leaves what an older installation had found of it.
        long_ago = datetime(2000, 1, 1, tzinfo=UTC)
        Passage.objects.update(wake_at=long_ago, fitness=0.5, skipped=[path.touchpoints[1].pk])
        assert sweep(tenant, now=now) == 1
    (passage,) = passages(tenant)
    assert (passage["ended"], passage["fitness"], passage["skipped"]) == (False, None, [])
    mended(tenant)


@pytest.mark.parametrize("case", ['a, "b"', "{c}", "NULL", "\\", "'; --", "ä 🛞"])
def test_a_case_may_be_called_anything(tenant: Tenant, path: Path, case: str) -> None:
    send(tenant, walk(path, 0, 1, correlation=case))
    send(tenant, walk(path, 2, start=NOON + 5 * MINUTE, correlation=case))
    assert [(each["subject"], len(each["touchpoint_ids"])) for each in passages(tenant)] == [(case, 3)]
    mended(tenant)


@pytest.mark.parametrize("order", ["AB", "BA"])
def test_of_two_cases_begun_at_once_the_same_one_has_the_answer(tenant: Tenant, path: Path, order: str) -> None:
    for case in order:
        send(tenant, walk(path, 0, correlation=case, customer="anna"))
    asked = path.touchpoints[0].slug
    send(tenant, [event(asked, NOON + MINUTE, type="survey.answered", customer="anna", properties={"nps": 100})])
    assert [each["subject"] for each in passages(tenant) if each["scores"]] == ["B"]
    mended(tenant)


@pytest.mark.parametrize("shared", [False, True])
def test_of_cases_begun_at_once_the_same_one_has_the_answer_of_an_erased_person(
    tenant: Tenant, path: Path, shared: bool
) -> None:
    cases = [step for number in range(20) for step in walk(path, 0, correlation=f"{number:02}", customer="C-1")]
    answer = walk(path, 0, start=NOON + MINUTE, type="survey.answered", correlation="", customer="C-1",
                  properties={"nps": 50})  # fmt: skip
    of_another = walk(path, 1, start=NOON + MINUTE, correlation="19", customer="C-2") if shared else []
    send(tenant, [*cases, *answer, *of_another])
    with activate(tenant.pk):
        erase(Customer.objects.get(external_id="C-1"))
    assert sum(len(row["scores"]) for row in passages(tenant)) == 1
    mended(tenant)


def test_thousands_in_one_passage_are_cut_and_said_so(tenant: Tenant, path: Path) -> None:
    send(tenant, walk(path, *[n % 3 for n in range(2_500)]))
    (passage,) = passages(tenant)
    assert passage["truncated"]
    assert (len(passage["touchpoint_ids"]), passage["last_at"]) == (500, NOON + 2_499 * MINUTE)
    mended(tenant)
    assert "1 passage has over 500 steps: its first 500 are kept." in said(tenant, path)


def test_cycles_and_the_same_second_have_one_order(tenant: Tenant, path: Path) -> None:
    round_ = [event(path.touchpoints[n % 3].slug, NOON, correlation="A", id=f"e{n}") for n in range(6)]
    send(tenant, reversed(round_))
    (passage,) = passages(tenant)
    ids = [place.pk for place in path.touchpoints]
    assert (passage["touchpoint_ids"], passage["seconds"]) == (ids * 2, [0] * 6)
    assert (passage["repeated"], passage["fitness"]) == (ids[1:], pytest.approx(1 - 2 / 9))
    mended(tenant)
    assert f"{path.touchpoints[1].name} ↻ repeated 1 100%" in said(tenant, path)


def test_a_passage_is_judged_by_the_design_it_began_under(tenant: Tenant, path: Path) -> None:
    with activate(tenant.pk):
        snapshot(path.journey)
        JourneyVersion.objects.update(valid_from=NOON - timedelta(days=9))
        Step.objects.filter(stage=path.stages[2]).delete()
        assert snapshot(path.journey, valid_from=NOON + MINUTE)
    send(tenant, [*walk(path, 0, 1, 2), *walk(path, 0, 1, start=NOON + MINUTE, correlation="B")])
    assert [passage["fitness"] for passage in passages(tenant)] == [1, 1]
    mended(tenant)
    changed = "The design changed within the period; each passage is held against the design it began under: 2 Mar 2026"
    assert changed in said(tenant, path, since="2026-02-28")


def test_a_touchpoint_taken_out_of_use_keeps_its_history(tenant: Tenant, path: Path) -> None:
    send(tenant, walk(path, 0, 1, 2))
    with activate(tenant.pk):
        Touchpoint.objects.filter(pk=path.touchpoints[1].pk).update(archived_at=NOON)
    send(tenant, walk(path, 0, 1, 2, correlation="B"))
    first, second = passages(tenant)
    assert first["fitness"] == 1
    assert second["touchpoint_ids"] == [path.touchpoints[0].pk, 0, path.touchpoints[2].pk]
    assert second["undesigned"] == [0]
    mended(tenant)
    page = said(tenant, path)
    assert f"Touchpoints removed since, whose history stays: {path.touchpoints[1].name}" in page
    assert "1 passage has steps that nobody has mapped to a touchpoint; they are counted together as one." in page


def test_a_trace_that_fits_no_journey_is_counted_beside_them(tenant: Tenant, path: Path) -> None:
    send(tenant, [event("never-heard-of", NOON, correlation="A")])
    assert total(tenant, measures.PASSAGES, journey_id=0) == {"": 1}
    assert "100% of passages (1 of 1) belong to no journey" in said(tenant, path, "")


def test_a_trace_that_fits_two_journeys_alike_is_of_the_one_placed_first(tenant: Tenant, path: Path) -> None:
    shared = path.touchpoints
    second = make_journey(tenant, touchpoints=shared, inactive_hours=24, position=1)
    send(tenant, walk(path, 0, 1, 2))
    assert total(tenant, measures.PASSAGES, journey_id=path.journey.pk) == {"": 1}
    with activate(tenant.pk):
        Journey.objects.filter(pk=path.journey.pk).update(position=2)
    send(tenant, walk(path, 0, 1, 2, correlation="B"))
    assert total(tenant, measures.PASSAGES, journey_id=second.journey.pk) == {"": 1}


def test_customers_merged_share_their_passages(tenant: Tenant) -> None:
    path = make_journey(tenant, trace_by="customer", inactive_hours=24)
    send(tenant, walk(path, 0, 1, correlation="", customer="anna"))
    send(tenant, walk(path, 2, start=NOON + 5 * MINUTE, correlation="", customer="ann"))
    assert total(tenant, measures.PASSAGES) == {"": 2}
    with activate(tenant.pk):
        kept, gone = (Customer.objects.get(external_id=name).id for name in ("anna", "ann"))
        Event.objects.filter(customer_id=gone).update(customer_id=kept)
        recount(customer_ids=[kept, gone])
    (passage,) = passages(tenant)
    assert (passage["customer_id"], len(passage["touchpoint_ids"])) == (kept, 3)
    assert total(tenant, measures.PASSAGES) == {"": 1}
    mended(tenant)


def test_a_journey_drawn_after_its_events_is_filled_by_the_background(tenant: Tenant, path: Path) -> None:
    send(tenant, walk(path, 0, 1, 2, customer="anna"))
    later = make_journey(tenant, trace_by="customer", touchpoints=path.touchpoints, inactive_hours=48)
    with activate(tenant.pk):
        assert unread(tenant)
        while read_past(tenant):
            pass
        assert not unread(tenant)
    assert total(tenant, measures.PASSAGES, journey_id=later.journey.pk) == {"": 1}
    with activate(tenant.pk):
        Journey.objects.filter(pk=later.journey.pk).update(archived_at=NOON)
        while read_past(tenant):
            pass
    assert total(tenant, measures.PASSAGES, journey_id=later.journey.pk) == {}
    Tenant.objects.filter(pk=tenant.pk).update(timezone="Pacific/Auckland")
    tenant.refresh_from_db()
    with activate(tenant.pk):
        assert unread(tenant)
        while read_past(tenant):
            pass
        assert {day.day for day in PathRollup.objects.values_list("day", flat=True)} == {3}
    mended(tenant)


def test_customers_are_looked_up_by_id_where_statistics_know_nothing_yet(tenant: Tenant, path: Path) -> None:
    with activate(tenant.pk), connection.cursor() as cursor:
        Dimension.objects.create(slug="segment", name="Segment")
        reading = read(tenant)
        values = {"tenant": tenant.pk, "by": "customer", "gap": 24, "now": NOON, "dimensions": ["segment"]}
        as_new(Customer, Event, Passage)
        scratch.clear(cursor)
        told = plan(fresh(reading), values)
        assert re.findall(r"using (\w+) on journeys_customer", told) == ["journeys_customer_pkey"], told
        cursor.execute(segments._TABLES)
        told = plan(segments._NEAR, parameters(reading) | {"gap": 24, "ids": as_array([uuid4()])})
        assert re.findall(r"using (\w+) on journeys_event", told) == ["journeys_event_pkey"], told
        assert re.findall(r"using (\w+) on journeys_passage", told) == ["passage_by_customer"], told


def test_what_was_aligned_in_vain_is_stored_the_next_time(tenant: Tenant, path: Path) -> None:
    with activate(tenant.pk):
        wanted = {(JourneyVersion.objects.get().pk, uuid4()): [place.pk for place in path.touchpoints]}
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            fits(wanted)
            raise ZeroDivisionError
        assert not Conformance.objects.exists()
        fits(wanted)
        assert Conformance.objects.count() == 1
