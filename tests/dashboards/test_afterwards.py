"""What customers did after a journey: recommended us, bought again; of enough of them, and of no other company's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.journeys import afterwards
from dashboards.models import Insight
from journeys.models import EventType
from tests.factories import api_of, client_of, make_journey, make_key, make_member, make_tenant
from tests.paths.worlds import event, send

pytestmark = pytest.mark.django_db


def look(tenant: Tenant) -> None:
    """As the night's look leaves it."""
    with activate(tenant.pk):
        Insight.objects.all().delete()
        for rank, found in enumerate(afterwards.find(tenant=tenant, today=timezone.localdate()), 1):
            Insight.objects.create(
                kind=afterwards.KIND, rank=rank, journey_id=found.journey_id, data=found.data,
                start=found.start, last=found.last,
            )  # fmt: skip


def test_what_customers_did_after_a_journey_is_told_of_enough_of_them() -> None:
    tenant = make_tenant()
    path = make_journey(tenant, "tyre-change")
    rare = make_journey(tenant, "rare")
    begun = timezone.now() - timedelta(days=200)
    journey = [
        event(place.slug, begun, customer=f"c{number}", correlation=f"{made.journey.slug}-{number}")
        for made, many in ((path, 12), (rare, 3))
        for number in range(many)
        for place in made.touchpoints[:1]
    ]
    # Six within ninety days, one before it all, one too late.
    days = {**dict.fromkeys(range(6), 30), 6: -5, 7: 120}
    told = [
        event("", begun + timedelta(days=after), type="friend.told", customer=f"c{number}")
        for number, after in days.items()
    ]
    send(tenant, [*journey, *told])
    look(tenant)
    with activate(tenant.pk):
        assert not Insight.objects.exists()  # no type says so
        EventType.objects.create(type="friend.told", meaning=EventType.Meaning.REFERRAL, ignored=True)
    look(tenant)
    page = client_of(make_member(tenant), headers={"accept-language": "en"}).get(
        f"/t/{tenant.slug}/journeys/tyre-change/peak-end/"
    )
    found = page.context["page"].afterwards
    assert (found.recommended.n, found.recommended.of, found.bought) == (6, 12, None)
    assert "Recommended us within 90 days" in page.content.decode()
    api = api_of(make_key(tenant))
    assert api.get("/api/v1/journeys/tyre-change/paths").json()["afterwards"]["recommended"]["share"] == 50
    assert api.get("/api/v1/journeys/rare/paths").json()["afterwards"] is None  # of three nothing is told
    other = make_tenant()
    make_journey(other, "tyre-change")
    assert api_of(make_key(other)).get("/api/v1/journeys/tyre-change/paths").json()["afterwards"] is None
