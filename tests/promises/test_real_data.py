"""Promises of two real organisations in the worst order: the numbers that an independent computation found.

`made_sla` of 24,918 service-desk incidents at closing (some close twice: the last one counts), the same per
priority and contact type, and one-touch; permit applications whose due and closing times are properties. The
whole files, in order and by import, are in tests/imports.
"""

import csv
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Event
from journeys.record import IncomingEvent, record
from promises.judging.rebuild import rebuild
from promises.models import PromiseOutcome, Rule
from tests.factories import api_of, make_dimension, make_key, make_tenant
from tests.promises.worlds import counts, make_promise, total

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
EXPECTED = DATA / "expected.json"
if not EXPECTED.exists():
    pytest.skip("needs the real data of ../shared/data, which is no part of the project", allow_module_level=True)
BATCH = 5_000


def expected(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXPECTED.read_text())[part]
    return found


def closings() -> Iterator[IncomingEvent]:
    """What the rules look at: an incident's other events would change nothing."""
    zone = ZoneInfo("Europe/Helsinki")
    with gzip.open(DATA / "incident_event_log.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["incident_state"] != "Closed":
                continue
            yield IncomingEvent(
                id=f"{row['number']} {row['sys_mod_count']} {row['sys_updated_at']}",
                type=f"incident.{row['incident_state']}",
                time=datetime.strptime(row["sys_updated_at"], "%d/%m/%Y %H:%M").replace(tzinfo=zone),
                sequence=int(row["sys_mod_count"]),
                correlation=row["number"],
                properties={
                    "made_sla": row["made_sla"] == "true",
                    "priority": row["priority"],
                    "contact_type": row["contact_type"],
                    "reassignment_count": int(row["reassignment_count"]),
                    "reopen_count": int(row["reopen_count"]),
                },
            )


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


@pytest.fixture
def rules(tenant: Tenant) -> dict[str, Rule]:
    for slug in ("priority", "contact_type"):
        make_dimension(tenant, slug)
    closed = {"kind": "condition", "closing_type": "incident.Closed"}
    one_touch = [{"property": name, "operator": "eq", "value": 0} for name in ("reassignment_count", "reopen_count")]
    return {
        "sla": make_promise(tenant, "sla", **closed, property="made_sla", operator="eq", value=True),
        "one-touch": make_promise(tenant, "one-touch", **closed, operator="all", value=one_touch),
    }


def test_incidents_kept_what_an_independent_computation_found(tenant: Tenant, rules: dict[str, Rule]) -> None:
    known = expected("incidents")
    history = list(closings())
    events = history + random.Random(19).sample(history, 2_000)
    random.Random(20).shuffle(events)
    assert deliver(tenant, events) == len(history)

    sla = rules["sla"]
    assert total(tenant, sla) == (known["sla_met"], known["incidents"] - known["sla_met"], 0)
    for dimension, parts in (("priority", known["sla_by_priority"]), ("contact_type", known["sla_by_contact"])):
        found = {value: total(tenant, sla, dimension=dimension, value=value) for value in parts}
        assert found == {value: (kept, n - kept, 0) for value, (kept, n) in parts.items()}
    kept, n = known["fcr_no_reassign_no_reopen"]
    assert total(tenant, rules["one-touch"]) == (kept, n - kept, 0)

    before = counts(tenant)
    assert deliver(tenant, history[:BATCH]) == 0
    with activate(tenant.pk):
        told = Event.objects.filter(type="promise.broken").values_list("properties__promise", flat=True)
        # In a shuffled history a case may break at one closing and be mended by a later one.
        mended = Event.objects.filter(type="promise.break_retracted").values_list("properties__promise", flat=True)
        for slug, broken in (("sla", known["incidents"] - known["sla_met"]), ("one-touch", n - kept)):
            assert list(told).count(slug) - list(mended).count(slug) == broken
        assert rebuild(tenant.pk) == 0
    assert counts(tenant) == before

    answer = api_of(make_key(tenant)).get("/api/v1/promises/sla/compliance?from=2016-01-01&to=2017-12-31&by=priority")
    (rule,) = answer.json()["rules"]
    assert (rule["n"], rule["kept"], rule["rate"]) == (24918, 15803, 63.42)
    assert {group["value"]: [group["kept"], group["n"]] for group in rule["groups"]} == known["sla_by_priority"]


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
