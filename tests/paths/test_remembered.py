"""A process remembers how events are read between claims, and no claim is ever read by what was edited meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Dimension, EventType, Journey, PathHistory, Step, Touchpoint
from journeys.paths.remembered import reading_now
from journeys.paths.tracing import read
from journeys.versions import snapshot
from tests.factories import make_channel, make_journey, make_tenant

pytestmark = pytest.mark.django_db
LATER = datetime.now(UTC) + timedelta(days=9)


@pytest.fixture
def tenant() -> Tenant:
    tenant = make_tenant()
    path = make_journey(tenant)
    with activate(tenant.pk):
        EventType.objects.create(type="chat.started", touchpoint=path.touchpoints[0])
        reading_now([])
    return tenant


def test_it_is_read_once_while_nothing_changes(tenant: Tenant) -> None:
    with activate(tenant.pk):
        before = read(Tenant.objects.get(pk=tenant.pk))
        with CaptureQueriesContext(connection) as queries:
            assert reading_now([]) is reading_now([])
        assert reading_now([]) == before
    assert len(queries) == 2


def _draw(tenant: Tenant) -> None:
    Step.objects.order_by("pk")[:1].get().delete()
    snapshot(Journey.objects.get(), valid_from=LATER)


def _put_elsewhere(tenant: Tenant) -> None:
    channel = make_channel(tenant, "chat")
    with activate(tenant.pk):
        Touchpoint.objects.update(channel=channel)


CHANGES: dict[str, Callable[[Tenant], Any]] = {
    "silence": lambda tenant: Journey.objects.update(inactive_hours=7),
    "condition": lambda tenant: Journey.objects.update(condition_property="vip", condition_value="yes"),
    "plan": lambda tenant: Journey.objects.update(kind=Journey.Kind.TO_BE),
    "version": _draw,
    "dimension": lambda tenant: Dimension.objects.create(slug="segment", name="Segment"),
    "type ignored": lambda tenant: EventType.objects.update(ignored=True, touchpoint=None),
    "type that fails": lambda tenant: EventType.objects.create(type="chat.lost", meaning="failure"),
    "channel of a type's place": _put_elsewhere,
    "zone of counts": lambda tenant: PathHistory.objects.create(zone="Asia/Tokyo"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_is_changed_is_seen_by_the_next_claim(tenant: Tenant, change: Callable[[Tenant], Any]) -> None:
    with activate(tenant.pk):
        before = reading_now([])
        change(tenant)
        after = reading_now([])
        assert after != before
        assert after == read(Tenant.objects.get(pk=tenant.pk))
