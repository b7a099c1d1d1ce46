"""The customers behind a number: as many as it says, for those who may see them, never of a small group."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from html import unescape
from io import BytesIO
from posixpath import normpath
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from pptx import Presentation

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.journeys.behind import MEASURES, TIMES, read_behind
from dashboards.journeys.journeys_asked import journeys_asked
from dashboards.journeys.names import Names, load_names
from dashboards.journeys.passages_behind import Found, passages_behind
from dashboards.query import parse
from journeys.models import EventType, PathRollup, Stage, Step, Touchpoint
from journeys.paths import counting, measures, months
from journeys.record import IncomingEvent
from journeys.versions import snapshot
from tests.factories import (
    Path,
    api_of,
    client_of,
    make_channel,
    make_dimension,
    make_journey,
    make_key,
    make_member,
    make_tenant,
    make_touchpoint,
    make_unit,
)
from tests.paths.worlds import event, send

pytestmark = pytest.mark.django_db
# Counted for pages to put together with others; none shows them as they are.
AFTER = {"after", "after_recommended", "after_bought"}
NOT_LISTED = {measures.ONWARD, measures.WAY_OVER, measures.WAY_SCORE}


@pytest.fixture
def path() -> Path:
    """A journey through three touchpoints of three channels and units, redesigned since, and cases of a fixed chance
    over half a year, whose months are summed up."""
    tenant = make_tenant(anonymity_minimum=3)
    make_dimension(tenant, "segment")
    places = [
        make_touchpoint(tenant, f"p{n}", channel=make_channel(tenant, digital=n != 1), unit=make_unit(tenant, f"u{n}"))
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
    cases = [(now - timedelta(days=chance.randint(2, 170), hours=6), f"case {n}", f"c{n // 2}") for n in range(110)]
    cases += [(now - timedelta(hours=6), f"open {n}", f"o{n}") for n in range(10)]
    send(tenant, [each for case in cases[::2] for each in _events(chance, *case, now=now)])
    with activate(tenant.pk):
        # What came before is judged by the design as it was.
        Step.objects.create(stage=path.stages[0], touchpoint=Touchpoint.objects.get(slug="p3"), optional=True)
        Stage.objects.filter(pk=path.stages[2].pk).update(optional=True)
        snapshot(path.journey)
    late = [each for case in cases[1::2] for each in _events(chance, *case, now=now)]
    for case in range(9):
        for step, place in enumerate(("p0", "p1", "p2", "nowhere")):
            at = now - timedelta(days=5, minutes=-step)
            late.append(event(place, at, correlation=f"straight {case}", customer=f"s{case}"))
    for case in range(8):
        found = {"properties": {"source": "search"}} if case % 2 else {}
        for step, place in enumerate(("p1", "p0", "p2")):
            at = now - timedelta(days=6, minutes=-step)
            late.append(event(place, at, correlation=f"sent {case}", customer=f"t{case}", **found))
    late += [
        event("nowhere", now - timedelta(days=9), correlation=f"lost {case}", customer=f"l{case}") for case in "abc"
    ]
    for case in range(6):
        for silence, place in ((0, "p0"), (1, "p1"), (31, "p2")):  # hours
            at = now - timedelta(days=7, hours=-silence)
            late.append(event(place, at, correlation=f"paused {case}", customer=f"w{case}"))
    for case in range(3):  # as long, but never silent for as long as ends a passage
        for hours in (0, 20, 40):
            late.append(
                event("p0", now - timedelta(days=9, hours=-hours), correlation=f"slow {case}", customer=f"w{case}")
            )
    send(tenant, late)
    with activate(tenant.pk):
        while months.sum_up(tenant):
            pass
    return path


def _events(chance: random.Random, at: datetime, case: str, customer: str, *, now: datetime) -> Iterator[IncomingEvent]:
    about: dict[str, Any] = {"correlation": case, "customer": customer}
    segment = chance.choice("aaab") if case < "case 5" else "b"
    source = chance.choice(["search", "search", "a friend", ""])
    first: str | None = None
    for _step in range(chance.randint(1, 6)):
        at += timedelta(minutes=chance.randint(1, 60))
        place = chance.choice(["p0", "p1", "p2", "p3", "nowhere", "p0", "p1"])
        kind = chance.choice(["visit", "visit", "broke", "human"]) if first else chance.choice(["visit", "bot"])
        first = first or place
        properties = {"segment": segment} | ({"source": source} if source else {})
        yield event(place, min(at, now), type=kind, properties=properties, **about)
        if chance.random() < 0.7 and place != "nowhere":
            yield event(
                place, min(at, now), type="survey.answered", properties={"nps": chance.randint(0, 100)}, **about
            )


def test_behind_every_count_stand_as_many_passages(path: Path) -> None:
    sums: dict[Any, list[int]] = {}
    with activate(path.journey.tenant_id):
        for row in PathRollup.objects.filter(journey_id=path.journey.pk, value__in=["", "a", "search"]):
            each = sums.setdefault((row.dimension, row.value, row.measure, row.key), [0, 0])
            each[0], each[1] = each[0] + row.n, each[1] + row.open
        seen = set()
        for (dimension, value, measure, key), (n, open_) in sums.items():
            if measure in NOT_LISTED or n < 3:
                continue
            asked = {"period": "365d", "of": measure, "key": key}
            if measure == measures.SOURCE_VARIANT:
                asked["key"] = f"{key} {value}"
            elif dimension:
                asked["segment"] = f"{dimension}:{value}"
            behind = behind_of(path, asked)
            if behind.closed:
                continue
            seen.add(measure)
            assert (behind.times if measure in TIMES else behind.passages) == n, asked
            assert 3 <= behind.people <= behind.passages
            assert len(behind.rows) == min(50, behind.passages)
            if not dimension and measure not in TIMES:
                opened = behind_of(path, asked | {"state": "open"})
                assert opened.closed or opened.passages == open_, asked
    assert seen == set(counting.MEASURES) - NOT_LISTED - {measures.TRUNCATED}


def test_long_lists_are_opened_or_not_as_if_all_were_told_apart(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [
        {"of": "passages"} | state | segment | {"period": period}
        for state in ({}, {"state": "open"}, {"state": "over"})
        for segment in ({}, {"segment": "segment:a"}, {"segment": "segment:none"})
        for period in ("30d", "365d")
    ]
    with activate(path.journey.tenant_id):
        rows = PathRollup.objects.filter(journey_id=path.journey.pk, dimension="").distinct("measure", "key")
        of_measure = Counter[str]()
        for row in rows.order_by("measure", "key"):
            of_measure[row.measure] += 1
            if row.measure not in NOT_LISTED and of_measure[row.measure] <= 4:
                of = {"of": row.measure, "key": row.key, "period": "365d"}
                asked += [of, of | {"segment": "segment:a"}, of | {"state": "over"}]
        for row in PathRollup.objects.filter(measure=measures.SOURCE_VARIANT).distinct("value", "key")[:8]:
            asked.append({"of": row.measure, "key": f"{row.key} {row.value}", "period": "365d"})
        fully = [behind_of(path, each) for each in asked]
        monkeypatch.setattr("dashboards.journeys.passages_behind.COUNTED", 12)
        settled = 0
        for each, full in zip(asked, fully, strict=True):
            with CaptureQueriesContext(connection) as queries:
                found = behind_of(path, each)
            settled += not any("base AS MATERIALIZED" in query["sql"] for query in queries)
            assert (found.closed, found.passages, found.times) == (full.closed, full.passages, full.times), each
            assert found.rows == full.rows
            if found.many:
                assert 0 < found.people <= min(12, full.people)
            else:
                assert found.people == full.people
    assert {each.closed for each in fully} == {"", "few", "rest"}
    assert settled > len(asked) * 0.8


def test_over_rest_so_many_are_told_as_at_least(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = path.journey.tenant
    client = api_of(make_key(tenant, ["read", "customers:read"]))
    days = {"from": (timezone.localdate() - timedelta(days=180)).isoformat()}
    told = client.get("/api/v1/journeys/j/paths/customers", days).json()
    monkeypatch.setattr("dashboards.journeys.passages_behind.COUNTED", 40)
    of_many = client.get("/api/v1/journeys/j/paths/customers", days).json()
    assert (told["customers_at_least"], of_many["customers"]) == (None, None)
    assert 10 <= of_many["customers_at_least"] <= min(40, told["customers"])
    assert {**of_many, "customers": 0, "customers_at_least": 0} == {**told, "customers": 0, "customers_at_least": 0}
    page = client_of(make_member(tenant, Role.VIEWER, sees_identity=True), headers={"accept-language": "en"}).get(
        f"/t/{tenant.slug}/journeys/j/passages/?period=365d"
    )
    assert f"of at least {of_many['customers_at_least']} customers" in page.content.decode()


@lru_cache
def _drawn(tenant_id: int, slug: str) -> tuple[Any, Names]:
    """Read once for hundreds of lists: no test here draws the journey anew after its first list."""
    of = journeys_asked(slug)
    assert of is not None
    return of, load_names()


def behind_of(path: Path, asked: Mapping[str, str], slug: str = "j") -> Found:
    """What the list of this address holds."""
    of, names = _drawn(path.journey.tenant_id, slug)
    return passages_behind(
        read_behind(asked),
        journey_ids=of.ids,
        design=of.design,
        names=names,
        query=parse(asked, today=timezone.localdate(timezone=path.journey.tenant.zone)),
        zone=path.journey.tenant.zone,
        minimum=3,
        page=1,
    )


NUMBER = re.compile(r'<a class="n" href="([^"]*/passages/[^"]*)" aria-label="([^"]*)">([^<]*)</a>')
PAGES = (
    *("j/", "j/paths/", "j/drop-off/", "j/hand-offs/", "j/channels/", "j/peak-end/", "-/paths/", ""),
    *("j/paths/?source=search", "j/hand-offs/?unit=u1", "../arrivals/"),
)


def test_every_number_opens_as_many_as_it_says(path: Path) -> None:
    """Links of each kind on each page are followed: what the list says it holds is what the page said."""
    tenant = path.journey.tenant
    member = make_member(tenant, Role.VIEWER, sees_identity=True)
    client = client_of(member, headers={"accept-language": "en"})
    begun = timezone.localdate() - timedelta(days=180)
    opened: dict[str, str] = {}
    closed, followed, kinds = 0, set(), Counter[tuple[str, str]]()
    for page in PAGES:
        first = begun.strftime("%Y-%m") if "arrivals" in page else begun.isoformat()
        address = normpath(f"/t/{tenant.slug}/journeys/{page.partition('?')[0]}") + "/"
        response = client.get(f"{address}?from={first}&{page.partition('?')[2]}")
        assert response.status_code == 200, page
        for link, label, text in NUMBER.findall(response.content.decode()):
            assert label.startswith(f"{text}: ") and len(label) > len(text) + 4
            n, (path_to, _mark, given) = int(re.sub(r"\D", "", text)), unescape(link).partition("?")
            asked = QueryDict(given).dict()
            kind = page, asked["of"]
            if (link, n) in followed or kinds[kind] == 4:
                continue
            followed.add((link, n))
            kinds[kind] += 1
            with activate(tenant.pk):
                found = behind_of(path, asked, slug=path_to.split("/")[-3])
            closed += bool(found.closed)
            if not found.closed:
                assert (found.times if asked["of"] in TIMES else found.passages) == n, (page, label)
                opened[asked["of"]] = unescape(link)
    assert (
        MEASURES - set(opened) == {measures.TRUNCATED, measures.WENT_ON} | AFTER
    )  # told in sentences; test_afterwards.py
    assert closed < len(followed) / 4
    for measure, link in opened.items():
        page = client.get(link)
        attribute = "data-times" if measure in TIMES else "data-passages"
        told = re.search(rf'{attribute}="(\d+)"', page.content.decode())
        found = page.context["found"]
        assert told and int(told[1]) == (found.times if measure in TIMES else found.passages), link
    for page in (f"stages/{path.stages[0].pk}/", "touchpoints/p0/"):
        links = re.findall(r'href="([^"]*/passages/[^"]*)"', client.get(f"/t/{tenant.slug}/{page}").content.decode())
        assert len(links) == 2
        assert all(client.get(unescape(link)).context["found"].passages for link in links)


def test_counts_in_files_lead_to_as_many(path: Path, settings: Any) -> None:
    """A cell stays a number, so that formulas go on working; its address is whole and of days that stay the same."""
    tenant = path.journey.tenant
    settings.PUBLIC_URL = "https://cx.example"
    client = client_of(make_member(tenant, Role.VIEWER, sees_identity=True), headers={"accept-language": "en"})
    home, seen, opened = f"/t/{tenant.slug}/journeys/j/", set(), 0
    for page in ("paths/?source=search&format=", "hand-offs/?format=", "channels/?format="):
        book = load_workbook(BytesIO(client.get(f"{home}{page}xlsx&period=365d").content))
        linked = [cell for sheet in book.worksheets[1:] for row in sheet.rows for cell in row if cell.hyperlink]
        counts = {(cell.hyperlink.target, cell.value) for cell in linked}
        deck = Presentation(BytesIO(client.get(f"{home}{page}pptx&period=365d").content))
        runs = [
            run
            for slide in deck.slides
            for shape in slide.shapes
            if shape.has_table
            for cell in shape.table.iter_cells()
            for paragraph in cell.text_frame.paragraphs
            for run in paragraph.runs
            if run.hyperlink.address
        ]
        assert {(run.hyperlink.address, int(re.sub(r"\D", "", run.text))) for run in runs} <= counts
        assert runs
        for link, n in sorted(counts):
            assert link.startswith(f"https://cx.example{home}passages/?from=")
            found = client.get(link.removeprefix("https://cx.example")).context["found"]
            asked = QueryDict(link.partition("?")[2])
            assert found.closed or (found.times if asked["of"] in TIMES else found.passages) == n, link
            seen.add(asked["of"])
            opened += not found.closed
    assert seen == {"source", "source_over", "source_score", "source_variant", "variant"} | {
        *("handoff", "ping_pong", "handoff_score", "entry", "encounters", "entry_over", "entry_score")
    }
    assert opened > 20


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
    # Ten people are still open; all the others less those would be they.
    Tenant.objects.update(anonymity_minimum=11)
    assert "fewer than 11 people" in page("?state=open", sees=True)
    rest = page("?state=over", sees=True)
    assert "case 12" not in rest
    assert "by a subtraction the list would tell on those few" in rest
    assert "case 12" in page("?period=365d", sees=True)


def test_a_list_is_closed_where_the_longer_one_it_is_of_would_tell_on_few(path: Path) -> None:
    """Of eight that a fair brought two came to no end: who came to it and who came at all are not both told."""
    tenant = path.journey.tenant
    at = timezone.now() - timedelta(days=5)
    fair = {"properties": {"source": "fair"}}
    events = [event("p0", at, correlation=f"fair {n}", customer=f"f{n}", **fair) for n in range(8)]
    events += [event("p1", at + timedelta(minutes=1), correlation=f"fair {n}", customer=f"f{n}") for n in range(6)]
    send(tenant, events)
    with activate(tenant.pk):
        came = behind_of(path, {"of": "source_over", "key": "fair"})
        assert (came.closed, came.people) == ("", 8)
        assert behind_of(path, {"of": "source_done", "key": "fair"}).closed == "rest"
        ways = {str(each.variant) for each in came.rows}
        assert {behind_of(path, {"of": "source_variant", "key": f"{way} fair"}).closed for way in ways} == {
            "few",
            "rest",
        }


def test_whoever_asks_over_rest_is_told_as_many(path: Path) -> None:
    tenant = path.journey.tenant
    client = api_of(make_key(tenant, ["read", "customers:read"]))
    days = {"from": (timezone.localdate() - timedelta(days=180)).isoformat()}
    told = client.get("/api/v1/journeys/j/paths", days | {"source": "search"}).json()
    asked: dict[str, tuple[str, int]] = {}
    for behind, n in _numbers(told):
        if n >= 3:
            asked.setdefault(QueryDict(behind)["of"], (behind, n))
    assert len(asked) > 25
    for of, (behind, n) in asked.items():
        given = QueryDict(behind).dict()
        answer = client.get("/api/v1/journeys/j/paths/customers", days | given).json()
        assert answer["closed"] or (answer["passages"] if answer["times"] is None else answer["times"]) == n, behind
        assert (answer["times"] is not None) == (of in TIMES) or answer["closed"]
    everybody = client.get("/api/v1/journeys/--/paths/customers", days).json()
    assert everybody["passages"] > told["passages"]["n"]
    assert len(everybody["results"]) == 50
    older = client.get("/api/v1/journeys/--/paths/customers", days | {"page": everybody["next"]}).json()
    assert older["results"][0]["began"] <= everybody["results"][-1]["began"]
    assert {"straight 3", "s3"} <= {each[name] for each in everybody["results"] for name in ("case", "customer")}
    for wrong in (
        {"of": "nothing"},
        {"of": "visited", "key": "x"},
        {"page": "0"},
        {"page": "9" * 5000},
        {"segment": "x"},
        {"from": "x"},
    ):
        refused = client.get("/api/v1/journeys/j/paths/customers", wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, list(wrong)[-1])
    assert api_of(make_key(make_tenant())).get("/api/v1/journeys/j/paths/customers").status_code == 404


def _numbers(told: Any) -> Iterator[tuple[str, int]]:
    """What to ask for each number of an answer, and the number."""
    if isinstance(told, list):
        for each in told:
            yield from _numbers(each)
    elif isinstance(told, dict):
        if "customers" in told:
            yield told["customers"], next(told[name] for name in ("n", "times", "coming") if name in told)
        for each in told.values():
            yield from _numbers(each)


@pytest.mark.parametrize(
    "address",
    [
        *("?of=nothing", "?of=visited&key=x", "?of=handoff_score&key=1>2", "?of=way&key=1", "?of=ping_pong&key=1>2>3"),
        *("?page=0", "?state=x", "?of=edge&key=>"),
    ],
)
def test_an_address_that_makes_no_sense_is_told_so(address: str) -> None:
    tenant = make_tenant()
    make_journey(tenant, "j")
    client = client_of(make_member(tenant, Role.VIEWER))
    assert client.get(f"/t/{tenant.slug}/journeys/j/passages/{address}").status_code == 400


def test_a_case_that_went_on_after_its_end_is_one_passage_and_said_to_be(path: Path) -> None:
    tenant = path.journey.tenant
    client = client_of(make_member(tenant, Role.VIEWER, sees_identity=True), headers={"accept-language": "en"})
    page = client.get(f"/t/{tenant.slug}/journeys/j/paths/").content.decode()
    assert "6 passages were over and then went on: each counts as one, with what came later." in page
    (link,) = re.findall(r'href="([^"]*of=went_on[^"]*)"', page)
    shown = client.get(unescape(link))
    assert [line.passage.subject for line in shown.context["lines"]] == [f"paused {n}" for n in range(6)]
    assert {line.silence for line in shown.context["lines"]} == {30 * 60}
    assert shown.content.decode().count("It was over and then went on, after 30 h of silence.") == 6
    asked = {"of": "went_on", "from": str(timezone.localdate() - timedelta(days=30)), "to": str(timezone.localdate())}
    told = api_of(make_key(tenant, ["read", "customers:read"])).get("/api/v1/journeys/j/paths/customers", asked).json()
    assert [(each["case"], each["silence_minutes"]) for each in told["results"]] == [
        (f"paused {n}", 1800) for n in range(6)
    ]


def test_where_nobody_goes_on_to_another_touchpoint_nothing_is_drawn(path: Path) -> None:
    tenant, alone = path.journey.tenant, make_tenant()
    make_journey(alone, "one", touchpoints=[make_touchpoint(alone, "only")], inactive_hours=24)
    send(
        alone,
        [
            event("only", timezone.now() - timedelta(days=n + 2), customer=f"c{n}", correlation=f"s{n}")
            for n in range(12)
        ],
    )
    client, other = (
        client_of(make_member(each, Role.VIEWER), headers={"accept-language": "en"}) for each in (tenant, alone)
    )
    drawn = client.get(f"/t/{tenant.slug}/journeys/j/paths/").content.decode()
    assert drawn.count("data-figures=") == 2 and "nothing to draw" not in drawn
    page = other.get(f"/t/{alone.slug}/journeys/one/paths/").content.decode()
    assert 'class="variants"' in page
    assert "data-figures=" not in page and "nothing to draw" in page
