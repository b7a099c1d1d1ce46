"""The leadership page: its figures, who sees it, and what it costs to read."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import PERMISSIONS, Permission, Role
from dashboards.menu import ENTRIES
from dashboards.models import Target
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import (
    Path,
    client_of,
    make_channel,
    make_dimension,
    make_journey,
    make_member,
    make_tenant,
    make_touchpoint,
)

pytestmark = pytest.mark.django_db
# Sign-in, membership and the tenant's transaction; then structure, targets, promises and counts, all findings and what
# was ever looked for, the KPIs of the strip, the saved views, the focus themes, the chair, who was asked, and the
# baselines. Whatever is stored, it is as many; a segment reads no more questions, only more of each.


def page(tenant: Tenant, address: str = "", role: str = Role.VIEWER) -> Any:
    client = client_of(make_member(tenant, role), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/{address}")


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    tenant = make_tenant(name="Rengasala")
    return make_journey(tenant, "tyre-change", name="Tyre change", stages=["Choose", "Buy", "Deliver"])


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


def test_a_tile_carries_score_interval_n_and_verdict(tenant: Tenant, path: Path) -> None:
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    count(tenant, nps(62, 25, 13), at=path.touchpoints[0], day=days_ago(366, tenant))
    found = page(tenant)
    tile = next(tile for tile in found.context["page"].tiles if tile.measure.key == "nps")
    assert (tile.cell.shown.value, tile.cell.shown.n, tile.cell.verdict) == (30, 100, "no_clear_change")
    text = found.content.decode()
    assert "14…44" in text
    assert "n 100" in text
    assert "no clear change" in text
    assert "compared with the same season last year" in text


def test_a_tile_tells_how_old_its_newest_answer_is(tenant: Tenant, path: Path) -> None:
    channel = make_channel(tenant, "chat")
    make_journey(tenant, "fleet", stages=["Choose"], touchpoints=[path.touchpoints[0]])
    old, new = days_ago(20, tenant), days_ago(3, tenant)
    count(tenant, nps(5, 3, 2), at=path.touchpoints[0], day=old, channel_id=channel.pk)
    count(tenant, nps(5, 3, 2), at=path.touchpoints[1], day=new)
    count(tenant, [0, 0, 0, 0, 9], at=path.touchpoints[1], day=days_ago(30, tenant), name="csat/1-5")

    def newest(address: str) -> dict[str, Any]:
        return {tile.measure.key: tile.newest for tile in page(tenant, address).context["page"].tiles if tile.newest}

    # The tile does not count what is asked weeks later, nor does its age.
    count(tenant, nps(5, 3, 2), at=path.touchpoints[1], day=days_ago(2, tenant), wave="recall:2026-Q4")
    count(tenant, [0, 0, 0, 0, 9], day=old, name="csat/1-5")  # at no touchpoint that is known

    assert newest("") == {"nps": new, "csat": old}
    assert newest("?journey=fleet") == {"nps": old}
    assert newest(f"?channel={channel.slug}") == newest("?period=custom&from=2020-01-01&to=2026-01-02") == {}
    assert f"newest answer {new:%-d %b %Y}" in page(tenant).content.decode()


def test_without_last_year_the_period_before_is_compared_with(tenant: Tenant, path: Path) -> None:
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    count(tenant, nps(20, 30, 50), at=path.touchpoints[0], day=days_ago(100, tenant))
    found = page(tenant)
    assert found.context["page"].against == "previous"
    assert "NPS 30, up 60 points" in found.content.decode()


def test_the_sentence_names_where_it_hurts_and_leads_there(tenant: Tenant, path: Path) -> None:
    for place, now in zip(path.touchpoints, [(80, 10, 10), (80, 10, 10), (20, 20, 60)], strict=True):
        count(tenant, nps(*now), at=place)
        count(tenant, nps(80, 10, 10), at=place, day=days_ago(366, tenant))
    found = page(tenant)
    said = [(phrase.text, phrase.stage_id) for phrase in found.context["page"].sentence]
    assert ("Deliver (Tyre change) down 110 points, 100 answers", path.stages[2].pk) in said
    assert f'href="/t/{tenant.slug}/stages/{path.stages[2].pk}/"' in found.content.decode()


def test_a_stage_pools_its_touchpoints_and_marks_the_worst(tenant: Tenant, path: Path) -> None:
    quiet = make_touchpoint(tenant, "old-tyres", name="Old tyres")
    with activate(tenant.pk):
        path.stages[1].steps.create(touchpoint=quiet, tenant_id=tenant.pk, position=1)
    count(tenant, nps(80, 10, 10), at=path.touchpoints[1])
    count(tenant, nps(0, 10, 10), at=quiet)
    entry = page(tenant).context["page"].heatmap.rows[0].cells[1]
    assert (entry.cell.shown.n, entry.cell.shown.value) == (120, 50)
    assert (entry.worst.place.name, entry.worst.value) == ("Old tyres", -50)


def test_a_touchpoint_shared_by_journeys_counts_in_each_and_once_in_the_total(tenant: Tenant, path: Path) -> None:
    make_journey(tenant, "fleet", stages=["Choose"], touchpoints=[path.touchpoints[0]])
    count(tenant, nps(6, 2, 2), at=path.touchpoints[0])
    shown = page(tenant).context["page"]
    assert [entry.cell.shown.n for row in shown.heatmap.rows for entry in row.cells if entry and entry.cell.score] == [
        10,
        10,
    ]
    assert shown.tiles[0].cell.shown.n == 10


def test_few_answers_are_hidden_and_none_is_said_with_a_next_step(tenant: Tenant, path: Path) -> None:
    count(tenant, nps(2, 1, 1), at=path.touchpoints[0])
    found = page(tenant)
    states = [entry.cell.state for entry in found.context["page"].heatmap.rows[0].cells]
    assert states == ["few", "empty", "empty"]
    assert found.context["page"].tiles[0].cell.state == "few"
    assert "place a survey at a touchpoint of this stage" in found.content.decode()


def test_a_page_on_which_nobody_answered_says_why(tenant: Tenant, path: Path) -> None:
    make_dimension(tenant, "segment")
    count(tenant, nps(20, 10, 10), at=path.touchpoints[0], slices={"segment": "consumer"})
    tomorrow = days_ago(-1, tenant).isoformat()
    for address, said in (
        (f"?period=custom&from={tomorrow}&to={tomorrow}", "These days have not come yet"),
        ("?period=custom&from=2020-01-01&to=2020-01-02", "Nobody answered in these days."),
        ("?segment=segment:typed+by+hand", "Nobody in “typed by hand” answered in these days."),
    ):
        text = page(tenant, address).content.decode()
        assert said in text
        assert "Ask it in a survey" not in text
    assert 'id="lacking"' not in page(tenant).content.decode()


def test_a_segment_is_hidden_where_the_others_would_tell_on_a_small_one(tenant: Tenant, path: Path) -> None:
    make_dimension(tenant, "segment")
    place = path.touchpoints[0]
    count(tenant, nps(20, 10, 10), at=place, slices={"segment": "consumer"})
    count(tenant, nps(2, 1, 1), at=place, slices={"segment": "fleet"})
    for value in ("consumer", "fleet"):
        shown = page(tenant, f"?segment=segment:{value}").context["page"]
        assert shown.heatmap.rows[0].cells[0].cell.state == "few"
        assert shown.tiles[0].cell.state == "few"


def test_units_and_segments_stand_side_by_side(tenant: Tenant, path: Path) -> None:
    make_dimension(tenant, "segment", name="Segment")
    for value, three in (("consumer", (20, 10, 10)), ("fleet", (10, 10, 20)), ("other", (5, 5, 5))):
        count(tenant, nps(*three), at=path.touchpoints[0], slices={"segment": value})
    table = page(tenant, "?view=segment").context["page"].table
    assert [(row.name, row.cells[0].shown.value) for row in table.rows] == [
        ("consumer", 25),
        ("fleet", -25),
        ("other", 0),
    ]


def test_targets_centre_the_colours_and_are_compared_with(tenant: Tenant, path: Path) -> None:
    year = days_ago(0, tenant).year
    with activate(tenant.pk):
        Target.objects.create(metric="nps/0-10", year=year, value=60)
        Target.objects.create(metric="nps/0-10", year=year, value=0, stage=path.stages[1])
    for place in path.touchpoints[:2]:
        count(tenant, nps(50, 30, 20), at=place)
    found = page(tenant, "?against=target")
    first, second, _ = found.context["page"].heatmap.rows[0].cells
    assert [(e.cell.target, e.cell.verdict, e.cell.level) for e in (first, second)] == [
        (60, "worse", -3),
        (0, "better", 3),
    ]
    assert "short of target" in found.content.decode()


def test_coverage_counts_touchpoints_answered_in_thirty_days(tenant: Tenant, path: Path) -> None:
    count(tenant, nps(1, 0, 0), at=path.touchpoints[0], day=days_ago(29, tenant))
    count(tenant, nps(1, 0, 0), at=path.touchpoints[1], day=days_ago(30, tenant))
    covered = page(tenant).context["page"].coverage
    assert (covered.answered, covered.in_use) == (1, 3)
    assert [place.id for place in covered.silent] == [place.pk for place in path.touchpoints[1:]]


@pytest.mark.parametrize(
    ("address", "parameter"),
    [("?metric=x", "metric"), ("?journey=gone", "journey"), ("?channel=gone", "channel"), ("?segment=a:b", "segment"),
     ("?view=gone", "view"), ("?from=yesterday", "from"), ("?against=x", "against")],
)  # fmt: skip
def test_a_nonsense_address_is_a_400_that_names_the_parameter(tenant: Tenant, address: str, parameter: str) -> None:
    found = page(tenant, address)
    assert found.status_code == 400
    assert f"<code>{parameter}=" in found.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_the_page_is_for_those_who_may_see_results(tenant: Tenant, role: str) -> None:
    allowed = Permission.SEE_RESULTS in PERMISSIONS[role]
    assert page(tenant, role=role).status_code == (200 if allowed else 302)


def test_for_a_member_of_another_company_it_does_not_exist(tenant: Tenant, path: Path) -> None:
    client = client_of(make_member())
    for address in ("", "live?since=0", f"stages/{path.stages[0].pk}/", f"touchpoints/{path.touchpoints[0].slug}/"):
        assert client.get(f"/t/{tenant.slug}/{address}").status_code == 404


def test_the_menu_leads_to_the_analysis_that_the_member_may_open(tenant: Tenant) -> None:
    text = page(tenant).content.decode()
    for entry in ENTRIES:
        address = f'href="/t/{tenant.slug}{reverse(entry.name, urlconf="cxplatform.tenant_urls")}"'
        assert (address in text) == (entry.permission in PERMISSIONS[Role.VIEWER]), entry.name
    elsewhere = page(tenant, "promises/-/mine/", role=Role.EMPLOYEE).content.decode()
    assert "<summary" not in elsewhere.partition("</nav>")[0]


def test_a_new_company_is_told_where_to_begin() -> None:
    found = page(make_tenant())
    assert "Nothing is measured yet" in found.content.decode()
    assert found.context["page"].sentence == ()


# Of a part of the company two more weigh what its tiles would tell of the rest.
QUERIES = {
    "": 33,
    "?metric=ces": 33,
    "?journey=tyre-change": 35,
    "?segment=segment:a": 33,
    "?view=segment": 32,
    "?view=touchpoint": 33,
    "?view=segment&journey=tyre-change&compare=segment:a": 35,
    "?segment=segment:a&compare=segment:b": 33,
}


def test_queries_are_as_many_whatever_is_stored_and_none_reads_an_answer(tenant: Tenant, path: Path) -> None:
    make_dimension(tenant, "segment")
    client = client_of(make_member(tenant, Role.VIEWER))
    make_channel(tenant)
    client.get(f"/t/{tenant.slug}/")  # how the plan goes is kept for a while
    for stored in (1, 12):
        for number in range(stored):
            place = make_touchpoint(tenant)
            count(tenant, nps(9, 9, 9), at=place, slices={"segment": "abc"[number % 3]})
        for address in QUERIES:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/t/{tenant.slug}/{address}").status_code == 200
            assert len(captured) == QUERIES[address], (address, stored)
            # The customer's chair shows one customer's answer, and only while its consent stands.
            reads = [query["sql"] for query in captured if "dashboards_chaircase" not in query["sql"]]
            assert not [sql for sql in reads if "surveys_response" in sql]


def test_the_page_needs_no_pandas() -> None:
    """Imported, it would cost every worker a second and 60 MB."""
    check = (
        "import django, sys; django.setup(); import dashboards.leadership.views, dashboards.api; "
        "sys.exit('pandas' in sys.modules)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cxplatform.settings"}
    assert subprocess.run([sys.executable, "-c", check], env=environment, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize(
    ("role", "sees_identity", "begins"),
    [
        (Role.HANDLER, True, "followups/"),
        (Role.EMPLOYEE, True, "customers/"),
        (Role.EMPLOYEE, False, "promises/-/mine/"),
    ],
    ids=["handler", "who sees customers", "employee"],
)
def test_whoever_sees_no_results_begins_where_they_may(
    tenant: Tenant, role: str, sees_identity: bool, begins: str
) -> None:
    member = make_member(tenant, role, sees_identity=sees_identity)
    found = client_of(member, headers={"accept-language": "en"}).get(f"/t/{tenant.slug}/", follow=True)
    assert found.request["PATH_INFO"] == f"/t/{tenant.slug}/{begins}"
    assert found.status_code == 200
    assert "Leadership page" not in found.content.decode()
