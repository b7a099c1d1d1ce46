"""Meanings given after the fact: history follows, counts move with it, and a rebuild finds nothing to mend."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.pipeline import claim, queue
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from journeys import mapping, remapping
from journeys.models import Event, PathRollup, Remapping, UnmappedText
from journeys.record import IncomingEvent, record
from journeys.suggest import suggest
from promises.models import OutcomeRollup
from surveys.answer import record_responses
from surveys.models import Response, ScoreRollup
from tests.factories import make_channel, make_journey, make_tenant, make_touchpoint, make_unit
from tests.promises.worlds import make_promise
from tests.surveys.worlds import make_survey, submission

pytestmark = pytest.mark.django_db
NOW = timezone.now() - timedelta(days=3)


def world() -> tuple[Any, Any, Any]:
    """A company whose events and answers name a place that nobody has defined, all counted."""
    tenant = make_tenant()
    chat = make_touchpoint(tenant, "chat", channel=make_channel(tenant, "web"), unit=make_unit(tenant, "espoo"))
    desk = make_touchpoint(tenant, "desk", channel=make_channel(tenant, "shop"))
    make_promise(tenant)
    make_journey(tenant, touchpoints=[chat, desk])
    survey = make_survey(tenant)
    events = [
        IncomingEvent(
            id=f"{n}-{type_}", type=type_, time=NOW, touchpoint="Live Chat", customer=f"c{n}", correlation=str(n)
        )
        for n in range(6)
        for type_ in ("order.placed", "order.delivered")[: 1 + n % 2]
    ]
    with activate(tenant.pk):
        record(events=[*events, IncomingEvent(id="z", type="door.opened", time=NOW, customer="c1")], source="x")
        record_responses(
            [submission(survey, nps=n, touchpoint="Live Chat", customer=f"c{n}") for n in range(6)], collected_by="api"
        )
    claim.drain(tenant.pk)
    return tenant, chat, desk


def finish(tenant: Any, batches: int = 10_000) -> None:
    with activate(tenant.pk):
        runs = list(Remapping.objects.order_by("pk").values_list("pk", flat=True))
    for run in runs:
        for _ in range(batches):
            if remapping.apply(tenant.pk, run) == remapping.DONE:
                break


def mean(tenant: Any, target: Any, text: str = "Live Chat", kind: str = "touchpoint") -> None:
    with activate(tenant.pk):
        remapping.remap([mapping.map_text(kind, text, target.pk)])


def places(tenant: Any) -> set[tuple[int | None, ...]]:
    with activate(tenant.pk):
        return {
            row
            for model in (Event, Response)
            for row in model.objects.filter(touchpoint_text="Live Chat").values_list(
                "touchpoint_id", "channel_id", "unit_id"
            )
        }


def scored(tenant: Any) -> dict[int, int]:
    with activate(tenant.pk):
        rows = ScoreRollup.objects.filter(grain="d", dimension="")
        return {row.touchpoint_id: sum(row.histogram) for row in rows}


def met(tenant: Any) -> dict[str, int]:
    with activate(tenant.pk):
        return dict(PathRollup.objects.filter(measure="visited", dimension="", n__gt=0).values_list("key", "n"))


def kept(tenant: Any) -> dict[int, int]:
    with activate(tenant.pk):
        return {row.channel_id: row.kept + row.broken for row in OutcomeRollup.objects.filter(dimension="")}


def test_history_and_its_counts_follow_a_meaning_and_a_later_one(monkeypatch: Any) -> None:
    monkeypatch.setattr(remapping, "MOVED", 4)
    monkeypatch.setattr(remapping, "SCANNED", 7)
    tenant, chat, desk = world()
    assert (scored(tenant), kept(tenant), met(tenant)) == ({0: 6}, {0: 6}, {"0": 6})
    mean(tenant, chat)
    finish(tenant, batches=1)  # a worker that died after its first batch
    assert len(places(tenant)) == 2
    finish(tenant)
    assert places(tenant) == {(chat.pk, chat.channel_id, chat.unit_id)}
    assert (scored(tenant), kept(tenant)) == ({0: 6, chat.pk: 6}, {chat.channel_id: 6, 0: 0})
    assert met(tenant) == {str(chat.pk): 6}
    assert set(rebuild(tenant.pk).values()) == {0}
    mean(tenant, desk)
    finish(tenant)
    assert places(tenant) == {(desk.pk, desk.channel_id, None)}
    assert (scored(tenant), met(tenant)) == ({0: 6, desk.pk: 6}, {str(desk.pk): 6})
    assert set(rebuild(tenant.pk).values()) == {0}


def test_a_later_meaning_takes_over_what_an_unfinished_one_began(monkeypatch: Any) -> None:
    monkeypatch.setattr(remapping, "MOVED", 4)
    tenant, chat, desk = world()
    mean(tenant, chat)
    finish(tenant, batches=1)
    mean(tenant, desk)
    finish(tenant)
    assert places(tenant) == {(desk.pk, desk.channel_id, None)}
    with activate(tenant.pk):
        assert [run.state for run in Remapping.objects.all()] == ["done", "done"]


def test_what_an_event_names_itself_stays_when_its_type_gets_a_place() -> None:
    tenant, chat, _desk = world()
    with activate(tenant.pk):
        remapping.remap(
            [mapping.describe(type_, mapping.Meaning(chat.pk)) for type_ in ("door.opened", "order.placed")]
        )
    finish(tenant)
    assert places(tenant) == {(None, None, None)}
    with activate(tenant.pk):
        assert Event.objects.get(source_id="z").touchpoint_id == chat.pk


def test_another_companys_events_stay_where_they_are() -> None:
    (tenant, chat, _), (other, _, _) = world(), world()
    mean(tenant, chat)
    finish(tenant)
    assert places(other) == {(None, None, None)}
    assert remapping.apply(other.pk, Remapping._base_manager.values_list("pk", flat=True).first() or 0) == "done"


def test_texts_and_types_are_counted_once_however_often_their_events_come() -> None:
    tenant, _chat, _desk = world()
    with activate(tenant.pk):
        before = dict(UnmappedText.objects.values_list("text", "events"))
        assert before == {"Live Chat": 15, "door.opened": 1}
        queue.enqueue(list(Event.objects.values_list("id", flat=True)) * 2)
    claim.drain(tenant.pk)
    with activate(tenant.pk):
        assert dict(UnmappedText.objects.values_list("text", "events")) == before


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WEB-SHOP", "Web shop"),
        ("Päätori 2", "paatori_2"),
        ("chat live", "Live chat"),
        ("Live chat (fi)", "Live chat"),
        ("Custmer service", "Customer service"),
        ("Till", None),
        ("!!", None),
    ],
)
def test_names_that_are_alike_are_proposed(text: str, name: str | None) -> None:
    names = ["Web shop", "paatori_2", "Live chat", "Customer service", "Delivery"]
    found = suggest(text, list(enumerate(names)))
    assert (None if found is None else names[found]) == name
