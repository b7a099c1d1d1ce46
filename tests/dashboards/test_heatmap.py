"""The heatmap's other shapes: touchpoints by channel, customers beside customers, signals, what went silent."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.insights.look import look
from dashboards.levels.baseline import freeze
from dashboards.models import Insight
from dashboards.periods import Period, months_until
from journeys.models import Step, Touchpoint
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import (
    Path,
    client_of,
    make_channel,
    make_dimension,
    make_journey,
    make_member,
    make_tenant,
    make_unit,
)

pytestmark = pytest.mark.django_db


def get(tenant: Tenant, address: str = "", **member: Any) -> Any:
    client = client_of(
        make_member(tenant, member.pop("role", Role.VIEWER), **member), headers={"accept-language": "en"}
    )
    return client.get(f"/t/{tenant.slug}/{address}")


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    tenant = make_tenant(name="Rengasala")
    make_dimension(tenant, "segment", name="Segment")
    return make_journey(tenant, "tyre-change", name="Tyre change", stages=["Choose", "Buy", "Deliver"])


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


def test_touchpoints_stand_under_their_stages_by_channel(tenant: Tenant, path: Path) -> None:
    shop, web = make_channel(tenant, name="Shop"), make_channel(tenant, name="Web")
    count(tenant, nps(8, 1, 1), at=path.touchpoints[0], channel_id=shop.pk)
    count(tenant, nps(2, 2, 6), at=path.touchpoints[0], channel_id=web.pk)
    found = get(tenant, "?view=touchpoint")
    table = found.context["page"].places
    assert table.channels == ("Shop", "Web")
    assert [group.stage.name for group in table.groups] == ["Choose", "Buy", "Deliver"]
    row = table.groups[0].rows[0]
    assert [cell.shown.value for cell in (row.cell, *row.channels)] == [15, 70, -40]
    assert [row.cell.state for group in table.groups[1:] for row in group.rows] == ["empty", "empty"]


def test_a_small_channel_is_hidden_with_the_one_that_would_tell_on_it(tenant: Tenant, path: Path) -> None:
    shop, web = make_channel(tenant, name="Shop"), make_channel(tenant, name="Web")
    count(tenant, nps(8, 1, 1), at=path.touchpoints[0], channel_id=shop.pk)
    count(tenant, nps(1, 1, 1), at=path.touchpoints[0], channel_id=web.pk)
    row = get(tenant, "?view=touchpoint").context["page"].places.groups[0].rows[0]
    assert [cell.state for cell in (row.cell, *row.channels)] == ["measured", "few", "few"]


def test_customers_are_compared_with_customers_by_one_test_and_one_verdict(tenant: Tenant, path: Path) -> None:
    for value, three in (("firm", (50, 30, 20)), ("home", (62, 25, 13)), ("fleet", (0, 0, 100))):
        count(tenant, nps(*three), at=path.touchpoints[0], slices={"segment": value})
    found = get(tenant, "?segment=segment:firm&compare=segment:home")
    page = found.context["page"]
    tile = page.tiles[0].cell
    assert (tile.shown.value, tile.change.difference, tile.verdict) == (30, -19, "no_clear_change")
    # Golden: z = 1.764, p = 0.078.
    assert (round(tile.change.z, 3), round(tile.change.p, 3)) == (-1.764, 0.078)
    cell = page.heatmap.rows[0].cells[0].cell
    assert (cell.verdict, cell.change.difference) == ("no_clear_change", -19)
    text = found.content.decode()
    assert "compared with home in the same days" in text and "no clear difference" in text
    assert [phrase.text for phrase in page.sentence][:2] == ["firm beside home", "NPS 30, no clear difference"]
    against_fleet = get(tenant, "?segment=segment:firm&compare=segment:fleet").context["page"]
    assert against_fleet.tiles[0].cell.verdict == "better"
    assert [phrase.text for phrase in against_fleet.sentence][:2] == [
        "firm beside fleet",
        "NPS 30, 130 points above the other group",
    ]


def test_all_values_of_a_dimension_beside_one_of_them(tenant: Tenant, path: Path) -> None:
    for value, three in (("firm", (50, 30, 20)), ("home", (62, 25, 13)), ("fleet", (0, 0, 100))):
        count(tenant, nps(*three), at=path.touchpoints[0], slices={"segment": value})
    for view in ("?view=segment&compare=segment:home", "?view=segment&compare=segment:home&journey=tyre-change"):
        table = get(tenant, view).context["page"].table
        assert {row.name: row.cells[0].verdict for row in table.rows} == {
            "firm": "no_clear_change",
            "fleet": "worse",
            "home": "not_enough",
        }, view
    assert [stage.name for stage in table.stages] == ["Choose", "Buy", "Deliver"]


def test_a_group_of_three_is_no_comparison(tenant: Tenant, path: Path) -> None:
    for value, three in (("firm", (50, 30, 20)), ("home", (1, 1, 1)), ("fleet", (10, 10, 10))):
        count(tenant, nps(*three), at=path.touchpoints[0], slices={"segment": value})
    cell = get(tenant, "?segment=segment:firm&compare=segment:home").context["page"].tiles[0].cell
    assert (cell.shown.n, cell.change.difference, cell.verdict) == (100, None, "not_enough")


def test_a_baseline_is_compared_with_as_it_was_frozen(tenant: Tenant, path: Path) -> None:
    then, shop = days_ago(200, tenant), make_channel(tenant, name="Shop")
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0], slices={"segment": "firm"}, channel_id=shop.pk)
    count(tenant, nps(80, 20, 0), at=path.touchpoints[0], day=then, slices={"segment": "firm"}, channel_id=shop.pk)
    with activate(tenant.pk):
        freeze(name="Spring", period=Period(then, then + timedelta(days=1)))
    count(tenant, nps(0, 0, 900), at=path.touchpoints[0], day=then)  # comes late: the baseline stands
    for address in ("?against=baseline", "?against=baseline:spring", "?against=baseline&segment=segment:firm"):
        found = get(tenant, address)
        page = found.context["page"]
        assert page.tiles[0].cell.change.difference == -50
        assert page.heatmap.rows[0].cells[0].cell.change.difference == -50
        assert "compared with the baseline Spring" in found.content.decode()
    row = get(tenant, "?against=baseline&view=touchpoint").context["page"].places.groups[0].rows[0]
    assert [cell.change.difference for cell in (row.cell, *row.channels)] == [-50, -50]
    for view in ("?against=baseline&view=segment", "?against=baseline&view=segment&journey=tyre-change"):
        assert get(tenant, view).context["page"].table.rows[0].cells[0].change.difference == -50
    stage = get(tenant, f"stages/{path.stages[0].pk}/?against=baseline").context["page"]
    assert stage.cell.change.difference == -50
    assert get(tenant, "?against=baseline:summer").status_code == 400


def test_without_a_baseline_it_is_said_where_one_is_made(tenant: Tenant) -> None:
    found = get(tenant, "?against=baseline")
    assert found.status_code == 400
    assert "There is no baseline yet" in found.content.decode()


@pytest.mark.parametrize(
    "address",
    ["?compare=segment:a", "?segment=segment:a&compare=segment:a", "?segment=segment:a&compare=unit:1",
     "?view=segment&compare=unit:1", "?compare=nonsense"],
)  # fmt: skip
def test_what_cannot_be_compared_is_said(tenant: Tenant, address: str) -> None:
    found = get(tenant, address)
    assert found.status_code == 400
    assert "<code>compare=" in found.content.decode()


def test_a_unit_is_not_compared_with_one_of_somebody_else(tenant: Tenant, path: Path) -> None:
    mine, theirs = make_unit(tenant, "turku"), make_unit(tenant, "oulu")
    for unit in (mine, theirs):
        count(tenant, nps(10, 10, 10), at=path.touchpoints[0], slices={"unit": str(unit.pk)})
    found = get(tenant, f"?compare=unit:{theirs.pk}", role=Role.UNIT_MANAGER, unit_ids=[mine.pk])
    assert found.status_code == 400


def test_what_went_silent_is_told_from_what_was_never_measured(tenant: Tenant, path: Path) -> None:
    count(tenant, nps(9, 9, 9), at=path.touchpoints[0])
    count(tenant, nps(9, 9, 9), at=path.touchpoints[1], day=days_ago(40, tenant))
    found = get(tenant)
    cells = found.context["page"].heatmap.rows[0].cells
    assert [(entry.cell.state, entry.stale) for entry in cells] == [
        ("measured", False),
        ("measured", True),
        ("empty", False),
    ]
    assert "silent since" in found.content.decode()


def months_back(tenant: Tenant, number: int) -> list[date]:
    return months_until(timezone.localdate(timezone=tenant.zone), number + 1)[:-1]


def test_a_month_beyond_its_own_chart_is_a_signal_beside_the_verdict(tenant: Tenant, path: Path) -> None:
    *before, newest = months_back(tenant, 14)
    for number, month in enumerate(before):
        count(tenant, nps(50 + number % 3, 30, 20), at=path.touchpoints[0], day=month)
        count(tenant, nps(50 + number % 3, 30, 20), at=path.touchpoints[1], day=month)
    count(tenant, nps(20, 20, 60), at=path.touchpoints[0], day=newest)
    count(tenant, nps(51, 30, 20), at=path.touchpoints[1], day=newest)
    with activate(tenant.pk):
        assert look(tenant=tenant, kind="signal") == 2
        assert {(one.stage_id, one.touchpoint_id) for one in Insight.objects.all()} == {
            (path.stages[0].pk, None),
            (None, path.touchpoints[0].pk),
        }
    found = get(tenant)
    first, second, _ = found.context["page"].heatmap.rows[0].cells
    assert (first.signal.worse, first.signal.value, second.signal) == (True, -40, None)
    assert "beyond its usual" in found.content.decode()
    # Of everybody: not said of a part of the customers, nor of another measure.
    assert get(tenant, "?segment=segment:a").context["page"].heatmap.rows[0].cells[0].signal is None
    assert get(tenant, "?metric=ces").context["page"].heatmap.rows[0].cells[0].signal is None


def test_under_twelve_months_no_chart_is_drawn(tenant: Tenant, path: Path) -> None:
    *before, newest = months_back(tenant, 11)
    for month in before:
        count(tenant, nps(50, 30, 20), at=path.touchpoints[0], day=month)
    count(tenant, nps(0, 0, 90), at=path.touchpoints[0], day=newest)
    with activate(tenant.pk):
        assert look(tenant=tenant, kind="signal") == 0


def test_any_metric_that_was_answered_can_be_looked_at(tenant: Tenant, path: Path) -> None:
    count(tenant, [40, 5, 5], at=path.touchpoints[0], name="heard/3")
    found = get(tenant)
    assert [(other.metric, str(other.name)) for other in found.context["page"].more] == [("heard/3", "Heard")]
    cell = get(tenant, "?metric=heard/3").context["page"].heatmap.rows[0].cells[0].cell
    assert (cell.shown.value, cell.shown.n) == (80, 50)


def test_a_period_ahead_and_one_answer_are_said_not_shown(tenant: Tenant, path: Path) -> None:
    count(tenant, nps(1, 0, 0), at=path.touchpoints[0])
    ahead = days_ago(0, tenant) + timedelta(days=30)
    found = get(tenant, f"?from={ahead}&to={ahead}")
    assert found.status_code == 200
    assert {entry.cell.state for entry in found.context["page"].heatmap.rows[0].cells} == {"empty"}
    assert {tile.cell.state for tile in found.context["page"].tiles} == {"empty"}
    assert get(tenant).context["page"].heatmap.rows[0].cells[0].cell.state == "few"


def test_fifteen_hundred_touchpoints_are_a_page_of_bounded_size(tenant: Tenant, path: Path) -> None:
    with activate(tenant.pk):
        made = Touchpoint.objects.bulk_create([Touchpoint(slug=f"t{n}", name=f"Place {n}") for n in range(1_500)])
        Step.objects.bulk_create([Step(stage=path.stages[1], touchpoint=one, position=9) for one in made])
    count(tenant, nps(9, 9, 9), at=made[1_499])
    found = get(tenant, "?view=touchpoint")
    (group,) = found.context["page"].places.groups[1:2]
    assert len(group.rows) == 59 and found.context["page"].places.hidden == 1_503 - 60
    assert made[1_499].pk in {row.place.id for row in group.rows}
    assert len(found.content) < 400_000
    stage = get(tenant).context["page"].heatmap.rows[0].cells[1]
    assert (stage.cell.shown.n, stage.worst) == (27, None)
