"""A unit manager sees their own units' figures: nothing of the others, nothing of the company as a whole."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.dashboards.worlds import count, nps
from tests.factories import client_of, make_dimension, make_journey, make_member, make_tenant, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(kept: None) -> Any:
    tenant = make_tenant()
    path = make_journey(tenant, stages=["Buy"])
    make_dimension(tenant, "segment")
    mine, second, theirs = (make_unit(tenant, slug, name=slug.title()) for slug in ("turku", "espoo", "oulu"))
    for unit, answers in ((mine, nps(20, 0, 0)), (second, nps(10, 0, 10)), (theirs, nps(0, 0, 60))):
        count(tenant, answers, at=path.touchpoints[0], slices={"unit": str(unit.pk), "segment": "firm"})
    manager = client_of(
        make_member(tenant, "unit_manager", unit_ids=[mine.pk, second.pk]), headers={"accept-language": "en"}
    )
    return SimpleNamespace(
        path=path, mine=mine, second=second, theirs=theirs, get=lambda rest="": manager.get(f"/t/{tenant.slug}/{rest}")
    )


def score(page: Any) -> tuple[float, int]:
    tile = next(tile for tile in page.tiles if tile.measure.key == "nps")
    return tile.cell.shown.value, tile.cell.shown.n


def test_the_page_is_of_the_first_unit_and_offers_the_others_of_theirs(world: Any) -> None:
    found = world.get()
    assert score(found.context["page"]) == (100, 20)
    assert score(world.get(f"?segment=unit:{world.second.pk}").context["page"]) == (0, 20)
    (group,) = found.context["page"].segments.values()
    assert {name for _, name in group.options} == {"Turku", "Espoo"}
    text = found.content.decode()
    assert "Oulu" not in text and "all customers" not in text


def test_side_by_side_their_own_units_only(world: Any) -> None:
    table = world.get("?view=unit").context["page"].table
    assert {row.name for row in table.rows} == {"Turku", "Espoo"}
    assert table.hidden == 0


def test_stages_and_touchpoints_are_of_the_unit_as_well(world: Any) -> None:
    stage = world.get(f"stages/{world.path.stages[0].pk}/").context["page"]
    place = world.get(f"touchpoints/{world.path.touchpoints[0].slug}/").context["page"]
    assert stage.cell.score.n == place.cell.score.n == 20
    trend = world.get(f"touchpoints/{world.path.touchpoints[0].slug}/trend.json").json()
    assert [n for n in trend["n"] if n] == [20]


@pytest.mark.parametrize("rest", ["", "live", "touchpoints/{place}/", "touchpoints/{place}/trend.json"])
def test_another_unit_another_group_and_another_view_are_refused_with_what_to_do(world: Any, rest: str) -> None:
    rest = rest.format(place=world.path.touchpoints[0].slug)
    for asked in (f"segment=unit:{world.theirs.pk}", "segment=segment:firm", "view=segment"):
        found = world.get(f"{rest}?{asked}")
        assert (found.status_code, "your own units" in found.content.decode()) == (400, True), asked


def test_a_page_that_has_no_units_is_not_theirs(world: Any) -> None:
    for address, name in (("asking/", "Asking"), ("kpis/", "KPIs")):
        assert world.get(address).status_code == 403
        assert f">{name}<" not in world.get().content.decode()


def test_passages_are_of_no_single_unit_so_what_counts_them_is_not_theirs(world: Any) -> None:
    """A passage goes from unit to unit, and what is recalled of a journey was asked of everybody."""
    journey = f"journeys/{world.path.journey.slug}/"
    for tab in ("paths/", "drop-off/", "hand-offs/", "channels/", "peak-end/", "figures.json", "passages/"):
        assert world.get(f"{journey}{tab}").status_code == 403, tab
    seen = world.get(journey)
    assert [card.cell.score.n for column in seen.context["page"].columns for card in column.cards] == [20]
    text = seen.content.decode() + world.get("journeys/").content.decode()
    assert "peak-end" not in text and "passages" not in text and "Oulu" not in text
