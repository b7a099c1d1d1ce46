"""Findings that workers look for and pages read."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.pipeline import pulse
from cxplatform.pipeline.models import QueueRow
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.insights import look as looking
from dashboards.insights.finders import FINDERS, Finder, Found, register
from dashboards.insights.read import findings
from dashboards.models import Insight, Look
from tests import factories

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 1)


@pytest.fixture
def tenant() -> Tenant:
    return factories.make_tenant()


@pytest.fixture
def kind() -> Iterator[str]:
    name = "weather"
    yield name
    FINDERS.pop(name, None)


def finder(kind: str, *titles: str, **options: Any) -> Finder:
    def find(*, tenant: Tenant, today: date) -> list[Found]:
        return [Found(data={"title": title}, start=DAY, last=today) for title in titles]

    FINDERS.pop(kind, None)
    register(made := Finder(kind, find, **options))
    return made


def age(kind: str, hours: int) -> None:
    Look.objects.filter(kind=kind).update(looked_at=timezone.now() - timedelta(hours=hours))


def test_a_look_stands_instead_of_the_one_before(tenant: Tenant, kind: str) -> None:
    with activate(tenant.pk):
        finder(kind, "rain", "wind")
        assert looking.look(tenant=tenant, kind=kind) == 2
        assert [found.data["title"] for found in findings([kind])[kind]] == ["rain", "wind"]
        finder(kind, "sun")
        age(kind, 30)
        assert looking.look(tenant=tenant, kind=kind) == 1
        assert [(found.rank, found.data["title"]) for found in findings([kind])[kind]] == [(1, "sun")]


def test_a_look_is_due_when_something_was_counted_since(tenant: Tenant, kind: str) -> None:
    finder(kind, "rain")
    with activate(tenant.pk):
        now = timezone.now()
        assert kind in looking.due(tenant=tenant, now=now)
        looking.look(tenant=tenant, kind=kind)
        assert kind not in looking.due(tenant=tenant, now=now + timedelta(hours=2))
        pulse.beat()
        assert kind not in looking.due(tenant=tenant, now=now + timedelta(minutes=30))
        assert kind in looking.due(tenant=tenant, now=now + timedelta(hours=2))


def test_nothing_is_looked_for_while_a_backlog_is_counted(tenant: Tenant, kind: str) -> None:
    finder(kind, "rain")
    row = QueueRow.objects.create(tenant_id=tenant.pk, event_ids=[])
    with activate(tenant.pk):
        assert kind in looking.due(tenant=tenant, now=row.enqueued_at + timedelta(seconds=5))
        assert looking.due(tenant=tenant, now=row.enqueued_at + timedelta(minutes=1)) == []
    other = factories.make_tenant()
    with activate(other.pk):
        assert kind in looking.due(tenant=other, now=row.enqueued_at + timedelta(minutes=1))


def test_a_nightly_look_waits_for_the_companys_night(tenant: Tenant, kind: str) -> None:
    finder(kind, "rain", nightly=True)
    with activate(tenant.pk):
        looking.look(tenant=tenant, kind=kind)
        pulse.beat()
        tomorrow = (timezone.now() + timedelta(days=1)).astimezone(tenant.zone)
        assert kind not in looking.due(tenant=tenant, now=tomorrow.replace(hour=12))
        assert kind in looking.due(tenant=tenant, now=(tomorrow + timedelta(days=1)).replace(hour=3))


def test_a_finder_that_fails_leaves_what_was_found(tenant: Tenant, kind: str) -> None:
    with activate(tenant.pk):
        finder(kind, "rain")
        looking.look(tenant=tenant, kind=kind)
        age(kind, 30)

        def fails(*, tenant: Tenant, today: date) -> list[Found]:
            raise ValueError("no sky")

        FINDERS[kind] = Finder(kind, fails)
        assert looking.look(tenant=tenant, kind=kind) == 0
        assert [found.data["title"] for found in findings([kind])[kind]] == ["rain"]
        assert Look.objects.get(kind=kind).trouble == "ValueError: no sky"


def test_two_finders_of_a_kind_are_refused(kind: str) -> None:
    finder(kind, "rain")
    with pytest.raises(ValueError, match="another finder"):
        register(Finder(kind, lambda **_: []))


def test_an_outsider_reads_none_of_it(tenant: Tenant, kind: str) -> None:
    finder(kind, "rain")
    with activate(tenant.pk):
        looking.look(tenant=tenant, kind=kind)
    with activate(factories.make_tenant().pk):
        assert findings([kind]) == {kind: []}
        assert not Insight.objects.exists()
