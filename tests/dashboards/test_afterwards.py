"""What customers did after a journey: recommended us, bought again; of enough of them, and of no other company's."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.journeys import afterwards
from dashboards.journeys.after_sql import since
from dashboards.journeys.passages_behind import Found
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
    # A second passage is not looked at, nor what follows it.
    journey += [
        event(path.touchpoints[0].slug, begun + timedelta(days=60), customer=f"c{n}", correlation=f"again-{n}")
        for n in range(8, 10)
    ]
    # Six within ninety days, one before it all, one too late.
    days = {**dict.fromkeys(range(6), 30), 6: -5, 7: 120, 8: 120}
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
    with activate(tenant.pk):
        EventType.objects.update(meaning=EventType.Meaning.REPURCHASE)
    look(tenant)
    again = client_of(make_member(tenant)).get(f"/t/{tenant.slug}/journeys/tyre-change/peak-end/").context["page"]
    assert (again.afterwards.recommended, again.afterwards.bought.n, again.afterwards.bought.of) == (None, 6, 12)
    with activate(tenant.pk):
        EventType.objects.update(meaning=EventType.Meaning.REFERRAL)
    look(tenant)
    assert "Recommended us within 90 days" in page.content.decode()
    api = api_of(make_key(tenant, ["read", "customers:read"]))
    told = api.get("/api/v1/journeys/tyre-change/paths").json()["afterwards"]["recommended"]
    assert told["share"] == 50
    customers = api.get(f"/api/v1/journeys/tyre-change/paths/customers?{told['customers']}").json()
    assert {each["customer"] for each in customers["results"]} == {f"c{number}" for number in range(6)}
    assert api.get("/api/v1/journeys/rare/paths").json()["afterwards"] is None  # of three nothing is told
    _opens(tenant, page.content.decode(), at=path.touchpoints[0].slug)
    other = make_tenant()
    make_journey(other, "tyre-change")
    assert api_of(make_key(other)).get("/api/v1/journeys/tyre-change/paths").json()["afterwards"] is None


def _opens(tenant: Tenant, page: str, *, at: str) -> None:
    """The two numbers open those whom they count; a list that would tell on few by another's side does not."""
    links = {of: unescape(link) for link, of in re.findall(r'href="([^"]*/passages/[^"]*?of=(after\w*)[^"]*)"', page)}
    sees = client_of(make_member(tenant, Role.VIEWER, sees_identity=True))

    def found(of: str) -> Found:
        return sees.get(links[of]).context["found"]  # type: ignore[no-any-return]

    assert {each.external_id for each in found("after_recommended").customers.values()} == {f"c{n}" for n in range(6)}
    assert (found("after").people, found("after").passages) == (12, 12)
    send(
        tenant,
        [event("", timezone.now() - timedelta(days=190), type="friend.told", customer=f"c{n}") for n in range(6, 9)],
    )
    assert (found("after_recommended").closed, found("after").closed) == ("rest", "")  # nine; three are left
    # Two are still on their way: on the list of all passages they would be the rest of those who came to an end.
    send(
        tenant,
        [event(at, timezone.now() - timedelta(hours=1), customer=f"o{n}", correlation=f"o{n}") for n in range(2)],
    )
    links["now"] = links["after"].split("?")[0] + "?of=after&period=365d"
    assert (found("now").closed, found("after").closed) == ("rest", "")
    unseen = client_of(make_member(tenant, Role.VIEWER))
    assert unseen.get(links["after_recommended"]).context["found"] is None
    make_journey(other := make_tenant(), "tyre-change")
    stranger = client_of(make_member(other, Role.VIEWER, sees_identity=True))
    own = links["after"].replace(f"/t/{tenant.slug}/", f"/t/{other.slug}/")
    assert stranger.get(links["after"]).status_code == 404
    assert stranger.get(own).context["found"].closed == "few"


def test_the_list_reaches_back_to_where_the_longest_passage_began() -> None:
    tenant = make_tenant(anonymity_minimum=3)
    path = make_journey(tenant, "long", inactive_hours=24 * 400)
    now = timezone.now()

    def steps(customer: str, *days: int) -> list[object]:
        return [
            event(path.touchpoints[at % 2].slug, now - timedelta(days=ago), customer=customer, correlation=customer)
            for at, ago in enumerate(days)
        ]

    # Over after 400 days of silence: long ones of over a month, some of under one, others that ended before.
    lasted = {"a": (700, 500), "b": (800, 501), "c": (520, 502), "d": (503,), "e": (860, 850), "f": (630, 610)}
    send(tenant, [each for customer, days in lasted.items() for each in steps(customer, *days)])
    days = [(timezone.localdate() - timedelta(days=ago)).isoformat() for ago in (505, 499)]
    api = api_of(make_key(tenant, ["read", "customers:read"]))
    given = {"of": "after", "from": days[0], "to": days[1]}
    told = api.get("/api/v1/journeys/long/paths/customers", given).json()
    assert {each["customer"] for each in told["results"]} == {"a", "b", "c", "d"}
    zone = tenant.zone
    begin, end = (datetime.combine(date.fromisoformat(day), time.min, tzinfo=zone) for day in days)
    with activate(tenant.pk):
        reach = since(journey_ids=[path.journey.pk], begin=begin, end=end, zone=zone)
    assert timedelta(0) <= now - timedelta(days=800) - reach < timedelta(days=4)
