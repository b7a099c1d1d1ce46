"""Arrivals by channel beside what was put into each: on the page, over REST, from a file."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from dashboards.arrivals.costs import Cost, take_in
from dashboards.arrivals.figures import Row, arrivals
from dashboards.models import ChannelCost
from journeys.models import Journey, PathRollup
from tests.factories import api_of, client_of, make_channel, make_journey, make_key, make_member, make_tenant

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def world() -> Any:
    """A company whose customers came over two channels in October and November."""
    tenant = make_tenant(language="en")
    web, shop = make_channel(tenant, "web", name="Web", digital=True), make_channel(tenant, "shop", name="Shop")
    journey = make_journey(tenant).journey
    with activate(tenant.pk):
        for channel, day, n in ((web.pk, 5, 30), (web.pk, 6, 10), (shop.pk, 6, 50), (0, 7, 10)):
            for month in (10, 11):
                PathRollup.objects.create(
                    journey_id=journey.pk if channel else 0,
                    measure="entry",
                    day=date(2026, month, day),
                    key=str(channel),
                    n=n,
                )
        PathRollup.objects.create(
            journey_id=journey.pk, measure="entry", dimension="segment", value="a", day=OCTOBER, key=str(web.pk), n=9
        )
    return tenant


def row(page: Any, slug: str) -> Row:
    return next(one for one in page.rows if one.channel.slug == slug or (not slug and one.channel.id == 0))


def test_an_arrival_costs_what_was_put_into_the_months_that_are_told(world: Any) -> None:
    with activate(world.pk):
        told = [
            Cost(channel="Web", month=date(2026, 10, 31), amount=100.0),
            Cost(channel="web", month=date(2026, 10, 2), amount=200),
            Cost(channel="shop", month=OCTOBER, amount=10, currency="SEK"),
            Cost(channel="shop", month=NOVEMBER, amount=10),
            Cost(channel="moon", month=NOVEMBER, amount=-1),
        ]
        done = take_in(told)
        assert (done.accepted, done.duplicates, set(done.rejected[4])) == (3, 1, {"channel", "amount"})
        page = arrivals(first=OCTOBER, end=DECEMBER)
        web, shop = row(page, "web"), row(page, "shop")
        assert (page.total, web.arrivals, shop.arrivals, row(page, "").arrivals) == (200, 80, 100, 20)
        assert (web.each, shop.each) == ((Decimal("5.00"), "EUR"), None)
        assert [(month.arrivals, month.each) for month in web.months] == [(40, (Decimal("5.00"), "EUR")), (40, None)]
        assert (page.digital.n, page.digital.of) == (80, 180)
        journey = Journey.objects.get()
        assert arrivals(first=NOVEMBER, end=DECEMBER, journey_ids=[journey.pk]).total == 90
        assert take_in(told[3:4]).duplicates == 1


def test_a_lead_notes_a_cost_and_everybody_in_charge_sees_it(world: Any) -> None:
    lead = client_of(make_member(world, "cx_lead"), headers={"accept-language": "en"})
    page = f"/t/{world.slug}/arrivals/"
    with activate(world.pk):
        web = row(arrivals(first=OCTOBER, end=DECEMBER), "web").channel
    form = {"channel": web.id, "month": "2026-10", "amount": "320.00", "currency": "eur", "source": "ads"}
    assert "three capital letters" in lead.post(page + "cost/", form | {"currency": "€"}).content.decode()
    assert lead.post(page + "cost/", form).status_code == 302
    shown = lead.get(page, {"from": "2026-10", "to": "2026-11"}).content.decode()
    assert "8.00 EUR" in shown and "The cost is noted." in shown and "44 % of them digital" in shown
    viewer = client_of(make_member(world, "viewer"))
    assert 'name="amount"' not in viewer.get(page).content.decode()
    assert viewer.get(page, {"from": "nonsense", "to": "9999-99"}).status_code == 200
    assert client_of(make_member(role="admin")).get(page).status_code == 404
    with activate(world.pk):
        assert [str(one) for one in ChannelCost.objects.all()] == ["Web 2026-10"]


def test_costs_and_arrivals_go_over_rest(world: Any) -> None:
    api = api_of(make_key(world))
    sent = [{"channel": "web", "month": "2026-10-01", "amount": 400}, {"channel": "web", "month": "x", "amount": 1}]
    answer = api.post("/api/v1/channel-costs", sent, content_type="application/json").json()
    assert (answer["accepted"], answer["rejected"][0]["index"]) == (1, 1)
    assert api.get("/api/v1/channel-costs").json()["costs"] == [
        {"channel": "web", "month": "2026-10-01", "amount": 400.0, "currency": "EUR", "source": ""}
    ]
    read = api.get("/api/v1/arrivals", {"from": "2026-10", "to": "2026-11"}).json()
    web = next(one for one in read["channels"] if one["channel"] == "web")
    assert (read["arrivals"], web["arrivals"], web["each"]) == (200, 80, {"amount": 10.0, "currency": "EUR"})
    assert api.get("/api/v1/arrivals", {"from": "2026-13"}).status_code == 400
    assert api_of(make_key(make_tenant())).get("/api/v1/channel-costs").json() == {"costs": []}
