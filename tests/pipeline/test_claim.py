"""What is queued is counted exactly once, whatever fails on the way."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import redis
from celery.fixups.django import DjangoWorkerFixup
from django.conf import settings
from django.db import OperationalError, connection

from cxplatform.celery import app
from cxplatform.pipeline import claim, consumers, pulse, quarantine
from cxplatform.pipeline.consumers import Claim
from cxplatform.pipeline.models import QuarantinedEvent, QueueRow
from cxplatform.pipeline.tasks import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Event, UnmappedText
from journeys.record import IncomingEvent, record
from tests.factories import make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


class Poisoned:
    """A consumer of the test's own that cannot take in events of type `poison` until it is cured."""

    def __init__(self) -> None:
        self.seen: list[UUID] = []
        self.cured = False

    def __call__(self, claim: Claim) -> None:
        self.seen += claim.event_ids
        if not self.cured and Event.objects.filter(id__in=claim.event_ids, type="poison").exists():
            raise ValueError("cannot count poison")


@pytest.fixture
def poisoned() -> Iterator[Poisoned]:
    consumer = Poisoned()
    consumers.register("test.poisoned", consumer)
    yield consumer
    consumers.unregister("test.poisoned")


def put(tenant: Tenant, *types: str, first: int = 0) -> None:
    with activate(tenant.pk):
        record(
            events=[
                IncomingEvent(id=str(first + i), type=type_, touchpoint="nowhere") for i, type_ in enumerate(types)
            ],
            source="x",
        )


def unmapped(tenant: Tenant) -> int:
    with activate(tenant.pk):
        return sum(UnmappedText.objects.values_list("events", flat=True))


def test_draining_counts_everything_and_empties_the_queue(tenant: Tenant) -> None:
    put(tenant, *["visit"] * 1_200)
    assert claim.drain(tenant.pk) == claim.Drained(events=1_200)
    assert not QueueRow.objects.exists()
    assert unmapped(tenant) == 1_200
    assert claim.drain(tenant.pk) == claim.Drained(events=0)
    assert unmapped(tenant) == 1_200


def test_the_patient_leave_what_comes_in_while_they_count_to_who_is_rung_for(tenant: Tenant) -> None:
    def add_another(of: Claim) -> None:
        if len(of.event_ids) == 2:
            put(tenant, "visit", first=2)

    consumers.register("test.another", add_another)
    try:
        put(tenant, "visit", "visit")
        assert claim.drain(tenant.pk, patient=True) == claim.Drained(events=2)
        assert claim.drain(tenant.pk, patient=True) == claim.Drained(events=1)
    finally:
        consumers.unregister("test.another")


def test_the_patient_take_a_long_queue_in_one_go(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tenant, *["visit"] * 700)
    monkeypatch.setattr(claim, "EVENTS_PER_CLAIM", 500)
    assert claim.drain(tenant.pk, patient=True) == claim.Drained(events=700)


def test_a_task_ends_with_its_connection_kept_for_the_next(tenant: Tenant) -> None:
    kept = connection.connection
    DjangoWorkerFixup(app).on_task_postrun(drain)
    assert connection.connection is kept
    assert not kept.closed


def test_a_worker_is_woken_when_what_it_is_to_count_is_there_for_it_to_see(
    tenant: Tenant, django_capture_on_commit_callbacks: Any
) -> None:
    broker = redis.Redis.from_url(settings.REDIS_URL)
    before = broker.llen(settings.CELERY_TASK_DEFAULT_QUEUE)
    with django_capture_on_commit_callbacks(execute=True):
        put(tenant, "visit")
        assert broker.llen(settings.CELERY_TASK_DEFAULT_QUEUE) == before
    assert broker.llen(settings.CELERY_TASK_DEFAULT_QUEUE) == before + 1


def test_each_claim_beats_the_pulse_and_an_empty_one_does_not(tenant: Tenant) -> None:
    put(tenant, "visit")
    claim.drain(tenant.pk)
    claim.drain(tenant.pk)
    with activate(tenant.pk):
        assert pulse.version() == 1


def test_a_bad_event_ends_alone_in_quarantine_and_the_rest_is_counted(tenant: Tenant, poisoned: Poisoned) -> None:
    put(tenant, *["visit"] * 70, "poison", *["visit"] * 29)
    assert claim.drain(tenant.pk).events == 100
    with activate(tenant.pk):
        row = QuarantinedEvent.objects.get()
        assert row.event_id == Event.objects.get(type="poison").id
        assert (row.consumer, row.error) == ("test.poisoned", "ValueError: cannot count poison")
    assert unmapped(tenant) == 99
    assert not QueueRow.objects.exists()


def test_a_mended_event_is_replayed_once(tenant: Tenant, poisoned: Poisoned) -> None:
    put(tenant, "visit", "poison")
    claim.drain(tenant.pk)
    with activate(tenant.pk):
        bad = quarantine.waiting().get().event_id
        assert quarantine.replay([bad]) == 1
    claim.drain(tenant.pk)
    with activate(tenant.pk):
        assert [row.event_id for row in quarantine.waiting()] == [bad]
        poisoned.cured = True
        quarantine.replay([bad])
    claim.drain(tenant.pk)
    with activate(tenant.pk):
        assert not quarantine.waiting().exists()
        assert quarantine.replay([bad]) == 0
    assert unmapped(tenant) == 2


def test_trouble_of_the_database_is_nobodys_fault_and_loses_nothing(tenant: Tenant) -> None:
    def unlucky(claim: Claim) -> None:
        raise OperationalError("the database system is starting up")

    put(tenant, "visit")
    consumers.register("test.unlucky", unlucky)
    try:
        with pytest.raises(OperationalError):
            claim.drain(tenant.pk)
    finally:
        consumers.unregister("test.unlucky")
    assert QueueRow.objects.count() == 1
    assert unmapped(tenant) == 0


def test_another_tenants_queue_is_left_alone(tenant: Tenant) -> None:
    other = make_tenant()
    put(tenant, "visit")
    put(other, "visit", "visit")
    assert claim.drain(other.pk).events == 2
    assert [row.tenant_id for row in QueueRow.objects.all()] == [tenant.pk]
    assert unmapped(tenant) == 0


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_leaves_a_busy_tenant_at_once(tenant: Tenant) -> None:
    put(tenant, "visit")
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('cxplatform.pipeline', %s))", [tenant.pk])
        assert claim.drain(tenant.pk) == claim.Drained(events=0, busy=True)
        other.rollback()
        assert claim.drain(tenant.pk).events == 1
    finally:
        other.close()


class Claims:
    """A consumer of the test's own that remembers how many events came together."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, claim: Claim) -> None:
        self.sizes.append(len(claim.event_ids))


@pytest.fixture
def claims() -> Iterator[Claims]:
    consumer = Claims()
    consumers.register("test.claims", consumer)
    yield consumer
    consumers.unregister("test.claims")


@pytest.mark.parametrize(
    ("writes", "together"),
    [
        ([1] * 40, [40]),  # single answers: a claim's cost is shared by all of them
        ([500, 1, 500], [1_001]),
        ([40] * 3, [80, 40]),
        ([150, 1], [150, 1]),  # a write over the limit goes, alone
    ],
)
def test_a_claim_takes_writes_until_their_events_are_many(tenant, claims, monkeypatch, writes, together):
    if sum(writes) < 500:
        monkeypatch.setattr(claim, "EVENTS_PER_CLAIM", 100)
    first = 0
    for size in writes:
        put(tenant, *["visit"] * size, first=first)
        first += size
    claim.drain(tenant.pk)
    assert claims.sizes == together
