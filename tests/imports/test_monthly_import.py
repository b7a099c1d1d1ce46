"""History in the files offices have: monthly counts by value, or the three counts of an NPS."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Touchpoint
from surveys.models import MonthlyCount
from tests.dashboards.worlds import days_ago
from tests.factories import api_of, make_channel, make_key, make_tenant, make_touchpoint
from tests.imports.worlds import Person, xlsx
from tests.surveys.worlds import counted

pytestmark = pytest.mark.django_db

HEADER = ["Kosketuspiste", "Kuukausi", "Mittari", *range(11)]
VALUES = [2, 0, 0, 0, 0, 1, 0, 3, 4, 10, 20]


@pytest.fixture
def world() -> tuple[Tenant, Touchpoint, Person]:
    tenant = make_tenant(language="en", timezone="Europe/Helsinki")
    return tenant, make_touchpoint(tenant, "tyres", name="Renkaanvaihto"), Person(tenant)


def kept(tenant: Tenant) -> dict[tuple[str, int, int, str], list[int]]:
    with activate(tenant.pk):
        rows = MonthlyCount.objects.values_list("metric", "touchpoint_id", "channel_id", "month", "histogram")
        return {(*row[:3], row[3].isoformat()): row[4] for row in rows}


def test_a_workbook_of_counts_is_guessed_taken_in_and_shown(world) -> None:
    tenant, place, person = world
    data = xlsx(
        HEADER,
        ["Renkaanvaihto", "joulukuu 2025", "NPS", *VALUES],
        ["tyres", "1/2026", "nps/0-10", *VALUES],
        ["tyres", "1.2.2026", "CES", None, 1, None, None, 2, 3, 4, 5, None, None, None],
    )
    done = person.bring("monthly", data, "historia.xlsx")
    assert (done.state, done.accepted, done.duplicates, done.rejected) == ("done", 3, 0, 0)
    assert kept(tenant) == {
        ("nps/0-10", place.pk, 0, "2025-12-01"): VALUES,
        ("nps/0-10", place.pk, 0, "2026-01-01"): VALUES,
        ("ces/1-7", place.pk, 0, "2026-02-01"): [1, 0, 0, 2, 3, 4, 5],
    }
    score = api_of(make_key(tenant, ["read"])).get("/api/v1/scores?from=2025-12-01&to=2026-01-31&by=month").json()
    assert [(one["value"], one["n"]) for one in score["groups"]] == [("2025-12", 40), ("2026-01", 40)]
    assert score["total"]["score"] == 67.5
    page = person.client.get(f"/t/{tenant.slug}/touchpoints/tyres/").content.decode()
    assert "2 months of NPS were brought in as counts: 12/2025–1/2026." in page
    again = person.bring("monthly", data, "toinen.xlsx")
    assert (again.accepted, again.duplicates, again.rejected) == (0, 3, 0)


def test_a_corrected_file_replaces_by_the_difference_and_a_rebuild_loses_nothing(world) -> None:
    tenant, _place, person = world
    header = "Kosketuspiste;Kuukausi;Mittari;" + ";".join(map(str, range(11))) + "\n"
    first = header + "tyres;12/2025;NPS;" + ";".join(map(str, VALUES)) + "\n"
    person.bring("monthly", first.encode("cp1252"))
    better = [*VALUES[:10], 25]
    done = person.bring("monthly", (header + "tyres;12/2025;NPS;" + ";".join(map(str, better)) + "\n").encode("cp1252"))
    assert (done.accepted, done.duplicates) == (1, 0)
    before = counted(tenant)
    assert {tuple(histogram) for histogram in before.values()} == {tuple(better)}
    assert rebuild(tenant.pk)["surveys.rollups"] == 0
    assert counted(tenant) == before


def test_three_counts_of_an_nps_are_a_scale_of_their_own_with_the_same_score(world) -> None:
    tenant, place, person = world
    shop = make_channel(tenant, "shop", name="Myymälä")
    data = (
        "Kosketuspiste;Kanava;Kuukausi;Mittari;Suosittelijat;Neutraalit;Arvostelijat\n"
        "Renkaanvaihto;Myymälä;2025-12;NPS;50;30;20\nRenkaanvaihto;;2025-11;;1 000;0;0\n"
    )
    done = person.bring("monthly", data.encode())
    assert (done.accepted, done.rejected) == (2, 0)
    assert kept(tenant) == {
        ("nps/3", place.pk, shop.pk, "2025-12-01"): [20, 30, 50],
        ("nps/3", place.pk, 0, "2025-11-01"): [0, 0, 1000],
    }
    api = api_of(make_key(tenant, ["read"]))
    total = api.get("/api/v1/scores?metric=nps&from=2025-12-01&to=2025-12-31").json()
    assert total["metric"] == "nps/3"
    # the golden number of METRICS
    assert (total["total"]["score"], round(total["total"]["low"], 2), round(total["total"]["high"], 2)) == (
        30,
        14.05,
        44.2,
    )
    page = person.client.get(f"/t/{tenant.slug}/touchpoints/tyres/?from=2025-12-01&to=2025-12-31").content.decode()
    assert "brought in as counts: 11/2025–12/2025" in page
    assert ">promoters<" in page
    today = person.client.get(f"/t/{tenant.slug}/touchpoints/tyres/?from={days_ago(3, tenant)}").content.decode()
    assert "metric=nps%2F3" in today


WRONG = [
    (["no", "12/2025", "NPS", *VALUES], "touchpoint: “no” is not in use"),
    (["tyres", "12/2025", "NPS", *VALUES[:10], -1], "10: Give a number of answers"),
    (["tyres", "12/2025", "NPS", *VALUES[:10], 1.5], "10: '1.5' is not a whole number"),
    (["tyres", "12/2025", "CSAT", *VALUES], "0: csat/1-5 has no such answer."),
    (["tyres", "12/2025", "emotion/7", *([None] * 11)], "metric: No column has the answers pleased, valued"),
    (["tyres", "12/2025", "NPS", *([None] * 11)], "metric: The row has no counts."),
    (["tyres", "12/2025", "happiness", *VALUES], "metric: Write one of: nps/0-10, "),
    (["tyres", "12/2025", "", *VALUES], "metric: Say which metric"),
    (["tyres", "12/1999", "NPS", *VALUES], "month: The month is before the year 2000."),
    (["tyres", "1/2999", "NPS", *VALUES], "month: The month is not over yet."),
    (["tyres", "huomenna", "NPS", *VALUES], "Kuukausi: “huomenna” is not a date"),
    (["", "12/2025", "NPS", *VALUES], "touchpoint: is empty"),
]


def test_a_row_that_cannot_be_counted_says_why(world) -> None:
    _tenant, _, person = world
    good = ["tyres", "11/2025", "NPS", *VALUES]
    done = person.bring("monthly", xlsx(HEADER, *(row for row, _ in WRONG), good), "h.xlsx")
    assert (done.accepted, done.rejected) == (1, len(WRONG))
    page = person.client.get(f"{person.begin}{done.pk}/rejected.xlsx")
    _header, *rejected = load_workbook(BytesIO(page.content)).active.iter_rows(values_only=True)
    for told, (row, said) in zip(rejected, WRONG, strict=True):
        assert said in told[1], row


def test_rows_that_contradict_each_other_or_themselves_are_refused(world) -> None:
    tenant, _, person = world
    header = [*HEADER, "Suosittelijat", "Neutraalit", "Arvostelijat"]
    good, wrong = [30, 7, 3], [31, 7, 3]
    rows = [
        ["tyres", "12/2025", "NPS", *VALUES, *good],
        ["tyres", "11/2025", "NPS", *VALUES, *wrong],
        ["tyres", "12/2025", "NPS", *[*VALUES[:10], 21], None, None, None],
        ["tyres", "12/2025", "NPS", *VALUES, *good],
    ]
    done = person.bring("monthly", xlsx(header, *rows), "h.xlsx")
    assert (done.accepted, done.duplicates, done.rejected) == (1, 1, 2)
    assert list(kept(tenant).values()) == [VALUES]


def test_another_company_s_history_is_not_seen(world) -> None:
    _tenant, _, person = world
    person.bring("monthly", xlsx(HEADER, ["tyres", "12/2025", "NPS", *VALUES]), "h.xlsx")
    assert kept(make_tenant()) == {}
