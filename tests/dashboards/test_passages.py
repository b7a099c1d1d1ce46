"""The customers behind a number: as many as it says, for those who may see them, never of a small group."""

import random
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from dashboards.journeys.passages_behind import DROPPED, Behind, passages_behind
from dashboards.query import Segment, parse
from journeys.models import EventType, PathRollup
from journeys.paths import measures
from journeys.versions import design_of
from tests.factories import (
    Path,
    client_of,
    make_channel,
    make_dimension,
    make_journey,
    make_member,
    make_tenant,
    make_touchpoint,
    make_unit,
)
from tests.paths.worlds import event, send

pytestmark = pytest.mark.django_db
# Counted in times, not in passages: behind them stand at most as many.
TIMES = {measures.EDGE, measures.ENCOUNTERS, measures.SWITCH, measures.HANDOFF, measures.PING_PONG, measures.FAILURE}
NOT_LISTED = {
    measures.HANDOFF_SCORE,
    measures.PLAIN_MEAN,
    measures.ONWARD,
    measures.SOURCE_VARIANT,
    measures.WAY_OVER,
    measures.WAY_SCORE,
}


@pytest.fixture
def path() -> Path:
    """A journey through three touchpoints of three channels and units, and forty cases of a fixed chance."""
    tenant = make_tenant()
    make_dimension(tenant, "segment")
    places = [
        make_touchpoint(tenant, f"p{n}", channel=make_channel(tenant), unit=make_unit(tenant, f"u{n}"))
        for n in range(3)
    ]
    path = make_journey(tenant, "j", touchpoints=places, inactive_hours=24)
    make_touchpoint(tenant, "p3", unit=places[0].unit)
    with activate(tenant.pk):
        EventType.objects.create(type="broke", meaning="failure")
        EventType.objects.create(type="human", meaning="human")
        EventType.objects.create(type="bot", meaning="bot")
    chance = random.Random(4)
    now = timezone.now().replace(microsecond=0)
    events = []
    for case in range(40):
        # The last ten are still open.
        at = now - timedelta(days=chance.randint(2, 20) if case < 30 else 0, hours=6)
        segment = "a" if case < 34 else "b"
        for _step in range(chance.randint(1, 6)):
            at += timedelta(minutes=chance.randint(1, 60))
            events.append(
                event(
                    chance.choice(["p0", "p1", "p2", "p3", "nowhere", "p0", "p1"]),
                    min(at, now),
                    type=chance.choice(["visit", "visit", "broke", "bot", "human"]),
                    correlation=f"case {case}",
                    customer=f"c{case // 2}",
                    properties={"segment": segment},
                )
            )
    for case in range(5):
        for step, place in enumerate(("p0", "p1", "p2")):
            at = now - timedelta(days=5, minutes=-step)
            events.append(event(place, at, correlation=f"straight {case}", customer=f"s{case}"))
    send(tenant, events)
    return path


def test_behind_every_count_stand_as_many_passages(path: Path) -> None:
    tenant, id = path.journey.tenant, path.journey.pk
    query = parse({}, today=timezone.localdate(timezone=tenant.zone))
    with activate(tenant.pk):
        design = design_of(path.journey)

        def found(measure: str, key: str, state: str = "", segment: Segment | None = None) -> int | None:
            """None where they are too few to be opened."""
            behind = passages_behind(
                Behind(measure, key, state),
                journey_id=id,
                design=design,
                query=replace(query, segment=segment),
                zone=tenant.zone,
                minimum=1,
                page=1,
            )
            return len(behind.rows) if behind.enough else None

        sums: dict[Any, list[int]] = {}
        for row in PathRollup.objects.filter(journey_id=id):
            each = sums.setdefault((row.dimension, row.value, row.measure, row.key), [0, 0])
            each[0], each[1] = each[0] + row.n, each[1] + row.open
        seen = set()
        for (dimension, value, measure, key), (n, open_) in sums.items():
            if measure in NOT_LISTED:
                continue
            segment = Segment(dimension, value) if dimension else None
            counted = found(measure, key, segment=segment)
            if counted is None:
                assert measure in TIMES or n < 3 * 6, (measure, key)  # six cases at most of three people
                continue
            seen.add(measure)
            if measure in TIMES:
                assert 0 < counted <= n, (measure, key)
            else:
                assert counted == n, (measure, key)
                assert found(measure, key, "open", segment) in (open_, None), (measure, key)
        assert seen >= TIMES | {measures.VARIANT, measures.SKIPPED, measures.UNDESIGNED, measures.UNITS}
        stage = f"stage {path.stages[0].pk}"
        reached, onward = (sums["", "", measure, stage] for measure in (measures.REACHED, measures.ONWARD))
        assert found(DROPPED, stage) == (reached[0] - reached[1]) - (onward[0] - onward[1])


def test_names_are_for_who_sees_identity_and_for_groups_large_enough(path: Path) -> None:
    def page(address: str, *, sees: bool) -> str:
        member = make_member(path.journey.tenant, Role.VIEWER, sees_identity=sees)
        client = client_of(member, headers={"accept-language": "en"})
        response = client.get(f"/t/{path.journey.tenant.slug}/journeys/j/passages/{address}")
        assert response.status_code == 200
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))

    assert "case 12" in page("", sees=True)
    unseen = page("", sees=False)
    assert "case 12" not in unseen
    assert "shown only to members who see customers' identity" in unseen
    # Six cases, but of three people.
    few = page("?segment=segment:b", sees=True)
    assert "case 3" not in few
    assert "fewer than 5 people" in few


@pytest.mark.parametrize(
    "address", ["?of=nothing", "?of=visited&key=x", "?of=handoff&key=1>2", "?page=0", "?state=x", "?of=edge&key=>"]
)
def test_an_address_that_makes_no_sense_is_told_so(address: str) -> None:
    tenant = make_tenant()
    make_journey(tenant, "j")
    client = client_of(make_member(tenant, Role.VIEWER))
    assert client.get(f"/t/{tenant.slug}/journeys/j/passages/{address}").status_code == 400
