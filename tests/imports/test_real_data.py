"""Real files of three kinds, imported as three companies would, to the numbers that others computed from them.

The largest comes in the worst order: its rows shuffled, some of them twice, the half of them counted before the rest.
"""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from journeys.models import Customer, Event, EventType, Import, PathRollup, Touchpoint, Variant
from journeys.paths import measures
from journeys.paths.history import read_past
from promises.judging.rebuild import rebuild as judge_again
from promises.models import OutcomeRollup, Promise, Rule
from surveys.models import Question, Response, ScoreRollup, Survey
from surveys.questionnaire.publish import publish
from tests.factories import (
    api_of,
    client_of,
    make_channel,
    make_dimension,
    make_journey,
    make_key,
    make_member,
    make_tenant,
    make_touchpoint,
)

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
INCIDENTS, GARDEN, RECEIPT = (DATA / name for name in ("incident_event_log.csv.gz", "nps_botanic.csv", "receipt.csv"))

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not all(path.exists() for path in (INCIDENTS, GARDEN, RECEIPT)), reason=f"the real data is not in {DATA}"
    ),
]


CONTACTS = {"desk": "Direct opening", "email": "Email", "ivr": "IVR", "phone": "Phone", "web": "Self service"}


@dataclass(frozen=True)
class World:
    """Three companies, each with the one file it imported."""

    desk: Tenant
    garden: Tenant
    permits: Tenant
    folder: Path


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((DATA / "expected.json").read_text())


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Imported and counted once for all tests here, in transactions of their own as it would be in use."""
    with django_db_blocker.unblock():
        made = World(make_desk(), make_garden(), make_permits(), tmp_path_factory.mktemp("imports"))
        for half in halves(shuffled(INCIDENTS, made.folder, seed=19)):
            bring_in(made, made.desk, "events", "incidents", half)
        bring_in(made, made.garden, "responses", "garden", GARDEN)
        bring_in(made, made.permits, "events", "receipt", RECEIPT)
        yield made
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def make_desk() -> Tenant:
    tenant = make_tenant(slug="desk")
    make_dimension(tenant, "priority")
    for slug in CONTACTS:
        make_channel(tenant, slug)
    make_promise(tenant, "in-time", kind="condition", closing_type="incident.Closed", property="made_sla",
                 operator="eq", value=True)  # fmt: skip
    untouched = [{"property": name, "operator": "eq", "value": 0} for name in ("reassignment_count", "reopen_count")]
    make_promise(tenant, "one-touch", kind="condition", closing_type="incident.Closed", operator="all",
                 value=untouched)  # fmt: skip
    return tenant


def make_garden() -> Tenant:
    tenant = make_tenant(slug="garden")
    make_dimension(tenant, "visits")
    asked = (("recommend", "nps/1-10"), ("satisfaction", "csat/1-10"), ("reason", Question.COMMENT))
    with activate(tenant.pk):
        survey = Survey.objects.create(slug="garden", name="Garden")
        for position, (key, metric) in enumerate(asked):
            Question.objects.create(survey=survey, key=key, metric=metric, position=position)
        publish(survey)
    return tenant


def make_permits(slug: str = "permits") -> Tenant:
    tenant = make_tenant(slug=slug)
    by_property = {"opening_type": "permit.step", "due_property": "deadline", "closed_property": "ended_at"}
    make_promise(tenant, "decision", **by_property)
    make_promise(tenant, "decision-of-closed", **by_property, excluded_property="still_open")
    return tenant


def make_promise(tenant: Tenant, slug: str, **rule: Any) -> None:
    with activate(tenant.pk):
        promise = Promise.objects.create(slug=slug, name=slug, wording=slug, lifecycle=Promise.Lifecycle.PUBLIC)
        Rule.objects.create(promise=promise, **rule)


def bring_in(world: World, tenant: Tenant, what: str, mapping: str, path: Path) -> tuple[int, int, int]:
    """Import a file by an example mapping and count; rows accepted, duplicates and rejected."""
    named = {
        "tenant": tenant.slug,
        "mapping": ROOT / "examples" / "mappings" / f"{mapping}.toml",
        "rejected": world.folder / f"{path.name}.rejected.csv",
    }
    call_command(f"import_{what}", str(path), **named)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE journeys_customer")  # a server in use has done so by itself by now
    call_command(f"import_{what}", str(path), **named, count=True)  # nothing is left to import
    with activate(tenant.pk):
        done = Import.objects.latest("pk")
    return done.accepted, done.duplicates, done.rejected


def shuffled(path: Path, folder: Path, *, seed: int = 7) -> Path:
    """The same rows in another order, and some of them twice."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    header, *rows = data.splitlines()  # no cell of these files has a line of its own in it
    rng = random.Random(seed)
    rows += rng.sample(rows, len(rows) // 20)
    rng.shuffle(rows)
    target = folder / f"shuffled-{path.name.removesuffix('.gz')}"
    target.write_bytes(b"\n".join([header, *rows, b""]))
    return target


def halves(path: Path) -> list[Path]:
    """The file's rows as two files."""
    header, *rows = path.read_bytes().splitlines()
    parts = (rows[: len(rows) // 2], rows[len(rows) // 2 :])
    targets = [path.with_stem(f"{path.stem}-{number}") for number in (1, 2)]
    for target, part in zip(targets, parts, strict=True):
        target.write_bytes(b"\n".join([header, *part, b""]))
    return targets


def asked(tenant: Tenant, address: str, **parameters: str) -> Any:
    """What a key of this company reads."""
    answer = api_of(make_key(tenant, ["read"])).get(f"/api/v1/{address}", parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def compliance(tenant: Tenant, slug: str, **parameters: str) -> dict[str, Any]:
    return asked(tenant, f"promises/{slug}/compliance", **({"from": "2010-01-01", "to": "2019-12-31"} | parameters))[
        "rules"
    ][0]


def scores(tenant: Tenant, **parameters: str) -> dict[str, Any]:
    return asked(tenant, "scores", **({"from": "2019-01-01", "to": "2019-12-31"} | parameters))


def test_every_row_went_in(world: World) -> None:
    twice = 141_712 // 20
    for tenant, kind, numbers in (
        (world.desk, "events", (141_712 + twice, 141_712, twice, 0)),
        (world.garden, "responses", (13_954, 13_950, 0, 4)),
        (world.permits, "events", (8_577, 8_577, 0, 0)),
    ):
        with activate(tenant.pk):
            sums = (Sum(name) for name in ("rows", "accepted", "duplicates", "rejected"))
            done = Import.objects.filter(kind=kind).aggregate(*sums)
        assert tuple(done.values()) == numbers
    # Four customers of the garden store left every question empty.
    assert (world.folder / "nps_botanic.csv.rejected.csv").read_text().count("answers: Send at least one answer.") == 4


def test_incidents_kept_their_promise_as_often_as_expected(world: World, expected: dict[str, Any]) -> None:
    in_time = compliance(world.desk, "in-time")
    assert (in_time["kept"], in_time["broken"], in_time["n"], in_time["excluded"]) == (15_803, 9_115, 24_918, 0)
    assert in_time["rate"] == pytest.approx(63.42, abs=0.005)
    assert in_time["low"] < in_time["rate"] < in_time["high"]
    by_priority = compliance(world.desk, "in-time", by="priority")["groups"]
    assert {group["value"]: [group["kept"], group["n"]] for group in by_priority} == (
        expected["incidents"]["sla_by_priority"]
    )
    by_contact = {name: n for name, n in expected["incidents"]["sla_by_contact"].items() if n[1] > 9}  # 4 are too few
    by_channel = compliance(world.desk, "in-time", by="channel")["groups"]
    assert {CONTACTS[group["value"]]: [group["kept"], group["n"]] for group in by_channel if "kept" in group} == (
        by_contact
    )
    one_touch = compliance(world.desk, "one-touch")
    assert [one_touch["kept"], one_touch["n"]] == expected["incidents"]["fcr_no_reassign_no_reopen"] == [13_487, 24_918]


def test_garden_answers_score_as_expected(world: World, expected: dict[str, Any]) -> None:
    nps = scores(world.garden, metric="nps/1-10", by="visits")
    assert (nps["total"]["n"], nps["unit"]) == (13_612, "points")
    assert nps["total"]["score"] == pytest.approx(expected["nps"]["nps"], abs=1e-6)
    assert [nps["total"]["low"], nps["total"]["high"]] == pytest.approx([52.310, 54.499], abs=5e-4)
    bins = {"0-3": "(0, 3]", "4-6": "(3, 6]", "7-11": "(6, 11]", "12+": "(11, 999]"}
    there = {name: expected["nps"]["by_visits"][of_pandas] for name, of_pandas in bins.items()}
    assert {group["value"]: (group["n"], group["score"]) for group in nps["groups"]} == {
        name: (of["n"], pytest.approx(of["nps"], abs=1e-6)) for name, of in there.items()
    }
    satisfied = scores(world.garden, metric="csat/1-10")["total"]
    assert (satisfied["n"], satisfied["score"]) == (13_893, pytest.approx(52.566, abs=5e-4))


def test_garden_visits_beside_the_first_ones_with_clear_changes_marked(world: World) -> None:
    """Who comes oftener recommends more: from the fourth visit on it is no chance, before that it is not clear."""
    client = client_of(make_member(world.garden, Role.VIEWER))
    found = {}
    for beside in ("0-3", "4-6", "7-11"):
        page = client.get(
            f"/t/{world.garden.slug}/",
            {"view": "visits", "compare": f"visits:{beside}", "from": "2019-01-01", "to": "2019-12-31"},
        ).context["page"]
        at = [measure.key for measure in page.table.measures].index("nps")
        found[beside] = {row.value: row.cells[at] for row in page.table.rows}
    shown = {value: round(cell.shown.value, 2) for value, cell in found["0-3"].items()}
    assert shown == {"0-3": 47.27, "4-6": 49.42, "7-11": 56.17, "12+": 62.81}
    assert {value: cell.verdict for value, cell in found["0-3"].items()} == {
        "0-3": "not_enough",
        "4-6": "no_clear_change",
        "7-11": "better",
        "12+": "better",
    }
    assert (found["4-6"]["7-11"].verdict, found["7-11"]["12+"].verdict) == ("better", "better")


def test_permits_met_their_deadlines_as_often_as_expected(world: World) -> None:
    decision = compliance(world.permits, "decision")
    assert (decision["kept"], decision["broken"], decision["excluded"]) == (952, 1_434 - 952, 0)
    closed = compliance(world.permits, "decision-of-closed")
    assert (closed["kept"], closed["n"], closed["excluded"]) == (952, 1_329, 105)
    assert closed["excluded_flag"]


def test_incidents_that_broke_their_promise_are_told_of_once(world: World, expected: dict[str, Any]) -> None:
    known = expected["incidents"]
    kept, n = known["fcr_no_reassign_no_reopen"]
    with activate(world.desk.pk):
        # What one closing breaks, a later one that was not there yet may mend.
        told, mended = (
            list(Event.objects.filter(type=type_).values_list("properties__promise", flat=True))
            for type_ in ("promise.broken", "promise.break_retracted")
        )
        assert judge_again(world.desk.pk) == 0
    for slug, broken in (("in-time", known["incidents"] - known["sla_met"]), ("one-touch", n - kept)):
        assert told.count(slug) - mended.count(slug) == broken


def test_importing_again_in_another_order_changes_nothing(world: World) -> None:
    for tenant, what, mapping, path, rows in (
        (world.desk, "events", "incidents", INCIDENTS, 141_712),
        (world.garden, "responses", "garden", shuffled(GARDEN, world.folder), 13_950),
        (world.permits, "events", "receipt", shuffled(RECEIPT, world.folder), 8_577),
    ):
        before = counts(tenant)
        accepted, duplicates, _ = bring_in(world, tenant, what, mapping, path)
        assert accepted == 0
        assert duplicates >= rows
        assert counts(tenant) == before


def test_shuffled_and_doubled_from_the_start_ends_the_same(world: World) -> None:
    permits = make_permits("permits-shuffled")
    accepted, duplicates, _ = bring_in(world, permits, "events", "receipt", shuffled(RECEIPT, world.folder, seed=8))
    assert (accepted, duplicates) == (8_577, 8_577 // 20)
    for slug in ("decision", "decision-of-closed"):
        assert compliance(permits, slug)["kept"] == compliance(world.permits, slug)["kept"] == 952
        assert compliance(permits, slug)["n"] == compliance(world.permits, slug)["n"]


def test_a_rebuild_from_raw_finds_the_same(world: World) -> None:
    for tenant in (world.garden, world.permits):
        assert set(rebuild(tenant.pk).values()) == {0}


def test_incidents_drawn_as_a_journey_afterwards_go_the_ways_expected(world: World, expected: dict[str, Any]) -> None:
    """Nobody has to import again or rebuild: the background reads what is stored. A state that is written twice in
    a row is one state."""
    with activate(world.desk.pk):
        types = Event.objects.filter(source="servicedesk").values_list("type", flat=True).distinct()
        for number, type_ in enumerate(sorted(types)):
            EventType.objects.create(type=type_, touchpoint=make_touchpoint(world.desk, f"state-{number}"))
        states = list(Touchpoint.objects.order_by("pk"))
    make_journey(world.desk, stages=["Open", "Closed"], touchpoints=states[:2])
    more = True
    while more:
        with activate(world.desk.pk):
            more = read_past(world.desk)
    with activate(world.desk.pk):
        counted = PathRollup.objects.filter(dimension="", measure__in=(measures.VARIANT, measures.PASSAGES))
        totals = dict(counted.values_list("key").annotate(n=Sum("n")))
        sequences = Variant.objects.values_list("touchpoint_ids", flat=True)
        collapsed = {tuple(state for state, _ in groupby(sequence)) for sequence in sequences}
    assert totals.pop("") == expected["incidents"]["incidents"]
    assert len(totals) == expected["incidents"]["variants_ordered"]
    assert len(collapsed) == expected["incidents"]["collapsed_variants_ordered"]


def test_no_company_sees_a_trace_of_another(world: World) -> None:
    with activate(world.desk.pk):
        assert not Response.objects.exists()
        assert not ScoreRollup.objects.exists()
        assert set(Event.objects.values_list("source", flat=True).distinct()) == {"servicedesk", "promises"}
        assert Customer.objects.count() == 5_244
    with activate(world.garden.pk):
        assert not OutcomeRollup.objects.exists()
        assert not Customer.objects.exists()
        assert set(Event.objects.values_list("source", flat=True).distinct()) == {"surveys"}
    for tenant in (world.desk, world.permits):
        assert scores(tenant, metric="nps/1-10")["total"]["n"] == 0
    for tenant, slug in ((world.garden, "in-time"), (world.permits, "in-time"), (world.desk, "decision")):
        key = make_key(tenant, ["read"])
        assert api_of(key).get(f"/api/v1/promises/{slug}/compliance").status_code == 404


def counts(tenant: Tenant) -> list[Any]:
    with activate(tenant.pk):
        return [
            Event.objects.count(),
            list(OutcomeRollup.objects.order_by("pk").values()),
            list(ScoreRollup.objects.order_by("pk").values()),
        ]
