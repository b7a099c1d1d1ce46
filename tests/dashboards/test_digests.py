"""Digests: when they come, what is in them, whose figures, and how they stop."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

from cxplatform.deliveries import outbox
from cxplatform.deliveries.models import OutgoingMail
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant
from cxplatform.tenancy.roles import Role
from dashboards.digests.build import digest, query_for
from dashboards.digests.choose import choose
from dashboards.digests.days import last_sending, next_sending, told_of
from dashboards.digests.send import due, send_due
from dashboards.digests.stopping import stop_address
from dashboards.leadership.page import load_page
from dashboards.models import DigestChoice
from dashboards.periods import Period
from journeys.models import Unit
from tests.dashboards.worlds import count, find_decline, nps
from tests.factories import Path, client_of, make_journey, make_member, make_tenant, make_unit
from tests.feedback.worlds import say

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 16)
BEFORE = MONDAY - timedelta(days=3)


@pytest.mark.parametrize(
    ("day", "weekly", "on", "last", "following"),
    [
        (MONDAY, True, 1, MONDAY, date(2026, 11, 23)),
        (date(2026, 11, 22), True, 1, MONDAY, date(2026, 11, 23)),
        (date(2026, 3, 1), False, 28, date(2026, 2, 28), date(2026, 3, 28)),
        (date(2027, 1, 1), False, 1, date(2027, 1, 1), date(2027, 2, 1)),
    ],
)
def test_days_of_sending(day: date, weekly: bool, on: int, last: date, following: date) -> None:
    assert last_sending(day, weekly=weekly, on=on) == last
    assert next_sending(day, weekly=weekly, on=on) == following


def test_a_digest_tells_of_whole_days_that_are_over() -> None:
    assert told_of(MONDAY, weekly=True) == Period(date(2026, 11, 9), MONDAY)
    assert told_of(date(2027, 1, 15), weekly=False) == Period(date(2026, 12, 1), date(2027, 1, 1))


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    """A week in which Buy fell clearly; Helsinki has 40 of its answers."""
    tenant = make_tenant(name="Rengasala", slug="rengasala", language="fi")
    path = make_journey(tenant, "tyre-change", name="Tyre change", stages=["Choose", "Buy"])
    helsinki = make_unit(tenant, "helsinki", name="Helsinki")
    count(tenant, nps(20, 10, 10), at=path.touchpoints[0], day=BEFORE, slices={"unit": str(helsinki.pk)})
    count(tenant, nps(20, 40, 140), at=path.touchpoints[1], day=BEFORE)
    count(tenant, nps(160, 20, 20), at=path.touchpoints[1], day=BEFORE - timedelta(days=364))
    return path


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


def chosen(member: Membership, *, filters: str = "", kind: str = "huddle", language: str = "en") -> DigestChoice:
    with activate(member.tenant_id):
        return choose(
            user=member.user, kind=kind, filters=filters, day=1, language=language, today=MONDAY - timedelta(days=1)
        )


def send(tenant: Tenant, *, day: date = MONDAY, hour: int = 7) -> list[OutgoingMail]:
    with activate(tenant.pk):
        send_due(tenant, now=datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/Helsinki")))
    return list(OutgoingMail.objects.order_by("pk"))


def test_a_digest_comes_once_with_sentence_interval_n_and_a_way_to_the_page(tenant: Tenant) -> None:
    chosen(make_member(tenant, Role.VIEWER))
    assert send(tenant, hour=5) == []
    send(tenant)
    (sent,) = send(tenant)
    assert sent.subject == "Rengasala: the week in figures, 9 Nov 2026–15 Nov 2026"
    assert "NPS, promoters less detractors: Score −45.8 (−54.9…−35.7), n 240" in sent.text
    assert "- Buy: Score −60.0" in sent.text
    assert "/t/rengasala/?from=2026-11-09&to=2026-11-15" in sent.text
    assert "/t/rengasala/?from=2026-11-09&amp;to=2026-11-15" in sent.html
    outbox.deliver(sent.pk)
    assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_few_of_the_newest_words_come_along_unless_so_few_wrote_that_it_would_tell(
    tenant: Tenant, path: Path
) -> None:
    chosen(make_member(tenant, Role.VIEWER))
    noon = datetime(2026, 11, 12, 12, tzinfo=tenant.zone)
    for number in range(4):
        say(
            tenant,
            f"They were late {number}",
            at=noon + timedelta(hours=number),
            nps=2,
            touchpoint_id=path.touchpoints[1].pk,
        )
    with activate(tenant.pk):
        rows = due(tenant, now=datetime(2026, 11, 16, 8, tzinfo=tenant.zone))
        page = load_page(
            query=query_for(filters="", weekly=True, sending=MONDAY, member=rows[0].member), today=MONDAY, tenant=tenant
        )
        assert digest(page, weekly=True).heard == ()
    say(tenant, "Kind and quick", at=noon, nps=10, touchpoint_id=path.touchpoints[0].pk)
    (sent,) = send(tenant)
    first, second = (place.name for place in path.touchpoints)
    assert [line for line in sent.text.splitlines() if "“" in line] == [
        *(f"- “They were late {number}” (NPS 2, {second})" for number in (3, 2, 1)),
        f"- “Kind and quick” (NPS 10, {first})",
    ]


def test_whoever_asks_for_a_unit_is_told_of_it_alone_in_their_language(tenant: Tenant) -> None:
    make_unit(tenant, "turku", name="Turku")
    with activate(tenant.pk):
        helsinki = Unit.objects.get(slug="helsinki").pk
    chosen(make_member(tenant, Role.VIEWER), filters=f"segment=unit%3A{helsinki}", language="fi")
    chosen(make_member(tenant, Role.UNIT_MANAGER, unit_ids=[helsinki]))
    told, manager = send(tenant)
    assert "Yksikkö: Helsinki" in told.subject
    assert "Tulos 25,0" in told.text
    assert "Score 25.0" in manager.text
    assert "240" not in manager.text


def test_a_filter_that_is_gone_is_said_and_one_failure_stops_no_other(tenant: Tenant) -> None:
    chosen(make_member(tenant, Role.VIEWER), filters="journey=gone")
    chosen(make_member(tenant, Role.VIEWER), kind="leadership")
    first, second = send(tenant, day=date(2026, 11, 16)), send(tenant, day=date(2026, 12, 1))
    assert [each.subject for each in first] == ["Rengasala: a digest that could not be made"]
    assert "There is no such journey in use" in first[0].text
    assert [each.subject for each in second[-1:]] == ["Rengasala: the month in figures, 1 Nov 2026–30 Nov 2026"]


def test_a_finding_which_has_an_address_of_its_own_goes_into_a_monthly_digest(tenant: Tenant, path: Path) -> None:
    find_decline(tenant, path.touchpoints[1])
    chosen(make_member(tenant, Role.VIEWER), kind="leadership")
    (sent,) = send(tenant, day=date(2026, 12, 1))
    assert f"{path.touchpoints[1].name} goes down little by little" in sent.text


def test_who_may_not_see_results_any_more_and_what_is_late_are_sent_nothing(tenant: Tenant) -> None:
    former = make_member(tenant, Role.VIEWER)
    chosen(former)
    chosen(make_member(tenant, Role.VIEWER))
    Membership.objects.filter(pk=former.pk).update(role=Role.EMPLOYEE)
    with activate(tenant.pk):
        moment = datetime(2026, 11, 20, 12, tzinfo=tenant.zone)
        assert due(tenant, now=moment) == []
        assert [each.choice.user_id != former.user_id for each in due(tenant, now=moment - timedelta(days=2))] == [True]


def test_one_button_stops_it_without_signing_in(tenant: Tenant) -> None:
    chosen(make_member(tenant, Role.VIEWER))
    (sent,) = send(tenant)
    path = urlsplit(sent.headers["List-Unsubscribe"].strip("<>")).path
    assert "Stop this digest?" in Client().get(path).content.decode()
    assert Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with activate(tenant.pk):
        assert not DigestChoice.objects.exists()
    assert Client().post(path).status_code == 200
    assert Client().post(path.replace("stop/", "stop/x")).status_code == 404


def form(**changes: Any) -> dict[str, Any]:
    return {"kind": "huddle", "weekday": "1", "month_day": "1", "journey": "tyre-change", "language": ""} | changes


def test_a_member_chooses_looks_and_removes(tenant: Tenant) -> None:
    member = make_member(tenant, Role.VIEWER)
    client = client_of(member, headers={"accept-language": "en"})
    base = f"/t/{tenant.slug}/digests/"
    assert "The digest will come." in client.post(base, form(), follow=True).content.decode()
    again = client.post(base, form())
    assert (again.status_code, "You have this digest already" in again.content.decode()) == (422, True)
    page = client.get(base).content.decode()
    assert "Journey: Tyre change" in page
    assert "the week in figures" in client.get(f"{base}preview/", form()).content.decode()
    foreign = f"unit:{make_unit(make_tenant()).pk}"
    for wrong in (form(kind="hourly"), form(weekday="9"), form(journey="gone"), form(segment=foreign)):
        assert client.post(base, wrong).status_code == 422
        assert client.get(f"{base}preview/", wrong).status_code in (400, 422)
    with activate(tenant.pk):
        mine = DigestChoice.objects.get()
    other = client_of(make_member(tenant, Role.VIEWER))
    assert other.post(f"{base}{mine.pk}/remove/").status_code == 404
    client.post(f"{base}{mine.pk}/remove/")
    with activate(tenant.pk):
        assert not DigestChoice.objects.exists()


def test_the_link_of_a_company_that_is_gone_stops_nothing_and_says_so(tenant: Tenant) -> None:
    gone = DigestChoice(pk=1, tenant_id=tenant.pk + 1000)
    assert Client().post(urlsplit(stop_address(gone)).path).status_code == 404
