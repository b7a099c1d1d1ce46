"""Journeys as they really happen: what their pages say of the counts, to whom, and what it costs to read."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from journeys.models import (
    Event,
    EventType,
    Journey,
    Jump,
    PathMonth,
    PathMonthRollup,
    PathRollup,
    Process,
    Stage,
    Step,
    Touchpoint,
)
from journeys.paths import measures
from journeys.paths.months import sum_up
from journeys.paths.rebuild import rebuild
from journeys.paths.recount import recount
from journeys.plans import make_plan
from tests.dashboards.path_worlds import bins, tally, variant
from tests.dashboards.worlds import count, days_ago, nps
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
TABS = ("", "paths/", "drop-off/", "hand-offs/", "channels/", "peak-end/")


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    tenant = make_tenant(name="Rengasala")
    return make_journey(tenant, "tyre-change", name="Tyre change", stages=["Choose", "Buy", "Deliver"])


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


def page(tenant: Tenant, address: str, role: str = Role.VIEWER, **more: Any) -> Any:
    client = client_of(make_member(tenant, role, **more), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/journeys/{address}")


def text_of(found: Any) -> str:
    """The page's words with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.content.decode()))


def test_the_map_tells_designed_from_real(path: Path, tenant: Tenant) -> None:
    id, (choose, buy, deliver) = path.journey.pk, path.touchpoints
    detour = make_touchpoint(tenant, "detour", name="Complaint")
    # What nobody has met is not drawn as met, also where nobody has gone any way yet.
    assert all(card.rarely for column in page(tenant, "tyre-change/").context["page"].columns for card in column.cards)
    tally(tenant, id, measures.PASSAGES, n=200, open=20)
    tally(tenant, id, measures.FITNESS, n=200, values=[0.9, 0.5] * 100)
    for place, n in ((choose, 200), (buy, 180), (deliver, 4), (detour, 50)):
        tally(tenant, id, measures.VISITED, str(place.pk), n)
    tally(tenant, id, measures.EDGE, f"{buy.pk}>{detour.pk}", 50, minutes=[90] * 50)
    count(tenant, nps(50, 30, 20), at=choose)
    found = page(tenant, "tyre-change/")
    columns = {column.stage.name: column for column in found.context["page"].columns}
    assert [card.rarely for column in columns.values() for card in column.cards] == [False, False, True]
    assert [stranger.place.name for stranger in columns["Buy"].strangers] == ["Complaint"]
    text = text_of(found)
    assert "◌ rarely met : 4 met it 2.0%" in text
    assert "✱ Complaint not designed : 50 met it 25%" in text
    assert "14…44 · n 100" in text
    assert "0.70" in text


def test_the_map_shows_what_staff_mean_it_to_be(path: Path, tenant: Tenant) -> None:
    choose, partner = path.touchpoints[0], make_unit(tenant, name="Haulier", partner=True)
    with activate(tenant.pk):
        Touchpoint.objects.filter(pk=choose.pk).update(
            by="both", role="Driver", unit=partner, waiting_minutes=15, evidence="A receipt", peer_help=True
        )
        Stage.objects.filter(pk=path.stages[0].pk).update(
            goal="I find tyres", vision="In two taps", target="Nine of ten", expectation="A call", edge="The same night"
        )
        first, _, last = Step.objects.filter(stage__journey=path.journey).order_by("stage__position")
        Jump.objects.create(journey=path.journey, from_step=last, to_step=first)
        Process.objects.create(slug="stock", name="Stock", system="SAP").serves.create(touchpoint=choose)
        Journey.objects.filter(pk=path.journey.pk).update(
            validated_on="2026-03-02", validated_by="The panel", co_designers="Six customers"
        )
    tally(tenant, path.journey.pk, measures.EDGE, f"{choose.pk}>{path.touchpoints[1].pk}", 9, minutes=[90] * 9)
    count(tenant, [0, 0, 0, 0, 0, 10, 10], at=choose, name="importance/1-7")
    text = text_of(page(tenant, "tyre-change/"))
    for told in (
        "I find tyres", "vision: In two taps", "target: Nine of ten", "expectation to exceed: A call",
        "competitive edge: The same night", "no channel · a person and a machine", "Driver", "Haulier ⇄ partner",
        "15 min designed", "A receipt other customers help", "Stock SAP", "importance 6.5 / 7", "before it 1.5 h",
        f"↩ loop: from {path.touchpoints[2].name} back to {choose.name}",
        "validated 2 Mar 2026: The panel · customers who designed it with us: Six customers",
    ):  # fmt: skip
        assert told in text, told


