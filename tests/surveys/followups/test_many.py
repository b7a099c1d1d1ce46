"""Several follow-ups at once: all of them or none, with what stands in the way said of each."""

import re
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplatform.tenancy.context import activate
from surveys.followups import many, work
from surveys.followups.inbox import whole_of
from surveys.models import FollowUp
from tests.factories import client_of, make_member, make_tenant
from tests.surveys.followups.worlds import make_firm, make_follow_up

pytestmark = pytest.mark.django_db


def test_several_are_handed_over_and_closed_together_or_not_at_all() -> None:
    firm = make_firm(language="en")
    rows = [make_follow_up(firm) for _each in range(3)]
    page = client_of(firm.lead, headers={"accept-language": "en"})
    address = f"/t/{firm.tenant.slug}/followups/many/"
    seen = {row.pk: row.version for row in rows}

    def press(do: str, *, at: Any = page, **more: Any) -> Any:
        versions = {f"version-{pk}": version for pk, version in seen.items()}
        return at.post(f"{address}?scope=all", {"do": do, "follow_up": list(seen)} | versions | more)

    def stored() -> list[tuple[str, int]]:
        with activate(firm.tenant.pk):
            return list(FollowUp.objects.order_by("pk").values_list("state", "owner_id"))

    before = stored()
    shown = page.get(f"/t/{firm.tenant.slug}/followups/?scope=all").content.decode()
    assert shown.count('name="follow_up"') == 4  # three to tick, and that of the open one's own button
    for wrong, field in (({"do": "close"}, "why"), ({"do": "assign"}, "to"), ({"do": "assign", "to": 0}, "to"),
                         ({"do": "explode"}, "do")):  # fmt: skip
        answer = press(**wrong)
        assert (answer.status_code, list(answer.context["many"].errors)) == (400, [field])
    with activate(firm.tenant.pk):  # two people at once: somebody notes something, and somebody closes another
        work.note(follow_up_id=rows[0].pk, version=None, by=firm.handler.user, text="I am on it")
        work.close(follow_up_id=rows[1].pk, version=None, by=firm.handler.user, why="Came twice")
    seen[rows[1].pk] += 1  # seen as closed
    answer = press("assign", to=firm.handler.user.pk, why="Holidays")
    said = [(row.picked.pk, row.why) for _who, row in answer.context["in_the_way"]]
    assert answer.status_code == 409 and [pk for pk, _why in said] == [rows[0].pk, rows[1].pk]
    assert "Hanna was first" in said[0][1] and "not in work" in said[1][1]
    text = answer.content.decode()
    assert "Nothing was done with any of them." in text and 'value="Holidays"' in text and " checked" in text
    assert stored()[2] == before[2]  # nothing, of the third too
    seen[rows[0].pk] += 1
    del seen[rows[1].pk]
    answer = press("assign", to=firm.handler.user.pk, why="Holidays")
    assert (answer.status_code, answer.url) == (302, f"/t/{firm.tenant.slug}/followups/?scope=all")
    assert [owner for _state, owner in stored()][::2] == [firm.handler.user.pk] * 2
    for pk in seen:
        seen[pk] += 1
    assert press("close", why="One matter, put right for all").status_code == 302
    assert [state for state, _owner in stored()] == ["closed"] * 3

    outsider = client_of(make_member(make_tenant(), "cx_lead"))
    theirs = outsider.post(address, {"do": "close", "why": "x", "follow_up": list(seen)})
    assert theirs.status_code in (403, 404)
    own = make_member(make_tenant(language="en"), "cx_lead")
    there = f"/t/{own.tenant.slug}/followups/many/"
    refused = client_of(own).post(there, {"do": "close", "why": "x", "follow_up": list(seen)})
    unseen = {row.picked.follow_up for _who, row in refused.context["in_the_way"]}
    assert refused.status_code == 409 and unseen == {None}
    assert page.post(address, {"do": "close", "why": "x", "follow_up": "nonsense"}).status_code == 302
    with activate(firm.tenant.pk):
        assert FollowUp.objects.filter(state="closed").count() == 3


def test_others_of_the_same_sum_are_not_all_that_matched() -> None:
    counted, others = ([FollowUp(pk=pk, tenant_id=1, version=2) for pk in pks] for pks in ((1, 4), (2, 3)))
    assert whole_of(counted).mark != whole_of(others).mark
    assert whole_of(counted) == whole_of(counted[::-1])


def test_all_that_match_are_taken_as_they_were_counted_or_none() -> None:
    firm = make_firm(language="en")
    with activate(firm.tenant.pk):  # more than a page shows
        made = [make_follow_up(firm, cause="complaint") for _each in range(2)]
        like = {
            name: getattr(made[0], name)
            for name in ("cause", "owner", "unit_id", "contact_due", "fix_due", "signal_at")
        }
        FollowUp.objects.bulk_create([FollowUp(**like, opened_at=made[0].opened_at) for _each in range(58)])
        other = make_follow_up(firm, owner=firm.handler.user)
    page = client_of(firm.lead, headers={"accept-language": "en"})
    asked, base = "?scope=all&cause=complaint", f"/t/{firm.tenant.slug}/followups/"

    def whole() -> str:
        shown = page.get(base + asked).content.decode()
        assert "Tick all 60 that match" in shown and "also those not shown" in shown
        return re.findall(r'name="all" value="([^"]+)"', shown)[0]

    def press(do: str, mark: str, **more: Any) -> Any:
        return page.post(f"{base}many/{asked}", {"do": do, "all": mark} | more)

    def states() -> Counter[str]:
        with activate(firm.tenant.pk):
            return Counter(FollowUp.objects.values_list("state", flat=True))

    old = whole()
    with activate(firm.tenant.pk):
        work.note(follow_up_id=made[1].pk, version=None, by=firm.handler.user, text="I am on it")
    moved = press("close", old, why="One matter")
    assert (
        moved.status_code == 409
        and "now 60 match" in moved.content.decode()
        and 'value="One matter"' in moved.content.decode()
    )
    assert press("close", "nonsense", why="x").status_code == 409
    assert press("close", whole()).status_code == 400 and states() == {"open": 61}
    with CaptureQueriesContext(connection) as asked_for:
        given = press("assign", whole(), to=firm.handler.user.pk, why="Holidays")
    assert given.status_code == 302 and len(asked_for) < 60  # as many for sixty as for two
    with activate(firm.tenant.pk):
        assert set(FollowUp.objects.values_list("owner_id", flat=True)) == {firm.handler.user.pk}
        assert FollowUp.objects.get(pk=other.pk).version == other.version  # it did not match
    assert press("close", whole(), why="One matter").status_code == 302
    assert states() == {"closed": 60, "open": 1}
    with activate(firm.tenant.pk):
        assert FollowUp.objects.get(pk=made[0].pk).steps.order_by("id").last().data["state"] == "closed"
        FollowUp.objects.bulk_create(
            [FollowUp(**like, opened_at=made[0].opened_at) for _each in range(many.AT_ONCE + 1)]
        )
    shown = page.get(base + asked).content.decode()
    assert "More than 1,000 match" in shown and 'name="all"' not in shown
    assert press("close", "1001-1-1", why="x").status_code == 302 and states()["closed"] == 60
