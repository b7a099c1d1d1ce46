"""Whatever a reader asks for, one score after the other, and however they add and subtract: no small group follows."""

import re
from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Role
from dashboards.disclosure import Plane
from journeys.models import Stage
from tests.dashboards.worlds import count, nps
from tests.factories import (
    api_of,
    client_of,
    make_channel,
    make_dimension,
    make_journey,
    make_key,
    make_member,
    make_tenant,
)

# Touchpoint 5 is in no journey, and 0 is all that is not in use; two journeys share touchpoint 1.
STAGES = [frozenset({1, 2}), frozenset({3}), frozenset({4}), frozenset({1})]
JOURNEYS = [frozenset({1, 2, 3}), frozenset({1, 4})]
ALONE = [frozenset({at}) for at in range(1, 6)]
SETS = [JOURNEYS, STAGES, ALONE]
planes = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 2)), st.sampled_from((0, 1, 2, 3, 5, 6, 12, 30)), max_size=16
)


def cells_of(answers: dict[Any, int], places: Iterable[int] | None, channel: int | None) -> np.ndarray:
    return np.array(
        [float((places is None or at in places) and channel in (None, by)) for at, by in answers], dtype=float
    )


@given(planes)
def test_no_small_group_follows_from_all_that_is_shown(found: dict[Any, int]) -> None:
    answers = {cell: n for cell, n in found.items() if n}
    plane, n = Plane(answers, SETS, 5), np.array(list(answers.values()), dtype=float)
    asked = list(product([None, *STAGES, *JOURNEYS, *ALONE], [None, 0, 1, 2]))
    told = [cells_of(answers, *each) for each in asked if plane.shows(*each)]
    rows = np.array([each for each in told if each.any()] or [np.zeros(len(answers))])
    assert all(each @ n >= 5 for each in rows if each.any())
    rank = np.linalg.matrix_rank(rows) if answers else 0
    for places, channel in product([None, *STAGES, *JOURNEYS, *ALONE, {0}], [None, 0, 1, 2]):
        group = cells_of(answers, places, channel)
        if 0 < group @ n < 5:
            assert np.linalg.matrix_rank(np.vstack([rows, group])) > rank, (places, channel)


@given(planes)
def test_nothing_is_hidden_without_need(found: dict[Any, int]) -> None:
    plane = Plane({cell: n for cell, n in found.items() if n >= 5}, SETS, 5)
    assert all(plane.shows(*each) for each in product([None, *STAGES, *JOURNEYS, *ALONE], [None, 0, 1, 2]))


def test_what_matters_most_is_shown_and_the_smallest_beside_a_small_one_hidden() -> None:
    plane = Plane({(1, 1): 40, (2, 1): 9, (3, 1): 3, (4, 2): 20}, SETS, 5)
    shown = [plane.shows(each, None) for each in (None, *STAGES, *JOURNEYS, *ALONE)]
    #                company  stages {1,2} {3}   {4}   {1}    journeys     touchpoints 1 2 3 4 5
    assert shown == [True, False, False, True, True, True, True, True, False, False, True, True]


def test_small_ones_that_are_few_together_are_hidden_with_another() -> None:
    plane = Plane({(1, 1): 40, (2, 1): 9, (3, 1): 1, (4, 1): 2}, [ALONE], 5)
    assert [plane.shows(each, None) for each in ALONE] == [True, False, False, False, True]


@pytest.fixture(scope="module")
def world(kept: None) -> Any:
    """104 answers: 60 by web and 41 by phone at the first touchpoint, 3 at the second; of a segment 30 and 2."""
    tenant = make_tenant()
    path = make_journey(tenant, "buying", stages=["Choose", "Buy", "Use"])
    web, phone = (make_channel(tenant, slug) for slug in ("web", "phone"))
    make_dimension(tenant, "segment")
    first, second, _third = path.touchpoints
    count(tenant, nps(30, 0, 0), at=first, channel_id=web.pk, slices={"segment": "company"})
    count(tenant, nps(30, 0, 0), at=first, channel_id=web.pk)
    count(tenant, nps(41, 0, 0), at=first, channel_id=phone.pk)
    count(tenant, nps(2, 0, 0), at=second, channel_id=phone.pk, slices={"segment": "company"})
    count(tenant, nps(0, 0, 1), at=second, channel_id=phone.pk)
    return tenant, path, api_of(make_key(tenant, ["read"]))


def told(client: Any, asked: str) -> int | None:
    """How many answers a score was told of; None where it is hidden."""
    answer = client.get(f"/api/v1/scores?{asked}")
    assert answer.status_code == 200, answer.content
    total = answer.json()["total"]
    return None if total["hidden"] else total["n"]


@pytest.mark.django_db
def test_a_filter_tells_no_more_than_a_division(world: Any) -> None:
    _tenant, path, client = world
    first, second, _third = path.touchpoints
    assert [told(client, asked) for asked in ("", "channel=web", "channel=phone")] == [104, 60, 44]
    # 104 less 101 and 44 less 41 would be the three.
    assert told(client, f"touchpoint={first.slug}") is None
    assert told(client, f"touchpoint={first.slug}&channel=phone") is None
    assert told(client, f"touchpoint={first.slug}&channel=web") == 60
    assert told(client, f"touchpoint={second.slug}") is None
    # Of the segment 32 less 30 would be the two.
    assert [told(client, f"segment=company{asked}") for asked in ("", f"&touchpoint={first.slug}")] == [32, None]
    assert told(client, "segment=company&channel=web") is None
    for by in ("touchpoint", "stage"):
        groups = client.get(f"/api/v1/scores?by={by}").json()["groups"]
        assert [group["hidden"] for group in groups] == [True, True, False], by
    heat = client.get("/api/v1/heatmap").json()["journeys"][0]["stages"]
    assert [stage["hidden"] for stage in heat] == [True, True, False]


@pytest.mark.django_db
def test_every_page_hides_the_same(world: Any) -> None:
    tenant, path, _client = world
    client = client_of(make_member(tenant, Role.VIEWER), headers={"accept-language": "en"})
    with activate(tenant.pk):
        stages = [stage.pk for stage in Stage.objects.order_by("position")]
    slugs = [place.slug for place in path.touchpoints]
    for address in ("", "?view=touchpoint", f"stages/{stages[0]}/", *(f"touchpoints/{slug}/" for slug in slugs)):
        assert "101" not in numbers(client, f"/t/{tenant.slug}/{address}"), address
    assert "104" in numbers(client, f"/t/{tenant.slug}/")
    # Four more at the last stage, and what is left of the journey is of seven people.
    count(tenant, nps(4, 0, 0), at=path.touchpoints[2])
    for address in ("", "?view=touchpoint", f"stages/{stages[0]}/", f"touchpoints/{slugs[0]}/"):
        assert "101" in numbers(client, f"/t/{tenant.slug}/{address}"), address


def numbers(client: Any, address: str) -> set[str]:
    """Those that stand alone in a page's text."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", client.get(address).content.decode(), flags=re.DOTALL)
    return set(re.findall(r"(?<![\w.,])\d+(?![\w.,])", text))
