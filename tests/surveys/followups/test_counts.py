"""How fast and how well: medians with intervals, shares in time, small groups hidden, unhandled complaints by month."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.stats.median import median
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from surveys.followups import counts, stands
from surveys.followups.effect import recovered
from surveys.followups.tasks import recount
from surveys.models import FollowUp
from tests.factories import api_of, client_of, make_key, make_member, make_touchpoint, make_unit
from tests.surveys.followups.worlds import make_firm, make_follow_up

NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=60)


@pytest.mark.django_db
def test_pace_by_group_with_small_ones_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    firm = make_firm()
    other, small = make_unit(firm.tenant), make_unit(firm.tenant)
    tills = make_touchpoint(firm.tenant)
    minutes = [5.0, 30, 45, 60, 61, 70, 90, 240, 300, 600, 900]

    def make(unit_id: int, took: float | None, *, at: datetime, due: float = 240, **fields: object) -> FollowUp:
        contacted = at + timedelta(minutes=took) if took is not None else None
        return FollowUp(
            **{
                "cause": "complaint", "unit_id": unit_id, "touchpoint_id": tills.pk, "signal_at": at, "opened_at": at,
                "contact_due": at + timedelta(minutes=due), "fix_due": at + timedelta(days=3),
                "contacted_at": contacted, "contact_kept": took <= due if took is not None else None,
                "state": "contacted" if contacted else "open",
            } | fields
        )  # fmt: skip

    september, october = datetime(2026, 9, 10, tzinfo=UTC), datetime(2026, 10, 30, 12, tzinfo=UTC)
    with activate(firm.tenant.pk):
        FollowUp.objects.bulk_create(
            [
                *[make(firm.unit.pk, each, at=september) for each in minutes[4:]],
                *[make(firm.unit.pk, each, at=september, fixed="no") for each in minutes[:4]],
                make(firm.unit.pk, 20, at=september, state="confirmed", solved_at=september + timedelta(hours=30),
                     fix_kept=True, fixed="yes", contacts=3),
                *[make(other.pk, None, at=october) for _ in range(5)],
                make(other.pk, None, at=NOW - timedelta(minutes=5)),  # not due yet
                make(other.pk, None, at=october, state="closed", closed_at=NOW, fixed="yes"),  # taken back: neither
                make(small.pk, 10, at=october),
                make(small.pk, 10, at=NOW - timedelta(days=100)),  # before
            ]
        )  # fmt: skip
        units = {each.group: each for each in counts.handling(since=SINCE, until=NOW, by="unit_id", now=NOW)}
        [total] = counts.handling(since=SINCE, until=NOW, now=NOW)
        [own] = counts.handling(since=SINCE, until=NOW, units=[other.pk], now=NOW)
        causes = counts.handling(since=SINCE, until=NOW, by="cause", now=NOW)
        late = counts.unhandled(since=SINCE, until=NOW, now=NOW)
    api = api_of(make_key(firm.tenant))
    sent = api.get("/api/v1/follow-up-figures", {"days": 365, "by": "cause"}).json()["groups"]
    assert (sent[0]["group"], sent[0]["hidden"], sent[0]["opened"]) == ("complaint", False, 21)
    # Of many what was counted stands: the reader never waits, and a worker counts anew what has grown old.
    monkeypatch.setattr(stands, "MANY", 21)
    asked = stands.Asked("groups", 365, 5, by="cause")
    with activate(firm.tenant.pk):
        stands.read(asked, now=timezone.now())
        FollowUp.objects.bulk_create([make(firm.unit.pk, None, at=october)])
    old, of = (api.get("/api/v1/follow-up-figures", {"days": 365, "by": "cause"}).json() for _ in range(2))
    assert (old["groups"], old["as_of"]) == (sent, of["as_of"])
    later = timezone.now() + timedelta(minutes=16)
    sent_for: list[Any] = []
    monkeypatch.setattr(recount, "after_commit", lambda *told: sent_for.append(told))
    with activate(firm.tenant.pk):
        assert [stands.read(asked, now=later)[0][0].opened for _ in range(2)] == [21, 21]
    assert len(sent_for) == 1
    with activate(firm.tenant.pk):
        recount.run(*json.loads(json.dumps(sent_for[0])))
    new = api.get("/api/v1/follow-up-figures", {"days": 365, "by": "cause"}).json()
    assert (new["groups"][0]["opened"], new["as_of"] > old["as_of"]) == (22, True)
    # A smallest group made larger holds at once.
    Tenant.objects.filter(pk=firm.tenant.pk).update(anonymity_minimum=23)
    few = api.get("/api/v1/follow-up-figures", {"days": 365, "by": "cause"}).json()["groups"]
    assert all(group["hidden"] for group in few)
    Tenant.objects.filter(pk=firm.tenant.pk).update(anonymity_minimum=5)
    with activate(firm.tenant.pk):
        FollowUp.objects.filter(opened_at=october, state="open", unit_id=firm.unit.pk).delete()
    for query in ({"days": "0"}, {"by": "mood"}, {"days": "9" * 9}):
        assert api.get("/api/v1/follow-up-figures", query).status_code == 400
    for role, opened in ((firm.lead, True), (make_member(firm.tenant, Role.HANDLER), False)):
        answer = client_of(role).get(f"/t/{firm.tenant.slug}/followups/figures/?days=90")
        assert (answer.status_code == 200) == opened
    page = client_of(firm.manager).get(f"/t/{firm.tenant.slug}/followups/figures/?days=90").content.decode()
    assert other.name not in page  # a manager's own units alone
    expected = median([*minutes, 20])
    here = units[firm.unit.pk]
    assert here.contact and here.fix
    assert (here.contact.minutes, here.contact.low, here.contact.high) == (expected.value, expected.low, expected.high)
    assert (here.contact.in_time.hits, here.contact.in_time.of) == (9, 12)
    assert (here.fix.n, here.fix.minutes, here.fix.low) == (1, 1800, None)
    assert (here.repeats, here.alone) == (2, None)  # one is solved: too few
    # Of the other unit one customer has said whether it was put right: neither it nor what would give it away is told.
    assert (here.confirmed, own.confirmed) == (None, None)
    assert total.confirmed and (total.confirmed.hits, total.confirmed.of) == (2, 6)
    # The smallest is hidden, and with it the next smallest, which the total would give away.
    assert (units[small.pk].hidden, units[other.pk].hidden, here.hidden) == (True, True, False)
    assert units[other.pk].contact is None
    assert (total.opened, total.live, total.overdue) == (20, 18, 11 + 5)
    assert own.contact
    assert (own.contact.in_time.hits, own.contact.in_time.of, own.contact.minutes) == (0, 5, None)
    assert [each.group for each in causes] == ["complaint"]
    assert late == {(tills.pk, date(2026, 9, 1)): (3, 12), (tills.pk, date(2026, 10, 1)): (5, 6)}


@pytest.mark.django_db
def test_whether_helping_helped_is_told_by_those_who_answered_twice() -> None:
    firm = make_firm()
    given = [(20.0, 80.0), (30.0, 60.0), (10.0, 90.0), (40.0, 40.0), (0.0, 70.0), (20.0, None), (None, 90.0)]
    rows = [make_follow_up(firm) for _ in given]
    with activate(firm.tenant.pk):
        for row, (value, again) in zip(rows, given, strict=True):
            FollowUp.objects.filter(pk=row.pk).update(value=value, recovery_value=again)
        now = timezone.now()
        FollowUp.objects.update(solved_at=now, state="solved")
        FollowUp.objects.filter(pk__in=[row.pk for row in rows[:2]]).update(transfers=1)
        [all_] = counts.handling(since=now - timedelta(days=1), until=now + timedelta(days=1))
        assert all_.alone and (all_.alone.hits, all_.alone.of) == (5, 7)  # by whoever had it first
        span = {"since": now - timedelta(days=1), "until": now}
        found = recovered(**span, minimum=5)
        assert recovered(**span, minimum=6) is None
        assert recovered(**span, minimum=5, units=[firm.unit.pk]) == found
        assert recovered(**span, minimum=3, units=[0]) is None
    assert found is not None
    assert (found.n, found.before, found.after, found.change) == (5, 20.0, 68.0, 48.0)
    # A paired t by hand: changes 60, 30, 80, 0, 70; sd 32.7; t(4) = 2.776.
    assert (round(found.low or 0, 1), round(found.high or 0, 1)) == (7.4, 88.6)
