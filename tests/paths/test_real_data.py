"""Real cases of three kinds as passages: the numbers that an independent computation found."""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Passage, Stage, Touchpoint, Variant
from journeys.paths import measures
from journeys.paths.rebuild import rebuild
from journeys.record import IncomingEvent
from journeys.versions import snapshot
from tests.factories import make_journey, make_tenant, make_touchpoint, make_unit
from tests.paths.worlds import counts, send, total

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
EXPECTED = DATA / "expected.json"
if not EXPECTED.exists():
    pytest.skip("needs the real data of ../shared/data, which is no part of the project", allow_module_level=True)
pytestmark = pytest.mark.django_db


def expected(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXPECTED.read_text())[part]
    return found


def applications() -> Iterator[IncomingEvent]:
    with (DATA / "receipt.csv").open() as file:
        for row in csv.DictReader(file):
            yield IncomingEvent(
                id=f"{row['case_id']} {row['event_index']}",
                type="permit.step",
                time=datetime.fromisoformat(row["timestamp"]),
                sequence=int(row["event_index"]),
                correlation=row["case_id"],
                touchpoint=slug(row["activity"]),
                unit=row["org:group"],
            )


def places(tenant: Tenant, names: Sequence[str]) -> dict[str, Touchpoint]:
    return {name: make_touchpoint(tenant, name) for name in dict.fromkeys(names)}


def words(design: list[int]) -> list[tuple[int, ...]]:
    """Every way through a design of single places in order, of which those below zero may be left out."""
    found: list[tuple[int, ...]] = [()]
    for place in design:
        longer = [(*word, abs(place)) for word in found]
        found = longer + found if place < 0 else longer
    return found


def moves(trace: Sequence[int], word: Sequence[int]) -> int:
    """The fewest insertions and deletions that make one of the other."""
    row = list(range(len(word) + 1))
    for i, seen in enumerate(trace, 1):
        before, row[0] = row[0], i
        for j, asked in enumerate(word, 1):
            before, row[j] = row[j], before if seen == asked else 1 + min(row[j], row[j - 1])
    return row[-1]


def feedback() -> Iterator[IncomingEvent]:
    with (DATA / "helsinki_feedback_tasks.csv").open() as file:
        for row in csv.DictReader(file):
            yield IncomingEvent(
                id=row["task"],
                type="task",
                time=datetime.fromisoformat(row["task_created"]),
                sequence=int(row["task"]),
                correlation=row["feedback"],
                touchpoint=row["task_type"].replace("_", "-"),
                unit=slug(row["owner_name"]),
            )


def test_permits_are_held_against_a_design_of_our_own() -> None:
    known = expected("receipt")
    tenant = make_tenant()
    events = list(applications())
    there = places(tenant, [event.touchpoint for event in events if event.touchpoint])
    steps = [name for name in there if name.startswith(("confirmation", "t02", "t04", "t05", "t06", "t10"))]
    path = make_journey(tenant, stages=steps, touchpoints=[there[name] for name in steps], inactive_hours=24)
    optional = [n for n, name in enumerate(steps) if name.startswith(("t05", "t06"))]
    with activate(tenant.pk):
        Stage.objects.update(flow=Stage.Flow.SEQUENCE)
        Stage.objects.filter(pk__in=[path.stages[number].pk for number in optional]).update(optional=True)
        snapshot(path.journey)
    again = events + random.Random(7).sample(events, 2_000)
    random.Random(8).shuffle(again)
    send(tenant, again)

    assert sum(total(tenant, measures.PASSAGES).values()) == known["cases"]
    variants, edges = total(tenant, measures.VARIANT), total(tenant, measures.EDGE)
    names = {str(place.pk): name for name, place in there.items()}
    told = {tuple(names[end] for end in key.split(">")): n for key, n in edges.items() if "" not in key.split(">")}
    assert (len(variants), len(told), sum(told.values())) == (116, known["dfg_edges"], known["dfg_total"])
    for pair, n in known["top_dfg"]:
        assert told[tuple(slug(end) for end in pair.split(" -> "))] == n
    with activate(tenant.pk):
        sequences = dict(Variant.objects.values_list("digest", "touchpoint_ids"))
        fitness = dict(Passage.objects.values_list("variant", "fitness"))
        for n, sequence in known["top3"]:
            wanted = [there[slug(name)].pk for name in sequence.split(" > ")]
            assert [variants[str(digest)] for digest, seen in sequences.items() if seen == wanted] == [n]
        design = words([(-1 if n in optional else 1) * there[name].pk for n, name in enumerate(steps)])
        shortest = min(map(len, design))
        for digest, share in fitness.items():
            trace = sequences[digest]
            cost = min(moves(trace, word) for word in design)
            assert share == pytest.approx(1 - cost / (len(trace) + shortest))
        before = counts(tenant)
        assert rebuild(tenant.pk) == 0
    assert counts(tenant) == before


def test_feedback_goes_from_unit_to_unit() -> None:
    known = expected("helsinki")
    tenant = make_tenant()
    events = list(feedback())
    there = places(tenant, [event.touchpoint for event in events if event.touchpoint])
    for unit in {event.unit for event in events if event.unit}:
        make_unit(tenant, unit)
    make_journey(tenant, stages=["Assigned", "Answered"], touchpoints=list(there.values())[:2])
    random.Random(9).shuffle(events)
    send(tenant, events)

    edges = {key: n for key, n in total(tenant, measures.EDGE).items() if "" not in key.split(">")}
    assert len(total(tenant, measures.VARIANT)) == known["variants"]
    assert (len(edges), sum(edges.values())) == (known["dfg_edges"], known["dfg_total"])
    assert sum(total(tenant, measures.UNITS).values()) == known["multi_owner"]
    assert sum(total(tenant, measures.HANDOFF).values()) >= known["multi_owner"]


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")
