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
from journeys.models import Touchpoint
from journeys.paths.rebuild import rebuild
from journeys.record import IncomingEvent
from tests.factories import make_journey, make_tenant, make_touchpoint
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
                touchpoint=row["activity"].lower().replace(" ", "-"),
                unit=row["org:group"],
            )


def places(tenant: Tenant, names: Sequence[str]) -> dict[str, Touchpoint]:
    return {name: make_touchpoint(tenant, name) for name in dict.fromkeys(names)}


def test_permits() -> None:
    known = expected("receipt")
    tenant = make_tenant()
    events = list(applications())
    there = places(tenant, [event.touchpoint for event in events if event.touchpoint])
    make_journey(tenant, stages=["a", "b"], touchpoints=list(there.values())[:2], inactive_hours=24)
    again = events + random.Random(7).sample(events, 2_000)
    random.Random(8).shuffle(again)
    send(tenant, again)

    assert sum(total(tenant, "passages").values()) == known["cases"]
    before = counts(tenant)
    with activate(tenant.pk):
        assert rebuild(tenant.pk) == 0
    assert counts(tenant) == before
    variants = total(tenant, "variant")
    edges = {key: n for key, n in total(tenant, "edge").items() if not key.startswith(">") and not key.endswith(">")}
    assert (len(variants), len(edges), sum(edges.values())) == (116, known["dfg_edges"], known["dfg_total"])
