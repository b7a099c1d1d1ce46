"""Permit applications of a real town in the worst order: the numbers that an independent computation found.

Their due and closing times are properties. The whole files, by import, are in tests/imports.
"""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.record import IncomingEvent, record
from promises.models import PromiseOutcome
from tests.factories import make_dimension, make_tenant
from tests.promises.worlds import make_promise, total

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
EXPECTED = DATA / "expected.json"
if not EXPECTED.exists():
    pytest.skip("needs the real data of ../shared/data, which is no part of the project", allow_module_level=True)
BATCH = 5_000


def expected(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXPECTED.read_text())[part]
    return found


def applications() -> Iterator[IncomingEvent]:
    with (DATA / "receipt.csv").open() as file:
        for row in csv.DictReader(file):
            yield IncomingEvent(
                id=f"{row['case_id']} {row['event_index']}",
                type=row["activity"],
                time=datetime.fromisoformat(row["timestamp"]),
                sequence=int(row["event_index"]),
                correlation=row["case_id"],
                properties={"deadline": row["case:deadline"], "enddate": row["case:enddate"] or None,
                            "channel_name": row["case:channel"]},
            )  # fmt: skip


def by_channel() -> dict[str, tuple[int, int]]:
    """(kept, cases) of the permits by channel, read from the file case by case."""
    with (DATA / "receipt.csv").open() as file:
        cases = {row["case_id"]: row for row in csv.DictReader(file)}
    found: dict[str, tuple[int, int]] = {}
    for row in cases.values():
        ended, due = row["case:enddate"], datetime.fromisoformat(row["case:deadline"])
        met = bool(ended) and datetime.fromisoformat(ended) <= due
        kept, n = found.get(row["case:channel"], (0, 0))
        found[row["case:channel"]] = (kept + met, n + 1)
    return found


def deliver(tenant: Tenant, events: Sequence[IncomingEvent]) -> int:
    accepted = 0
    for start in range(0, len(events), BATCH):
        with activate(tenant.pk):
            recorded = record(events=events[start : start + BATCH], source="desk")
        assert not recorded.rejected
        accepted += recorded.accepted
        drain(tenant.pk)
    return accepted


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.mark.parametrize("disorder", [False, True])
def test_applications_are_due_and_closed_when_their_properties_say(tenant: Tenant, disorder: bool) -> None:
    known = expected("receipt")
    make_dimension(tenant, "channel_name")
    rule = make_promise(
        tenant,
        opening_type="Confirmation of receipt",
        due_property="deadline",
        closed_property="enddate",
    )
    events = list(applications())
    if disorder:
        events += random.Random(7).sample(events, 3_000)
        random.Random(8).shuffle(events)
    assert deliver(tenant, events) == known["events"]
    assert total(tenant, rule) == (known["met_deadline"], known["cases"] - known["met_deadline"], 0)
    for channel, (kept, cases) in by_channel().items():
        assert total(tenant, rule, dimension="channel_name", value=channel) == (kept, cases - kept, 0)
    with activate(tenant.pk):
        ended = PromiseOutcome.objects.filter(rule=rule).exclude(closed_at=None)
        assert (ended.count(), ended.filter(status="kept").count()) == (known["ended"], known["met_deadline"])