def test_every_tab_reads_as_many_queries_whatever_is_stored(path: Path, tenant: Tenant) -> None:
    client = client_of(make_member(tenant, Role.VIEWER))

    def queries(tab: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/t/{tenant.slug}/journeys/tyre-change/{tab}").status_code == 200
        return len(captured)

    fill(path, tenant)
    found = {tab: queries(tab) for tab in TABS}
    for number in range(4):
        make_journey(tenant, f"more-{number}")
        other = make_touchpoint(tenant)
        variant(tenant, path.journey.pk, [other.pk], 7)
        tally(tenant, path.journey.pk, measures.EDGE, f"{other.pk}>{number}", 9)
    assert {tab: queries(tab) for tab in TABS} == found
    assert found == {"": 30, "paths/": 23, "drop-off/": 19, "hand-offs/": 19, "channels/": 22, "peak-end/": 21}


def fill(path: Path, tenant: Tenant) -> None:
    """Something of every measure."""
    id, (choose, buy, deliver) = path.journey.pk, path.touchpoints
    tally(tenant, id, measures.PASSAGES, n=100, open=10, minutes=[600] * 90)
    tally(tenant, id, measures.FITNESS, n=100, values=[1.0, 0.6] * 50)
    variant(tenant, id, [choose.pk, buy.pk, deliver.pk], 60, minutes=[300] * 60)
    variant(tenant, id, [choose.pk, 0, buy.pk], 40, minutes=[900] * 40)
    tally(tenant, id, measures.VISITED, "0", 40)
    tally(tenant, id, measures.VISITED, str(buy.pk), 100)
    tally(tenant, id, measures.EDGE, f"{choose.pk}>{buy.pk}", 60, minutes=[45] * 60)
    tally(tenant, id, measures.EDGE, f">{choose.pk}", 100)
    tally(tenant, id, measures.SKIPPED, str(deliver.pk), 40)
    tally(tenant, id, measures.LAST, str(buy.pk), 40)
    for stage, n, on in zip(path.stages, (100, 100, 60), (100, 60, 0), strict=True):
        tally(tenant, id, measures.REACHED, f"stage {stage.pk}", n, open=10)
        tally(tenant, id, measures.ONWARD, f"stage {stage.pk}", on)


def test_paths_name_what_leaves_the_design(path: Path, tenant: Tenant) -> None:
    fill(path, tenant)
    text = text_of(page(tenant, "tyre-change/paths/"))
    assert "0.80" in text
    assert "◌ skipped 40 40%" in text
    assert "✱ not mapped to a touchpoint" in text
    assert "40 passages have steps that nobody has mapped to a touchpoint" in text


def test_drop_off_leaves_the_open_aside(path: Path, tenant: Tenant) -> None:
    fill(path, tenant)
    steps = page(tenant, "tyre-change/drop-off/").context["page"].steps
    # Of 90 that are over and reached Buy, 60 went on.
    assert (steps[1].dropped.n, steps[1].dropped.of, steps[1].open) == (30, 90, 10)
    assert steps[2].dropped is None


def test_where_the_design_may_end_nobody_is_lost(path: Path, tenant: Tenant) -> None:
    fill(path, tenant)
    assert page(tenant, "tyre-change/drop-off/").context["page"].worst.name == "Buy"
    with activate(tenant.pk):
        Stage.objects.filter(pk=path.stages[2].pk).update(optional=True)
    found = page(tenant, "tyre-change/drop-off/")
    assert [step.final for step in found.context["page"].steps] == [False, True, True]
    assert found.context["page"].worst is None
    assert "may end here" in found.content.decode()


def test_a_handoffs_score_is_told_of_enough_only_and_its_change_judged(path: Path, tenant: Tenant) -> None:
    id = path.journey.pk
    tally(tenant, id, measures.PASSAGES, n=100)
    for key, values in {
        "1>2 designed": [-0.75, -0.25] * 20,
        "2>3 unplanned": [0.5, -0.5] * 20,
        "3>1 unplanned": [1.0],
    }.items():
        tally(tenant, id, measures.HANDOFF, key, 50, minutes=[120] * 50)
        tally(tenant, id, measures.HANDOFF_SCORE, key, len(values), values=values)
    found = {each.key: each for each in page(tenant, "tyre-change/hand-offs/").context["page"].handoffs}
    assert found["1>2 designed"].verdict == "worse"
    assert found["1>2 designed"].change.value == -0.5
    assert found["2>3 unplanned"].verdict == "no_clear_change"
    assert found["3>1 unplanned"].change is None


def test_units_are_ranked_by_the_waiting_before_them_and_one_can_be_looked_at(path: Path, tenant: Tenant) -> None:
    id = path.journey.pk
    sales, stock, depot = (make_unit(tenant, name, name=name.title()) for name in ("sales", "stock", "depot"))
    tally(tenant, id, measures.PASSAGES, n=100)
    for key, kind, minutes in (
        (f"{sales.pk}>{stock.pk}", "designed", [10] * 90),
        (f"{depot.pk}>{stock.pk}", "unplanned", [10] * 10),
        (f"{stock.pk}>{depot.pk}", "designed", [600] * 20),
    ):
        tally(tenant, id, measures.HANDOFF, f"{key} {kind}", len(minutes), minutes=minutes)
    tally(tenant, id, measures.PING_PONG, f"{stock.pk}>{depot.pk}>{stock.pk}", 7)
    found = page(tenant, "tyre-change/hand-offs/").context["page"]
    assert [(row.unit.name, row.coming.n, row.waited) for row in found.units] == [
        ("Depot", 20, 12_000),
        ("Stock", 100, 1_000),
        ("Sales", 0, 0),
    ]
    assert (found.units[1].unplanned.value, found.units[1].leaving, found.units[0].sent_back) == (10.0, 20, 7)
    most = page(tenant, "tyre-change/hand-offs/?unit=sales&rank=times").context["page"]
    assert most.units[0].unit.name == "Stock"
    assert [(each.start.name, each.end.name) for each in most.handoffs] == [("Sales", "Stock")]
    assert not most.back
    assert page(tenant, "tyre-change/hand-offs/?unit=nowhere").status_code == 400
    assert page(tenant, "tyre-change/hand-offs/?rank=luck").status_code == 400
    api = api_of(make_key(tenant))
    told = api.get("/api/v1/journeys/tyre-change/paths?unit=depot").json()
    assert (told["units"][0]["unit"], told["units"][0]["waited_minutes"], len(told["hand_offs"])) == (
        "depot",
        12_000,
        2,
    )
    assert api.get("/api/v1/journeys/tyre-change/paths?unit=nowhere").json()["errors"][0]["field"] == "unit"


def test_what_brought_customers_is_told_with_its_outcome_score_and_variants(path: Path, tenant: Tenant) -> None:
    id, (choose, buy, _) = path.journey.pk, path.touchpoints
    tally(tenant, id, measures.PASSAGES, n=190)
    tally(tenant, id, measures.SOURCE, "", 1, day=days_ago(4, tenant))
    assert "No event told what brought these customers. Send utm_source" in text_of(page(tenant, "tyre-change/paths/"))
    for source, n, done in (("search", 100, 90), ("friend", 60, 20), ("", 24, 12), ("=cmd()", 3, 3), ("radio", 2, 1)):
        tally(tenant, id, measures.SOURCE, source, n)
        tally(tenant, id, measures.SOURCE_OVER, source, n, values=[1] * done, minutes=[45] * n)
    tally(tenant, id, measures.SOURCE_SCORE, "search", 40, values=[0.5, 0.1] * 20)
    tally(tenant, id, measures.SOURCE_SCORE, "friend", 30, values=[-0.5, 0.1] * 15)
    digest = variant(tenant, id, [choose.pk, buy.pk], 190)
    with activate(tenant.pk):
        PathRollup.objects.create(
            journey_id=id, measure=measures.SOURCE_VARIANT, dimension=measures.BY_SOURCE, value="friend",
            day=days_ago(3, tenant), key=digest, n=60, histogram=bins([45] * 60),
        )  # fmt: skip
    found = page(tenant, "tyre-change/paths/?source=friend").context["page"]
    rows = {row.source: row for row in found.sources.rows}
    assert (rows["search"].outcome.value, rows["search"].verdict) == (90.0, "better")
    assert (rows["friend"].outcome.n, rows["friend"].verdict, rows["friend"].over.median) == (20, "worse", 45)
    assert rows["search"].score.value == pytest.approx(0.3)
    # Three and two people: of five in all nothing is told, as they are the minimum together.
    assert [rows[name].told for name in ("", "=cmd()", "radio")] == [True, False, False]
    assert [(row.share.n, row.share.of, len(row.chevrons)) for row in found.source_variants] == [(60, 60, 2)]
    text = text_of(page(tenant, "tyre-change/paths/?source=-"))
    assert "so few are over that nothing more is told of them" in text
    assert page(tenant, "tyre-change/paths/?source=nothing").status_code == 400
    sheet = page(tenant, "tyre-change/paths/?source=friend&format=xlsx")
    assert {"'=cmd()", "search"} & {
        cell.value for cell in load_workbook(BytesIO(sheet.content))["What brought them"]["A"]
    }
    assert page(tenant, "tyre-change/hand-offs/?format=pptx").status_code == 200
    assert page(tenant, "tyre-change/paths/?format=exe").status_code == 404
    told = api_of(make_key(tenant)).get("/api/v1/journeys/tyre-change/paths?source=friend").json()
    assert [row["source"] for row in told["by_source"]] == ["search", "friend", None, "=cmd()", "radio"]
    assert told["source_variants"][0]["touchpoints"] == [choose.slug, buy.slug]


def test_channels_tell_how_it_went_by_where_they_began(path: Path, tenant: Tenant) -> None:
    id = path.journey.pk
    web, chat = (make_channel(tenant, slug, name=slug.title(), digital=True) for slug in ("web", "chat"))
    shop = make_channel(tenant, "shop", name="Shop", digital=False)
    tally(tenant, id, measures.PASSAGES, n=210)
    for first, met, n, done in (
        (web, f"{web.pk},{chat.pk},{shop.pk}", 60, 54),  # whatever came last
        (web, f"{web.pk}", 30, 5),
        (web, f"{web.pk},{chat.pk}", 10, 5),
        (web, f"0,{web.pk}", 7, 5),
        (shop, f"{shop.pk}", 120, 84),
        (chat, f"{chat.pk},{shop.pk}", 4, 4),
    ):
        tally(tenant, id, measures.WAY_OVER, f"{first.pk}>{met}", n, values=[1] * done)
    tally(tenant, id, measures.WAY_SCORE, f"{web.pk}>{web.pk}", 20, values=[0.5, 0.3] * 10)
    found = page(tenant, "tyre-change/channels/").context["page"].entries
    rows = {row.channel.name: row for row in found.rows}
    # Of four nothing may be told, and as the four could be had by subtraction, nothing of the next larger either.
    assert {name: row.told for name, row in rows.items()} == {"Web": False, "Shop": True, "Chat": False}
    assert (rows["Shop"].outcome.value, rows["Shop"].alone.value) == (70.0, 100.0)
    assert (found.continuity.crossed.n, found.continuity.crossed.of) == (64, 104)
    assert (found.continuity.outcome.n, found.continuity.digital.n, found.continuity.verdict) == (58, 10, "better")
    text = text_of(page(tenant, "tyre-change/channels/"))
    assert "Began digitally, went on in person 62%" in text
    told = api_of(make_key(tenant)).get("/api/v1/journeys/tyre-change/paths").json()
    assert [row["channel"] for row in told["entries"]] == ["shop", "web", "chat"]
    assert told["continuity"]["verdict"] == "better"
    assert page(tenant, "tyre-change/channels/?format=xlsx").status_code == 200


def test_those_whose_channels_are_not_known_cannot_be_had_by_subtraction(path: Path, tenant: Tenant) -> None:
    web, shop = make_channel(tenant, "web", digital=True), make_channel(tenant, "shop", digital=False)
    tally(tenant, path.journey.pk, measures.PASSAGES, n=91)
    for met, n in ((f"{web.pk}", 60), (f"{web.pk},{shop.pk}", 30), (f"0,{web.pk}", 1)):
        tally(tenant, path.journey.pk, measures.WAY_OVER, f"{web.pk}>{met}", n, values=[1] * n)
    found = page(tenant, "tyre-change/channels/").context["page"].entries
    assert [row.told for row in found.rows] == [True]  # the 91
    assert found.continuity is None  # of the 60 and the 30: would tell how it ended for the one


def test_a_month_summed_up_tells_what_its_days_do_until_one_of_them_moves(tenant: Tenant) -> None:
    """Passages of three months back, from events: read as days, as months, and after a late event as days again."""
    make_journey(tenant, "j", stages=["A", "B"], touchpoints=[make_touchpoint(tenant, slug) for slug in ("p0", "p1")])
    first = (timezone.now() - timedelta(days=120)).replace(day=10, hour=12, minute=0, second=0, microsecond=0)

    def case(name: str, day: int) -> list[Any]:
        at = first + timedelta(days=day)
        return [
            event(slug, at + timedelta(hours=n), correlation=name, properties={"source": "x"})
            for n, slug in enumerate(("p0", "p1"))
        ]

    send(tenant, [each for number in range(20) for each in case(f"c{number}", number)])
    rows: dict[str, Any] = {}
    address = "j/paths/?period=365d&source=x"

    def told() -> tuple[Any, ...]:
        found = page(tenant, address).context["page"]
        source = found.sources.chosen
        return found.asked.passages, found.edges, found.variants, found.fitness, source.outcome, found.source_variants

    before = told()
    assert (before[0].n, before[4].value, before[5][0].share.n) == (20, 100.0, 20)
    with activate(tenant.pk):
        while sum_up(tenant):
            pass
        rows["months"] = PathMonth.objects.count()
    assert rows["months"] >= 1
    assert told() == before
    with activate(tenant.pk):
        days = PathRollup.objects.filter(journey_id__gt=0)
        days.update(n=1_000)  # a mark: what is read as a month does not look at them
    assert told()[0].n < 1_000 * 20
    with activate(tenant.pk):
        rebuild(tenant.pk)
        while sum_up(tenant):
            pass
    send(tenant, case("late", 3))
    with activate(tenant.pk):
        assert PathMonth.objects.count() == rows["months"] - 1
    assert told()[0].n == 21
    with activate(tenant.pk):
        while sum_up(tenant):
            pass
        Event.objects.all().delete()  # as when all turn out to be another month's: the days go, and the sums of them
        recount(correlations=[f"c{number}" for number in range(20)] + ["late"])
        while sum_up(tenant):
            pass
        assert (PathRollup.objects.count(), PathMonth.objects.count(), PathMonthRollup.objects.count()) == (0, 0, 0)


def test_the_map_tells_what_is_planned_to_be_otherwise(path: Path, tenant: Tenant) -> None:
    assert "Gap to how it should be" not in text_of(page(tenant, "tyre-change/"))
    with activate(tenant.pk):
        plan = make_plan(path.journey)
        Journey.objects.filter(pk=plan.pk).update(name="Without waiting", memory="It was over in no time")
        Stage.objects.filter(journey=plan, name="Buy").update(vision="In two taps")
        Step.objects.filter(stage__journey=plan, touchpoint=path.touchpoints[2]).delete()
    text = text_of(page(tenant, "tyre-change/"))
    for told in (
        "Gap to how it should be · Without waiting", "Intended memory trace: It was over in no time",
        "Buy ≠ changed vision – In two taps", f"{path.touchpoints[2].name} − taken away stage Deliver –",
    ):  # fmt: skip
        assert told in text, told
    assert "Without waiting" not in text_of(page(tenant, ""))  # nobody goes through what is only planned


def test_who_meets_a_machine_gets_on_or_is_lost_and_waits_for_a_human(tenant: Tenant) -> None:
    chat, phone = make_channel(tenant, "chat", name="Chat", digital=True), make_channel(tenant, "phone", name="Phone")
    bot, desk = make_touchpoint(tenant, "bot", channel=chat), make_touchpoint(tenant, "desk", channel=phone)
    make_journey(tenant, "help", stages=["Ask"], touchpoints=[bot])
    with activate(tenant.pk):
        Step.objects.create(stage=Stage.objects.get(journey__slug="help"), touchpoint=desk, position=1)
        for type_, meaning in (("bot.started", "bot"), ("bot.dead_end", "failure"), ("human.joined", "human")):
            EventType.objects.create(type=type_, name=type_, meaning=meaning)
    begun = timezone.now() - timedelta(days=5)
    told = [("bot", "bot.started", 0), ("bot", "bot.dead_end", 2), ("desk", "human.joined", 12)]
    send(
        tenant,
        [
            event(place, begun + timedelta(minutes=after), type=type_, correlation=f"case-{number}")
            for number in range(10)
            for place, type_, after in told[: 3 if number < 8 else 2]  # two gave up
        ],
    )
    text = text_of(page(tenant, "help/channels/"))
    assert "Digital encounters 71%" in text  # twenty of twenty-eight
    assert "bot.dead_end 10" in text
    assert "Forced switches 100%" in text
    assert "From a machine to a human 12 min" in text
    assert "n 8" in text


def test_peak_and_end_is_told_of_enough_only_else_the_curve_by_its_name(path: Path, tenant: Tenant) -> None:
    id = path.journey.pk
    tally(tenant, id, measures.PASSAGES, n=100)
    tally(tenant, id, measures.CURVE, str(path.touchpoints[0].pk), 40, values=[0.5, 0.1] * 20)
    tally(tenant, id, measures.CURVE, str(path.touchpoints[1].pk), 4, values=[0.5] * 4)
    with activate(tenant.pk):
        Journey.objects.filter(pk=id).update(memory="Over before the coffee was cold")
    text = text_of(page(tenant, "tyre-change/peak-end/"))
    assert "Too few passages have three scores or more (0 of 100 that are over)" in text
    assert "+0.3" in text
    assert "too few answers to show" in text
    assert "Intended memory trace Over before the coffee was cold No recall survey was answered" in text
    tally(tenant, id, measures.PEAK_END, n=30, values=[-0.4, 0.2] * 15)
    tally(tenant, id, measures.PLAIN_MEAN, n=30, values=[0.1, 0.3] * 15)
    text = text_of(page(tenant, "tyre-change/peak-end/"))
    assert "Peak and end −0.1 −0.2…0.0" in text
    assert "Plain mean +0.2" in text


def test_what_belongs_to_no_journey_is_said_and_opens(path: Path, tenant: Tenant) -> None:
    tally(tenant, path.journey.pk, measures.PASSAGES, n=90)
    tally(tenant, 0, measures.PASSAGES, n=10)
    tally(tenant, 0, measures.VISITED, "0", 10)
    assert "10% of passages ( 10 of 100 ) belong to no journey" in text_of(page(tenant, ""))
    assert "Belongs to no journey" in text_of(page(tenant, "-/paths/"))
    assert page(tenant, "-/").status_code == 200


def test_a_journey_may_be_called_as_any_page_is(tenant: Tenant) -> None:
    for slug in ("views", "journeys", "paths"):
        made = make_journey(tenant, slug, stages=["Begin"])
        assert page(tenant, f"{slug}/").context["asked"].journey == made.journey


def test_a_small_group_of_customers_is_not_told_of(path: Path, tenant: Tenant) -> None:
    make_dimension(tenant, "segment", name="Segment")
    tally(tenant, path.journey.pk, measures.PASSAGES, n=3, slices={"segment": "few"})
    tally(tenant, path.journey.pk, measures.PASSAGES, n=50, day=days_ago(4, tenant), slices={"segment": "many"})
    tally(tenant, path.journey.pk, measures.PASSAGES, n=50, day=days_ago(5, tenant), slices={"segment": "more"})
    assert "nothing is told of them" in text_of(page(tenant, "tyre-change/?segment=segment:few"))
    assert page(tenant, "tyre-change/?segment=segment:more").context["asked"].passages.n == 50
    assert page(tenant, "tyre-change/?segment=nothing:few").status_code == 400


def test_a_groups_scores_are_not_told_where_a_subtraction_would_tell_on_a_few(path: Path, tenant: Tenant) -> None:
    """Of fifty each forty, three and thirty were scored: all less the two large ones is what three people said."""
    make_dimension(tenant, "segment", name="Segment")
    place = str(path.touchpoints[0].pk)
    for day, (group, scored) in enumerate({"many": 40, "few": 3, "most": 30}.items(), start=3):
        given = {"slices": {"segment": group}, "day": days_ago(day, tenant)}
        tally(tenant, path.journey.pk, measures.PASSAGES, n=50, **given)
        for measure, key in ((measures.CURVE, place), (measures.PEAK_END, ""), (measures.PLAIN_MEAN, "")):
            tally(tenant, path.journey.pk, measure, key, scored, values=[0.5, 0.1, 0.3] * (scored // 3), **given)
    told = {}
    for group in ("many", "few", "most"):
        found = page(tenant, f"tyre-change/peak-end/?segment=segment:{group}").context["page"]
        told[group] = [point.mean is not None for point in found.curve], found.peak_end is not None
        assert found.asked.passages.n == 50
    assert told == {"many": ([True], True), "few": ([False], False), "most": ([False], False)}


def test_other_systems_read_the_same_and_outsiders_nothing(path: Path, tenant: Tenant) -> None:
    fill(path, tenant)
    api = api_of(make_key(tenant))
    found = api.get("/api/v1/journeys/tyre-change/paths").json()
    assert (found["passages"]["n"], found["fitness"]["mean"], found["variant_kinds"]) == (100, 0.8, 2)
    assert found["variants"][1]["touchpoints"] == [path.touchpoints[0].slug, None, path.touchpoints[1].slug]
    assert found["drop_off"][1]["dropped"]["n"] == 30
    assert api.get("/api/v1/journeys/tyre-change/paths?segment=nothing:x").json()["errors"][0]["field"] == "segment"
    assert api.get("/api/v1/journeys/tyre-change/paths?against=target").status_code == 400
    assert api_of(make_key(make_tenant())).get("/api/v1/journeys/tyre-change/paths").status_code == 404
