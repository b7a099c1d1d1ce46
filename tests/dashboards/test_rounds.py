"""Rounds of asking: answered once by each, nobody told from them, shown when closed and of at least five."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.models import Round, RoundAnswer, RoundVoice
from dashboards.plan import results, rounds
from dashboards.plan.asked import FRONTLINE, STRATEGY
from dashboards.plan.round_page import load_rounds
from tests.dashboards.worlds import days_ago
from tests.factories import api_of, client_of, make_key, make_member, make_tenant, make_unit

OWN = ["management"] * 6 + ["frontline"] * 9 + ["supervisors"] * 3 + ["specialists"] * 7


def make_round(tenant: Tenant, kind: str, *, open: bool = False, **fields: Any) -> Round:
    today = days_ago(0, tenant)
    closes = today + timedelta(days=5) if open else today - timedelta(days=5)
    values = {"name": "Autumn", "opened_on": today - timedelta(days=20), "closes_on": closes, "kind": kind, **fields}
    return Round.objects.create(**values)


def shown(tenant: Tenant, kind: str) -> Any:
    return load_rounds(kind=kind, tenant=tenant, today=days_ago(0, tenant))


@pytest.mark.parametrize(
    ("strategy", "leeway", "quadrant"),
    [(6, 6, "loiste"), (4, 3, "luuppi"), (3, 4, "laidun"), (1, 3, "lotto")],
)
def test_each_stands_in_one_quadrant(strategy: int, leeway: int, quadrant: str) -> None:
    assert results.quadrant_of({STRATEGY: strategy, FRONTLINE: leeway}) == quadrant


@pytest.mark.django_db
def test_an_assessment_is_opened_answered_once_closed_and_read(django_assert_num_queries: Any) -> None:
    tenant = make_tenant(name="Rengasala")
    lead, fitter = make_member(tenant, Role.CX_LEAD), make_member(tenant, Role.EMPLOYEE)
    lead_client, client = (client_of(each, headers={"accept-language": "en"}) for each in (lead, fitter))
    room = f"/t/{tenant.slug}/plan/"
    today = days_ago(0, tenant)
    wanted = {"name": "Autumn", "closes_on": str(today + timedelta(days=9)), "roles": ["employee"], "outside": "on"}
    assert (
        lead_client.post(f"{room}assessment/open/", {**wanted, "closes_on": str(days_ago(1, tenant))}).status_code
        == 400
    )
    assert lead_client.post(f"{room}nothing/open/", wanted).status_code == 404
    assert lead_client.post(f"{room}assessment/open/", wanted).status_code == 302
    with activate(tenant.pk):
        made = Round.objects.get()
        link = urlsplit(rounds.address_of(made)).path
    here = f"{room}answer/{made.pk}/"
    assert OutgoingMail.objects.get(tenant_id=tenant.pk).to == fitter.user.email and made.asked == 1
    assert here in client.get(f"{room}mine/").content.decode()

    told = {"group": "frontline", "vision_words": "4", "vision_work": "5", "key": str(uuid4())}
    for wrong in (
        {**told, "vision_words": "6"},
        {"group": "frontline", "key": told["key"]},
        {**told, "group": "outside"},
    ):
        assert client.post(here, wrong).status_code == 400
    assert lead_client.get(here).status_code == 404  # they were not asked
    assert client.post(here, told).status_code == 302
    assert client.post(here, told).status_code == 409
    visitor = Client(headers={"accept-language": "sv"})
    assert "ser ut utifrån" in visitor.get(link).content.decode()
    key = str(uuid4())
    for _twice in range(2):
        assert visitor.post(link, {"meets": "2", "key": key}).status_code == 200
    assert visitor.post(link, {"meets": "9", "key": key}).status_code == 400
    assert visitor.get(link[:-6] + "AAAAA/").status_code == 404
    with activate(tenant.pk):
        assert sorted(RoundAnswer.objects.values_list("group", "answers")) == [
            ("frontline", {"vision_words": 4, "vision_work": 5}), ("outside", {"meets": 2}),
        ]  # fmt: skip
        assert RoundVoice.objects.get().user == fitter.user
    open_page = lead_client.get(f"{room}assessment/").content.decode()
    assert "1 of 1 have answered" in open_page and "radar" not in open_page

    assert lead_client.post(f"{room}rounds/{made.pk}/", {"remind": ""}).status_code == 302
    assert OutgoingMail.objects.filter(tenant_id=tenant.pk).count() == 1  # whoever has answered is left alone
    assert lead_client.post(f"{room}rounds/{made.pk}/").status_code == 302
    unasked = make_member(tenant, Role.EMPLOYEE)
    lead_client.post(f"{room}rounds/{made.pk}/", {"remind": ""})
    assert not OutgoingMail.objects.filter(to=unasked.user.email).exists()  # nobody is asked for what is over
    assert "at least five" in lead_client.get(f"{room}assessment/").content.decode()
    assert visitor.post(link, {"meets": "2", "key": str(uuid4())}).status_code == 410
    late = make_member(tenant, Role.EMPLOYEE)
    assert client_of(late).post(here, told).status_code == 409
    with activate(tenant.pk):
        assert RoundVoice.objects.count() == 1  # one who came too late has not answered
        before = make_round(tenant, "assessment", name="Spring", closes_on=today - timedelta(days=90))
        for round_, level in ((before, 2), (made, 4)):
            RoundAnswer.objects.bulk_create(
                RoundAnswer(
                    round=round_,
                    group=group,
                    answers={"vision_words": level, "meets": 3 + number % 2, "vision_work": level + number % 2},
                )
                for number, group in enumerate(OWN)
            )
        with django_assert_num_queries(2):
            page = shown(tenant, "assessment")
    vision, meets = page.assessment.areas[0], page.assessment.abilities[0]
    assert (vision.course, meets.course, vision.own.n) == ("better", "no_clear_change", 26)
    # Three supervisors are hidden, and the smallest group that may be shown with them, or they could be subtracted.
    assert set(vision.groups) == {"frontline", "specialists"} and vision.outside is None
    for address in ("", "?format=xlsx"):
        assert lead_client.get(f"{room}assessment/{address}").status_code == 200
    told = api_of(make_key(tenant)).get("/api/v1/assessment").json()
    assert told["n"] == 26 and told["themes"][0]["own"]["value"] == pytest.approx(vision.own.value)
    assert api_of(make_key(make_tenant())).get("/api/v1/assessment").json()["themes"] == []
    outsider = make_member(role=Role.ADMIN)
    assert client_of(outsider).post(f"/t/{outsider.tenant.slug}/plan/rounds/{made.pk}/").status_code == 404
    assert client_of(outsider).get(f"/t/{outsider.tenant.slug}/plan/answer/{made.pk}/").status_code == 404


@pytest.mark.django_db
def test_the_two_by_two_and_the_barriers_hide_the_few() -> None:
    tenant = make_tenant()
    big, small = make_unit(tenant, "helsinki"), make_unit(tenant, "oulu")
    with activate(tenant.pk):
        square, named = make_round(tenant, "leeway"), make_round(tenant, "barriers")
        for unit, n in ((big, 12), (small, 4), (None, 6)):
            RoundAnswer.objects.bulk_create(
                RoundAnswer(
                    round=square, group="frontline", unit=unit, answers={STRATEGY: 5, FRONTLINE: 1 + number % 6}
                )
                for number in range(n)
            )
        RoundAnswer.objects.bulk_create(
            RoundAnswer(round=named, group="frontline", answers={"time": 1} if number else {"silos": 1}, other=said)
            for number, said in enumerate(["Soita Matille 040 123 4567", *[""] * 9])
        )
        two, barriers = shown(tenant, "leeway").two, shown(tenant, "barriers").barriers
    whole = two.squares[0][1]
    assert whole.n == 22 and [part.count for part in whole.parts] == [12, 10, 0, 0]
    assert [name for name, _square in two.units] == [big.name]
    assert [(part.key, part.count) for part in barriers.parts[:2]] == [("time", 9), ("silos", 1)]
    assert barriers.parts[0].low == pytest.approx(59.6, abs=0.1) and barriers.parts[0].high == pytest.approx(
        98.2, abs=0.1
    )
    assert "040" not in barriers.others[0]
    read = client_of(make_member(tenant, Role.VIEWER), headers={"accept-language": "en"})
    for kind in ("leeway", "barriers"):
        for address in ("", "?format=xlsx"):
            assert read.get(f"/t/{tenant.slug}/plan/{kind}/{address}").status_code == 200
    assert "Begin the next plan" not in read.get(f"/t/{tenant.slug}/plan/").content.decode()
    with activate(tenant.pk):
        asked = make_round(tenant, "barriers", open=True, roles=["viewer"])
    here = f"/t/{tenant.slug}/plan/answer/{asked.pk}/"
    four = {"group": "management", "chosen": ["time", "silos", "rules", "people"], "key": str(uuid4())}
    assert "Choose three at most: those" in read.post(here, four).content.decode()
    assert read.post(here, {**four, "chosen": ["time"]}).status_code == 302
