"""The page of asking: rates with intervals, coverage, scores by situation, and what it costs to read."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.asking.figures import rate
from dashboards.asking.load import Asks
from dashboards.asking.panel import UnitRate, quietest
from dashboards.models import Population
from surveys.asking import counts
from surveys.models import Invitation
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import (
    client_of,
    make_channel,
    make_customer,
    make_dimension,
    make_journey,
    make_member,
    make_tenant,
    make_unit,
)
from tests.surveys.test_asks import NOON, invite
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db
QUERIES = 25


def page(tenant: Tenant, address: str = "", role: str = Role.VIEWER) -> Any:
    client = client_of(make_member(tenant, role), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/asking/{address}")


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant(name="Rengasala")


def ledger(tenant: Tenant, *groups: tuple[int, dict[str, Any]]) -> None:
    survey = make_survey(tenant)
    for number, fields in groups:
        for _ in range(number):
            invite(tenant, survey, **fields)
    with activate(tenant.pk):
        Invitation.objects.update(decided_at=timezone.now())
        counts.count_all(tenant.pk)


def test_the_leadership_page_says_who_answered_and_which_unit_is_quietest(tenant: Tenant) -> None:
    loud, quiet = make_unit(tenant, "loud", name="Loud"), make_unit(tenant, "quiet", name="Quiet")
    for unit, answered in ((loud, 40), (quiet, 5)):
        told = {"unit_id": unit.pk, "sent_at": NOON}
        ledger(
            tenant,
            (answered, {**told, "state": "answered", "answered_at": NOON}),
            (60 - answered, {**told, "state": "sent"}),
        )
    client = client_of(make_member(tenant, Role.VIEWER), headers={"accept-language": "en"})
    found = client.get(f"/t/{tenant.slug}/")
    panel = next(shown.value for shown in found.context["page"].panels if shown.panel.key == "coverage")
    assert (panel.rate.value, panel.rate.n, panel.quiet.name) == (37.5, 120, "Quiet")
    text = found.content.decode()
    assert "38% of those asked answered" in text and "Quietest: Quiet" in text


def test_a_rate_has_its_interval_and_n(tenant: Tenant) -> None:
    ledger(
        tenant,
        (30, {"state": "answered", "sent_at": NOON, "answered_at": NOON}),
        (70, {"state": "sent", "sent_at": NOON}),
        (20, {"state": "skipped"}),
        (3, {"state": "sent", "sent_at": NOON, "method": "sms"}),
    )
    found = page(tenant).context["page"]
    assert (found.whole.rate.n, round(found.whole.rate.value, 1)) == (103, 29.1)
    assert (round(found.whole.rate.low), round(found.whole.rate.high)) == (21, 39)
    assert (found.whole.invited.n, round(found.whole.invited.value, 1)) == (123, 83.7)
    by = {key: lines for key, _title, lines in found.by}
    assert [(line.name, line.rate.few) for line in by["method"]] == [("e-mail", True), ("text message", True)]


def test_touchpoints_without_survey_and_without_answers_are_listed(tenant: Tenant) -> None:
    path = make_journey(tenant)
    make_survey(tenant, touchpoint=path.touchpoints[0])
    count(tenant, nps(5, 3, 2), at=path.touchpoints[1], day=days_ago(40, tenant))
    found = page(tenant).context["page"]
    assert [place.id for place in found.without] == [path.touchpoints[2].pk]
    assert len(found.coverage.silent) == 3
    assert len(page(tenant, "?silent=90").context["page"].coverage.silent) == 2


def test_the_matrix_shows_scores_by_situation_and_hides_the_few(tenant: Tenant) -> None:
    path = make_journey(tenant)
    shop, web, phone = (make_channel(tenant, name=name) for name in ("Shop", "Web", "Phone"))
    place = path.touchpoints[0]
    count(tenant, nps(30, 10, 10), at=place, channel_id=shop.pk)
    count(tenant, nps(3, 0, 0), at=place, channel_id=web.pk)
    count(tenant, nps(20, 0, 0), at=place, channel_id=phone.pk)
    count(tenant, [0, 0, 0, 0, 0, 0, 9], at=place, channel_id=shop.pk, name="ces/1-7")
    found = page(tenant).context["page"]
    assert found.channels == ("Phone", "Shop", "Web")
    (row,) = found.matrix
    shown = [[(round(spot.score.value) if spot.score else None, spot.few) for spot in spots] for spots in row.channels]
    # Web is too few, and Phone goes with it: subtraction would tell.
    assert shown == [
        [(None, True), (None, False), (None, False)],
        [(40, False), (100, False), (None, False)],
        [(None, True), (None, False), (None, False)],
    ]


def test_scores_are_weighed_to_the_customer_base_beside_the_plain_ones(tenant: Tenant) -> None:
    make_dimension(tenant, "segment")
    count(tenant, nps(60, 0, 0), slices={"segment": "company"})
    count(tenant, nps(0, 0, 15), slices={"segment": "person"})
    for segment in ("company", "person"):
        make_customer(tenant, dimensions={"segment": segment})
    (weighed,) = page(tenant, "?weigh=segment").context["page"].weighed
    assert round(weighed.plain.value) == 60
    assert weighed.estimate is not None
    assert round(weighed.estimate.value, 6) == 0
    assert round(weighed.n_eff, 6) == 48
    make_customer(tenant, dimensions={"segment": "partner"})
    cache.clear()
    found = page(tenant, "?weigh=segment")
    assert found.context["page"].weighed[0].estimate is None
    assert "Nobody answered of: partner." in found.content.decode()


def test_shares_that_were_told_go_before_the_customers_known(tenant: Tenant) -> None:
    dimension = make_dimension(tenant, "segment")
    count(tenant, nps(60, 0, 0), slices={"segment": "company"})
    count(tenant, nps(0, 0, 15), slices={"segment": "person"})
    make_customer(tenant, dimensions={"segment": "company"})
    with activate(tenant.pk):
        Population.objects.create(
            dimension=dimension, as_of=date(2020, 1, 1), source="CRM", shares={"company": 1, "person": 1, "gone": 0}
        )
        Population.objects.create(
            dimension=dimension, as_of=date(2999, 1, 1), source="Later", shares={"company": 9, "person": 1}
        )
    found = page(tenant, "?weigh=segment")
    (weighed,) = found.context["page"].weighed
    assert (round(weighed.plain.value), round(weighed.estimate.value, 6), round(weighed.n_eff, 6)) == (60, 0, 48)
    assert "as of 1 Jan 2020: CRM." in found.content.decode()


@pytest.mark.parametrize(
    "address", ["?weigh=none", "?weigh=unit", "?silent=0", "?silent=x", "?period=ages", "?channel=none"]
)
def test_bad_parameters_are_named(tenant: Tenant, address: str) -> None:
    found = page(tenant, address)
    assert found.status_code == 400
    assert address[1:].partition("=")[0] in found.content.decode()


def test_the_page_costs_as_many_queries_whatever_is_stored(tenant: Tenant) -> None:
    def queries() -> int:
        member = client_of(make_member(tenant, Role.VIEWER))
        with CaptureQueriesContext(connection) as caught:
            assert member.get(f"/t/{tenant.slug}/asking/").status_code == 200
        return len(caught)

    empty = queries()
    path = make_journey(tenant)
    for place in path.touchpoints:
        count(tenant, nps(30, 10, 10), at=place)
    ledger(tenant, (12, {"state": "sent"}))
    assert (empty, queries()) == (QUERIES, QUERIES)


def test_an_empty_company_reads_an_empty_page(tenant: Tenant) -> None:
    assert "Nobody was asked in this period." in page(tenant).content.decode()


def quietest_of(answered: dict[str, int]) -> UnitRate | None:
    """Of units of a hundred asked, of whom so many answered."""
    units = [UnitRate(unit, rate(n, 100, minimum=5), n) for unit, n in answered.items()]
    whole = Asks(rated=sum(answered.values()), delivered=100 * len(answered))
    return quietest(sorted(units, key=lambda unit: unit.rated), whole)


def test_the_quietest_of_many_units_is_named_only_where_chance_does_not_tell_it() -> None:
    # Forty units alike: the lowest of them lies beyond the interval of the whole by chance alone.
    alike = {f"u{n}": 50 for n in range(39)}
    assert quietest_of({**alike, "low": 38}) is None
    found = quietest_of({**alike, "low": 25})
    assert found and found.name == "low"
    assert quietest_of({"alone": 5}) is None
