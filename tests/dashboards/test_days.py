"""Baselines do not move, and a past day is what the page said then."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.days.keep import keep, missing
from dashboards.levels.baseline import CannotFreeze, freeze, load_baseline
from dashboards.load import EVERYBODY, Slice
from dashboards.models import Baseline, BaselineCount, Snapshot
from dashboards.periods import Period
from tests.dashboards.worlds import NPS, count, days_ago, find_decline, nps
from tests.factories import Path, client_of, make_journey, make_member, make_tenant

pytestmark = pytest.mark.django_db
# Over a month's edge, so that days are added and taken away around the month.
FIRST, LAST = date(2026, 3, 5), date(2026, 5, 20)


@pytest.fixture
def path() -> Path:
    return make_journey(make_tenant(name="Rengasala"), "tyre-change", name="Tyre change", stages=["Choose", "Buy"])


@pytest.fixture
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


def get(tenant: Tenant, address: str, role: str = Role.VIEWER, **data: Any) -> Any:
    client = client_of(make_member(tenant, role), headers={"accept-language": "en"})
    return client.post(f"/t/{tenant.slug}/{address}", data) if data else client.get(f"/t/{tenant.slug}/{address}")


def test_a_baseline_holds_its_days_alone_and_does_not_move(tenant: Tenant, path: Path) -> None:
    place = path.touchpoints[0]
    for day in (FIRST, date(2026, 4, 10), LAST):
        count(tenant, nps(5, 3, 2), at=place, day=day, slices={"segment": "a"}, channel_id=4)
    for day in (FIRST - timedelta(days=1), LAST + timedelta(days=1)):
        count(tenant, nps(0, 0, 50), at=place, day=day)
    with activate(tenant.pk):
        made = freeze(name="Before the change", period=Period(FIRST, LAST + timedelta(days=1)))
    count(tenant, nps(0, 0, 99), at=place, day=LAST)
    with activate(tenant.pk):
        of = Slice(parts=(EVERYBODY, ("segment", "a")), touchpoints=(place.pk,))
        found = load_baseline(made, metrics=[NPS], of=of, by=["touchpoint_id", "value"])
        assert {key: value.tolist() for key, value in found.items()} == {
            (NPS, "baseline", place.pk, value): nps(15, 9, 6) for value in ("", "a")
        }
        whole = load_baseline(made, metrics=[NPS], of=Slice(channel_id=4))
        assert [value.tolist() for value in whole.values()] == [nps(15, 9, 6)]
        assert load_baseline(made, metrics=[NPS], of=Slice(channel_id=5)) == {}


def test_what_cannot_be_frozen_says_why(tenant: Tenant) -> None:
    period = Period(FIRST, LAST)
    count(tenant, nps(5, 3, 2), day=FIRST)
    with activate(tenant.pk):
        freeze(name="One", period=period)
        for name, days, said in (
            ("one", period, "There is a baseline of this name already."),
            ("!!", period, "Give a name with letters or numbers in it."),
            ("Two", Period(date(2020, 1, 1), date(2020, 2, 1)), "Nothing was answered on these days."),
        ):
            with translation.override("en"), pytest.raises(CannotFreeze, match=said):
                freeze(name=name, period=days)
        assert [one.name for one in Baseline.objects.all()] == ["One"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start": "2026-05-01", "last": "2026-04-01"}, "The first day comes after the last."),
        ({"start": "yesterday", "last": "2026-04-01"}, "“yesterday” is not a date."),
        ({"start": "2026-04-01", "last": "2999-01-01"}, "The period ends over a year ahead."),
        ({"start": "2026-04-01", "last": "2026-04-02"}, "Nothing was answered on these days."),
    ],
)
def test_a_form_of_nonsense_is_refused_by_its_field(tenant: Tenant, given: dict[str, str], said: str) -> None:
    found = get(tenant, "levels/baselines/", Role.CX_LEAD, name="Before", **given)
    assert found.status_code == 400
    assert said in found.content.decode()


def test_a_baseline_is_made_and_removed_by_those_who_define(tenant: Tenant) -> None:
    count(tenant, nps(5, 3, 2), day=FIRST)
    given = {"name": "Before", "start": FIRST.isoformat(), "last": LAST.isoformat()}
    assert get(tenant, "levels/baselines/", Role.CX_LEAD, **given).status_code == 302
    text = get(tenant, "levels/").content.decode()
    assert f'href="/t/{tenant.slug}/?against=baseline:before"' in text
    assert get(tenant, "?against=baseline:before").context["page"].against == "baseline"
    outsider = client_of(make_member(role=Role.CX_LEAD))
    assert outsider.post(f"/t/{tenant.slug}/levels/baselines/before/remove/").status_code == 404
    assert get(tenant, "levels/baselines/before/remove/", Role.CX_LEAD, sure="1").status_code == 302
    with activate(tenant.pk):
        assert (Baseline.objects.count(), BaselineCount.objects.count()) == (0, 0)


def test_a_kept_day_says_what_the_page_said_whatever_comes_later(tenant: Tenant, path: Path) -> None:
    yesterday = days_ago(1, tenant)
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0], day=yesterday)
    find_decline(tenant, path.touchpoints[0])
    with activate(tenant.pk):
        assert missing(tenant) == yesterday
        keep(tenant=tenant, day=yesterday)
        assert missing(tenant) is None
    count(tenant, nps(0, 0, 500), at=path.touchpoints[0], day=yesterday)
    with activate(tenant.pk):
        keep(tenant=tenant, day=yesterday)  # a second time changes nothing
        kept = Snapshot.objects.get().data
    assert {language: "NPS 30" in text for language, text in kept["sentence"].items()} == dict.fromkeys(
        ("fi", "sv", "en"), True
    )
    found = get(tenant, f"days/{yesterday}/")
    text = found.content.decode()
    assert "As the leadership page said it then." in text
    assert ("NPS 30" in text, "14…44" in text, "n 100" in text) == (True, True, True)
    assert f"days/{yesterday}/" in get(tenant, "days/").content.decode()


def test_a_day_that_was_not_kept_is_worked_out_and_says_so(tenant: Tenant, path: Path) -> None:
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0], day=FIRST)
    count(tenant, nps(0, 0, 50), at=path.touchpoints[0], day=FIRST + timedelta(days=1))
    text = get(tenant, f"days/{FIRST}/").content.decode()
    assert "This day was not kept." in text
    assert ("n 100" in text, "n 150" in text) == (True, False)
    assert "silent" not in text  # who was silent then cannot be told from newest answers
    assert "n 150" in get(tenant, f"days/{FIRST + timedelta(days=1)}/").content.decode()


def test_days_ahead_and_no_days_at_all(tenant: Tenant) -> None:
    assert "This day is not over yet" in get(tenant, f"days/{days_ago(0, tenant)}/").content.decode()
    assert "This day is still ahead." in get(tenant, f"days/{days_ago(-40, tenant)}/").content.decode()
    for nonsense in ("yesterday", "2026-02-31", "0001-01-01", "9999-12-31"):
        assert get(tenant, f"days/{nonsense}/").status_code == 404
    assert get(tenant, "days/?day=x").status_code == 400
    assert get(tenant, "days/?day=2026-03-05").url.endswith("/days/2026-03-05/")
    assert client_of(make_member()).get(f"/t/{tenant.slug}/days/2026-03-05/").status_code == 404
