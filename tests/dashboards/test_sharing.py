"""What leaves the company by a link: only what was chosen, to whom it was given, for as long as it was meant."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from cxplatform.stats.metrics import metric
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from cxplatform.tenancy.roles import Role
from dashboards.changes.told import compared
from dashboards.models import Insight, ShareLink
from dashboards.sharing.shown import MOST_OPEN, outside, part_of
from dashboards.sheets import Column, Sheet
from tests.dashboards.worlds import NPS, count, days_ago, nps
from tests.factories import Path, client_of, make_journey, make_member, make_tenant, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "autumn leaves"


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    tenant = make_tenant(name="Rengasala")
    path = make_journey(tenant, "tyre-change", name="Tyre change", stages=["Choose", "Buy", "Use"])
    with activate(tenant.pk):
        owner = make_user("aino@example.org", first_name="Aino", last_name="Virtanen")
        path.touchpoints[0].owner = owner
        path.touchpoints[0].save()
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    count(tenant, nps(2, 1, 1), at=path.touchpoints[1])
    count(tenant, nps(1, 1, 2), at=path.touchpoints[2])  # or the four were the journey less its first stage
    return path


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


@pytest.fixture(scope="module")
def lead(tenant: Tenant) -> Client:
    return client_of(make_member(tenant, Role.CX_LEAD), headers={"accept-language": "en"})


def make(lead: Client, tenant: Tenant, kind: str = "page", asks: str = "", **fields: Any) -> Any:
    """The answer to asking for a link; what is not told is filled in as anybody would."""
    common = {"name": "Board", "language": "en", "expires": days_ago(-30, tenant).isoformat()}
    own = {
        "page": {"sheets": ["scores", "journeys"]},
        "tile": {"measure": "nps", "origins": "https://intra.example.fi"},
    }
    given = {f"{kind}-{name}": value for name, value in (common | own[kind] | fields).items()}
    return lead.post(f"/t/{tenant.slug}/shares/{asks}", given | {"kind": kind})


def address(made: Any) -> str:
    found: str = made.context["new_address"]
    return "/" + found.split("/", 3)[3]


def test_a_link_shows_what_was_chosen_and_nothing_else(lead: Client, tenant: Tenant) -> None:
    shown = Client().get(address(make(lead, tenant)))
    text = shown.content.decode()
    assert shown.status_code == 200
    for said in ("Rengasala", "NPS", "Tyre change", "n 108", '<td class="number level">30'):
        assert said in text, said
    for hidden in ("Silent touchpoints", "Promises", "Aino", "Virtanen", "aino@", "<script", "/t/", "csrf"):
        assert hidden not in text, hidden
    assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    assert not shown.cookies


def test_names_of_people_and_words_of_customers_are_cut_from_any_sheet() -> None:
    columns = (Column("stage", "Stage"), Column("owner", "Owner"), Column("quote", "Quote"))
    assert outside(Sheet("focus", "Focus", columns, [("Buy", "Aino", "odotin")])).rows == [("Buy",)]


def test_a_long_table_is_folded_so_that_the_others_are_found_on_a_phone() -> None:
    months = Sheet("months", "Months", (Column("month", "Month"),), [(f"{n}",) for n in range(MOST_OPEN + 1)])
    assert [part_of(months).folded, part_of(replace(months, rows=months.rows[1:])).folded] == [True, False]


def test_small_groups_are_as_hidden_as_on_the_page(lead: Client, tenant: Tenant) -> None:
    text = Client().get(address(make(lead, tenant))).content.decode()
    assert "too few" in text
    assert "n 4<" not in text


def test_the_token_is_kept_nowhere_and_openings_are_counted(lead: Client, tenant: Tenant) -> None:
    link = address(make(lead, tenant))
    Client().get(link)
    Client().head(link)
    stored = ShareLink.objects.get()
    assert (stored.opened, stored.last_opened_at is not None) == (2, True)
    token = link.rpartition("/")[2]
    assert token not in str(list(ShareLink.objects.values()))
    with activate(tenant.pk):
        entry = AuditEntry.objects.get(model="dashboards.sharelink")
    assert (entry.action, "token_hash" in entry.changes, "password" in entry.changes) == ("created", False, False)
    assert link not in lead.get(f"/t/{tenant.slug}/shares/").content.decode()


def test_a_password_is_asked_until_it_is_given_and_guessing_ends(lead: Client, tenant: Tenant) -> None:
    link = address(make(lead, tenant, password=PASSWORD))
    visitor = Client()
    for answer in (visitor.get(link), visitor.post(link, {"password": "autumn leave"}), visitor.post(link)):
        assert "Tyre change" not in answer.content.decode()
    assert visitor.post(link, {"password": "wrong"}).status_code == 403
    opened = visitor.post(link, {"password": PASSWORD})
    assert (opened.status_code, opened.headers["location"]) == (302, link)
    assert opened.cookies["cx_share"]["httponly"]
    assert "Tyre change" in visitor.get(link).content.decode()
    other = address(make(lead, tenant, password="another one"))
    visitor.cookies["cx_share"]["path"] = other
    assert "Tyre change" not in visitor.get(other).content.decode()
    guesser = Client(REMOTE_ADDR="192.0.2.7")
    # Ten in a minute; two minutes may meet here.
    answers = [guesser.post(link, {"password": str(number)}).status_code for number in range(21)]
    assert answers[:10] == [403] * 10 and 429 in answers
    assert guesser.post(link, {"password": PASSWORD}).status_code == 429


def test_a_browser_is_asked_for_the_password_again_after_half_a_day(
    lead: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = address(make(lead, tenant, password=PASSWORD))
    visitor = Client()
    visitor.post(link, {"password": PASSWORD})
    given = time.time()
    for hours, opened in ((11.9, True), (12.1, False)):
        monkeypatch.setattr(signing.time, "time", lambda hours=hours: given + hours * 3600)
        assert ("Tyre change" in visitor.get(link).content.decode()) == opened


def test_a_link_ends_on_its_day_and_when_it_is_revoked(lead: Client, tenant: Tenant) -> None:
    first, second = (address(make(lead, tenant, name=name)) for name in ("First", "Second"))
    ShareLink.objects.filter(name="First").update(expires_at=timezone.now() - timedelta(seconds=1))
    lead.post(f"/t/{tenant.slug}/shares/{ShareLink.objects.get(name='Second').pk}/revoke/")
    for link in (first, second):
        ended = Client().get(link, headers={"accept-language": "en"})
        assert ended.status_code == 410
        assert "This link no longer works" in ended.content.decode()
    assert Client().get("/share/nothing").status_code == 404
    assert Client().get(second.replace("/share/", "/e/")).status_code == 404  # a page is no tile


def test_a_link_to_what_is_gone_says_so(lead: Client, tenant: Tenant) -> None:
    link = address(make(lead, tenant, asks="?journey=tyre-change"))
    ShareLink.objects.update(query="?journey=archived")
    gone = Client().get(link)
    assert gone.status_code == 410
    assert "no longer there" in gone.content.decode()


def test_panels_that_lead_somewhere_on_the_page_are_shared_without_their_addresses(
    lead: Client, tenant: Tenant, path: Path
) -> None:
    fallen = compared(metric(NPS), np.array(nps(1, 9, 90)), np.array(nps(90, 9, 1)))
    day = days_ago(9, tenant)
    with activate(tenant.pk):
        Insight.objects.create(
            kind="sudden_fault",
            rank=1,
            touchpoint=path.touchpoints[0],
            data=fallen | {"since": fallen["now"], "began": day.isoformat(), "mended": ""},
            start=day,
            last=day,
        )
    text = Client().get(address(make(lead, tenant, sheets=["found", "journeys"]))).content.decode()
    assert ['href="#part-found"' in text, 'id="part-found" open' in text, ">1 row<" in text] == [True, True, True]
    assert f"{path.touchpoints[0].name} broke down on" in text
    assert "/t/" not in text


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [("page", {"sheets": []}, "required"), ("page", {"sheets": ["chair"]}, "not one of the available choices"),
     ("page", {"expires": "2020-01-01"}, "This day is past"), ("page", {"expires": "2090-01-01"}, "a year at most"),
     ("page", {"expires": ""}, "required"), ("page", {"password": "short"}, "at least 8"),
     ("tile", {"measure": "x"}, "valid choice"), ("tile", {"origins": " "}, "required"),
     ("tile", {"origins": "*"}, "not an address of a site"),
     ("tile", {"origins": "http://intra.example.fi"}, "not an address of a site"),
     ("tile", {"origins": "https://a.fi; script-src *"}, "not an address of a site")],
)  # fmt: skip
def test_a_link_half_said_is_not_made(
    lead: Client, tenant: Tenant, kind: str, fields: dict[str, Any], said: str
) -> None:
    answer = make(lead, tenant, kind, **fields)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not ShareLink.objects.exists()


def test_nobody_of_another_company_revokes_or_sees_it(lead: Client, tenant: Tenant) -> None:
    make(lead, tenant)
    stranger = make_member(role=Role.ADMIN)
    theirs = client_of(stranger)
    pk = ShareLink.objects.get().pk
    assert theirs.post(f"/t/{stranger.tenant.slug}/shares/{pk}/revoke/").status_code == 404
    assert list(theirs.get(f"/t/{stranger.tenant.slug}/shares/").context["links"]) == []
    assert client_of(make_member(tenant, Role.VIEWER)).get(f"/t/{tenant.slug}/shares/").status_code == 403


def test_a_tile_is_one_figure_for_the_listed_pages_without_script(lead: Client, tenant: Tenant, path: Path) -> None:
    made = make(lead, tenant, "tile", origins="https://Intra.example.fi/\nhttp://localhost:3000", expires="")
    tile = Client().get(address(made))
    text = tile.content.decode()
    for said in ("NPS", "28", "n 108", "Rengasala"):
        assert said in text, said
    assert "<script" not in text
    policy = tile.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://intra.example.fi http://localhost:3000")
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "X-Frame-Options" not in tile.headers
    assert tile.headers["X-Robots-Tag"] == "noindex"
    count(tenant, nps(0, 0, 500), at=path.touchpoints[0])
    assert Client().get(address(made)).content.decode() == text  # for a minute
    ShareLink.objects.update(revoked_at=timezone.now())
    ended = Client().get(address(made))
    assert (ended.status_code, "28" in ended.content.decode()) == (410, False)
