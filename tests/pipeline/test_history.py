"""A history counted at once ends in the same counts as claims do, and leaves to them what it cannot count."""

import pytest

from cxplatform.pipeline import claim, consumers, history, pulse
from cxplatform.pipeline.consumers import Claim
from cxplatform.pipeline.models import QueueRow
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from journeys.models import Event, UnmappedText
from journeys.record import IncomingEvent, record
from tests.factories import make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


def put(*types: str, start: int = 0) -> None:
    events = [IncomingEvent(id=str(start + i), type=type_, touchpoint="nowhere") for i, type_ in enumerate(types)]
    record(events=events, source="x")


def test_what_was_loaded_is_counted_once_by_every_room(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant, seen = make_tenant(), []

    def count(of: Claim) -> None:
        seen.append(Event.objects.filter(id__in=of.event_ids).count())
        if Event.objects.filter(type="poison").exists():
            raise ValueError("cannot count poison")

    monkeypatch.setattr(history, "EVENTS_AT_ONCE", 400)
    consumers.register("beside.count", count)
    try:
        with history.kept_from_workers(tenant.pk):
            with activate(tenant.pk):
                put(*["visit"] * 1_000)
            assert claim.drain(tenant.pk).busy
            assert history.count(tenant.pk) == 1_000
            assert history.count(tenant.pk) == 0
        with activate(tenant.pk):
            assert UnmappedText.objects.get().events == 1_000
            assert pulse.version() == 1
            put("visit", "poison", start=1_000)
        assert seen == [400, 400, 200]
        with history.kept_from_workers(tenant.pk):
            assert history.count(tenant.pk) == 0  # the other rooms have counted it; it waits all the same
        assert QueueRow.objects.exists()
    finally:
        consumers.unregister("beside.count")
    assert claim.drain(tenant.pk).events == 2
    with activate(tenant.pk):
        assert UnmappedText.objects.get().events == 1_002
    assert set(rebuild(tenant.pk).values()) == {0}
