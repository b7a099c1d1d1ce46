"""Divergence, hand-offs that break the experience, levels, and calling people together over channels that disagree."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.stats.rates import rise
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.changes import channels, divergence, handoffs, levels
from dashboards.improvements.keys import key_of
from dashboards.insights import look as looking
from dashboards.models import Convened, Improvement, Insight, Source
from journeys.models import Note, Stage
from journeys.paths import measures
from promises.models import OutcomeRollup
from surveys.followups import work
from surveys.models import AskRollup, FollowUp
from tests.dashboards.path_worlds import tally
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import (
    Path,
    client_of,
    make_channel,
    make_customer,
    make_journey,
    make_member,
    make_tenant,
    make_touchpoint,
    make_unit,
)
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def path() -> Path:
    return make_journey(make_tenant(language="fi"), "help", name="Getting help", stages=["Help"])


@pytest.fixture
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


def look(tenant: Tenant, kind: str) -> list[Insight]:
    with activate(tenant.pk):
        looking.look(tenant=tenant, kind=kind)
        return list(Insight.objects.filter(kind=kind).order_by("rank"))


def shown(tenant: Tenant) -> str:
    client = client_of(make_member(tenant, Role.CX_LEAD), headers={"accept-language": "en"})
    text: str = client.get(f"/t/{tenant.slug}/findings/").content.decode()
    return text


def asked(tenant: Tenant, place: Any, ago: int, delivered: int, rated: int) -> None:
    numbers = dict.fromkeys(("skipped", "completed", "refused", "failed"), 0)
    day = days_ago(ago, tenant)
    with activate(tenant.pk):
        for grain, start in (("d", day), ("m", day.replace(day=1))):
            AskRollup.objects.create(
                dimension="touchpoint",
                value=str(place.pk),
                grain=grain,
                start=start,
                decided=delivered,
                delivered=delivered,
                rated=rated,
                minutes=[0] * 17,
                lag=[0] * 17,
                **numbers,
            )


def test_rates_are_compared_as_scipy_and_newcombe_do() -> None:
    found = rise(56, 70, 48, 80)  # Newcombe 1998, table II: 0.2000, 0.0524 to 0.3339
    assert found
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    from scipy.stats import chi2_contingency  # type: ignore[import-untyped]

    assert found.p == pytest.approx(chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue)
    assert rise(0, 0, 1, 2) is None
    flat = rise(0, 10, 0, 10)
    assert flat
    assert flat.p == 1
    with pytest.raises(ValueError, match="hits"):
        rise(3, 2, 1, 2)


def test_a_score_that_holds_while_customers_fall_silent_diverges(tenant: Tenant, path: Path) -> None:
    place, worse = path.touchpoints[0], make_touchpoint(tenant, "till")
    for at, then, now in ((place, (50, 30, 20), (50, 30, 20)), (worse, (50, 30, 20), (10, 30, 60))):
        count(tenant, nps(*then), at=at, day=days_ago(120, tenant))
        count(tenant, nps(*now), at=at, day=days_ago(5, tenant))
        asked(tenant, at, 120, 1000, 400)
        asked(tenant, at, 5, 1000, 250)
    [found] = look(tenant, divergence.KIND)
    assert (found.touchpoint_id, found.data["sign"]) == (place.pk, "silence")  # type: ignore[attr-defined]
    assert found.data["rise"]["value"] == pytest.approx(15)
    assert "looks well (NPS 30), but more customers stay silent when asked: 75%, before 60%" in shown(tenant)


def test_a_score_that_holds_while_its_promise_breaks_diverges(tenant: Tenant, path: Path) -> None:
    rule = make_promise(tenant)
    for ago, broken in ((120, 5), (5, 40)):
        count(tenant, nps(50, 30, 20), at=path.touchpoints[0], day=days_ago(ago, tenant))
        with activate(tenant.pk):
            OutcomeRollup.objects.create(
                rule=rule,
                dimension="touchpoint",
                value=str(path.touchpoints[0].pk),
                day=days_ago(ago, tenant),
                channel_id=0,
                kept=100 - broken,
                broken=broken,
            )
    [found] = look(tenant, divergence.KIND)
    assert (found.data["sign"], found.data["promise"]) == ("broken", rule.promise.name)
    assert "breaks more often: 40%, before 5%" in shown(tenant)


def test_a_score_that_holds_while_complaints_are_left_unhandled_diverges(tenant: Tenant, path: Path) -> None:
    place = path.touchpoints[0]
    for ago, late in ((120, 2), (5, 20)):
        count(tenant, nps(50, 30, 20), at=place, day=days_ago(ago, tenant))
        at = timezone.now() - timedelta(days=ago)
        with activate(tenant.pk):
            FollowUp.objects.bulk_create(
                FollowUp(
                    cause="complaint", touchpoint_id=place.pk, signal_at=at, opened_at=at,
                    contact_due=at + timedelta(hours=8), fix_due=at + timedelta(days=3),
                    contacted_at=None if n < late else at + timedelta(hours=1),
                    contact_kept=None if n < late else True,
                )
                for n in range(50)
            )  # fmt: skip
    # A complaint is welcome: many more of them, all heard in time, are no alarm.
    heard = make_touchpoint(tenant, "heard")
    for ago, complaints in ((120, 50), (5, 200)):
        count(tenant, nps(50, 30, 20), at=heard, day=days_ago(ago, tenant))
        at = timezone.now() - timedelta(days=ago)
        with activate(tenant.pk):
            FollowUp.objects.bulk_create(
                FollowUp(
                    cause="complaint", touchpoint_id=heard.pk, signal_at=at, opened_at=at,
                    contact_due=at + timedelta(hours=8), fix_due=at + timedelta(days=3),
                    contacted_at=at + timedelta(hours=1), contact_kept=True,
                )
                for _ in range(complaints)
            )  # fmt: skip
    [found] = look(tenant, divergence.KIND)
    assert (found.touchpoint_id, found.data["sign"]) == (place.pk, "unhandled")  # type: ignore[attr-defined]
    assert "more complaints are left without contact in time: 40%, before 4%" in shown(tenant)


def test_failures_on_the_way_diverge_from_a_journeys_score(tenant: Tenant, path: Path) -> None:
    for ago, failed in ((120, 4), (5, 30)):
        count(tenant, nps(50, 30, 20), at=path.touchpoints[0], day=days_ago(ago, tenant))
        day = days_ago(ago, tenant)
        tally(tenant, path.journey.pk, measures.PASSAGES, n=100, day=day)
        tally(tenant, path.journey.pk, measures.FAILURE, "call.abandoned", n=failed, day=day)
    [found] = look(tenant, divergence.KIND)
    assert found.journey_id == path.journey.pk  # type: ignore[attr-defined]
    assert "failures in 30% of passages" in shown(tenant)


def test_a_hand_off_over_which_the_score_falls_is_found(tenant: Tenant, path: Path) -> None:
    sales, service = make_unit(tenant, "sales"), make_unit(tenant, "service")
    day = days_ago(3, tenant)
    for key, values in (
        (f"{sales.pk}>{service.pk} unplanned", [-0.8, -0.6, -0.7, -0.9, -0.2] * 6),
        (f"{service.pk}>{sales.pk} designed", [-0.4, 0.4, 0.1, -0.1, 0.0] * 6),
    ):
        tally(tenant, path.journey.pk, measures.HANDOFF_SCORE, key, n=30, values=values, day=day)
        tally(tenant, path.journey.pk, measures.HANDOFF, key, n=30, minutes=[90] * 30, day=day)
    [found] = look(tenant, handoffs.KIND)
    assert found.data["units"] == [sales.pk, service.pk]
    assert found.data["fall"]["value"] == pytest.approx(-32)
    text = shown(tenant)
    assert "the experience falls by 32 of 100 when Sales hands over to Service" in text.replace("32.0", "32")
    assert "unplanned hand-off" in text
    with activate(tenant.pk):
        owner = make_member(tenant).user
        place = path.touchpoints[0]
        place.owner, place.unit = owner, service
        place.save()
    lead, told = client_of(make_member(tenant, Role.CX_LEAD)), {"key": key_of(found)}
    lead.post(f"/t/{tenant.slug}/findings/convene/", told)
    assert OutgoingMail.objects.get().to == owner.email
    with activate(tenant.pk):
        made = Improvement.objects.get()
        assert (made.kind, made.finding["key"], made.touchpoint) == ("structural", told["key"], None)
        Convened.objects.update(day=days_ago(1, tenant))
    lead.post(f"/t/{tenant.slug}/findings/convene/", told)  # another day, the same improvement
    with activate(tenant.pk):
        assert (Convened.objects.count(), Improvement.objects.count()) == (2, 1)


def test_levels_tell_luck_from_an_even_experience(tenant: Tenant, path: Path) -> None:
    even, luck, few = make_touchpoint(tenant, "till"), path.touchpoints[0], make_touchpoint(tenant, "door")
    count(tenant, [0, 0, 0, 0, 0, 0, 0, 0, 5, 25, 30], at=even)
    count(tenant, [20, 0, 0, 0, 0, 5, 0, 0, 0, 5, 30], at=luck)
    count(tenant, nps(9, 9, 9), at=few)
    found = look(tenant, levels.KIND)
    assert [(each.touchpoint_id, each.data["level"]) for each in found] == [  # type: ignore[attr-defined]
        (luck.pk, "random"),
        (even.pk, "recommending"),
    ]
    text = shown(tenant).replace("\u2060", "")  # intervals stay on one line
    assert "it is luck what a customer gets (random)" in text
    assert "mean 94 (92…96) of 100, standard deviation 6, n 60" in text
    assert "<span>NPS 92 (" in text


def test_owners_are_called_together_once_a_day_each_in_their_own_language(tenant: Tenant, path: Path) -> None:
    phone, chat = make_channel(tenant, "phone"), make_channel(tenant, "chat")
    with activate(tenant.pk):
        Stage.objects.filter(pk=path.stages[0].pk).update(flow=Stage.Flow.CHOICE)
        owner = make_member(tenant).user
        owner.language = "sv"
        owner.save()
        place = path.touchpoints[0]
        place.owner = owner
        place.save()
    for channel, three in ((phone, (60, 25, 15)), (chat, (20, 30, 50))):
        count(tenant, nps(*three), at=path.touchpoints[0], channel_id=channel.pk)
    key = key_of(look(tenant, channels.KIND)[0])
    assert "Call the owners together" in shown(tenant)
    lead = client_of(make_member(tenant, Role.CX_LEAD), headers={"accept-language": "en"})
    for times in (1, 2):
        answer = lead.post(f"/t/{tenant.slug}/findings/convene/", {"key": key}, follow=True)
        assert ("Written to" if times == 1 else "today already") in answer.content.decode()
    mail = OutgoingMail.objects.get()
    assert mail.to == owner.email
    assert "I kundens namn" in mail.text and mail.subject.endswith(": Help (Getting help)")
    with activate(tenant.pk):
        note = Note.objects.get()
        assert "Asiakkaan nimissä" in note.text
        assert Convened.objects.get().people == [str(owner)]
    assert "Called together in the customer's name on" in shown(tenant)
    with activate(tenant.pk):
        improvement = Improvement.objects.get()
        assert (improvement.kind, improvement.finding["stage"]) == ("structural", path.stages[0].pk)
        assert f"/t/{tenant.slug}/improvements/{improvement.pk}/" in mail.text
        told = work.open_by_hand(by=None, customer=make_customer(tenant))
        Source.objects.create(improvement=improvement, follow_up_id=told.pk)
        Convened.objects.update(day=days_ago(1, tenant))
    lead.post(f"/t/{tenant.slug}/findings/convene/", {"key": key})
    assert OutgoingMail.objects.filter(subject=mail.subject).order_by("-pk")[0].about == [
        told.customer_id
    ]  # an erasure reaches it
    assert lead.post(f"/t/{tenant.slug}/findings/convene/", {"key": "inconsistency::0:"}).status_code == 404
    outsider = client_of(make_member(role=Role.ADMIN))
    assert outsider.post(f"/t/{tenant.slug}/findings/convene/", {"key": key}).status_code == 404


def test_a_season_is_compared_with_where_it_was_measured(tenant: Tenant, path: Path) -> None:
    """Silence that every autumn brings is no sign."""
    place = path.touchpoints[0]
    for ago, rated in ((370, 250), (120, 400), (5, 250)):
        count(tenant, nps(50, 30, 20), at=place, day=days_ago(ago, tenant))
        asked(tenant, place, ago, 1000, rated)
    assert look(tenant, divergence.KIND) == []


def test_channels_are_not_told_of_where_their_sum_tells_on_the_few_of_another(path: Path, tenant: Tenant) -> None:
    place = path.touchpoints[0]
    shop, web, desk = (make_channel(tenant, slug) for slug in ("shop", "web", "desk"))
    for channel, histogram in ((shop, nps(90, 5, 5)), (web, nps(40, 30, 30)), (desk, nps(30, 5, 30))):
        count(tenant, histogram, at=place, channel_id=channel.pk)
    count(tenant, nps(0, 0, 2), at=place)  # nobody noted the channel of these two
    (found,) = look(tenant, channels.KIND)
    # The smallest is hidden as well: the place's own total less the shown would be the two.
    assert {each["channel"] for each in found.data["channels"]} == {shop.pk, web.pk}
