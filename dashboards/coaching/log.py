"""Talks in which somebody was coached: written by the coach, read by the two, CX leads and admins."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.deliveries import outbox
from cxplatform.tenancy import audit
from cxplatform.tenancy.addresses import absolute, tenant_url
from cxplatform.tenancy.models import Membership, User
from cxplatform.tenancy.roles import Permission
from dashboards.models import CoachingTalk

MOST = 100
YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Person:
    """Who was coached: how often within a year, when last, and when next (None where no time is agreed)."""

    user: User
    talks: int
    last: date
    next_on: date | None


def seen_by(membership: Membership) -> "QuerySet[CoachingTalk]":
    """The member's own on either side; all of them for who defines."""
    found: QuerySet[CoachingTalk] = CoachingTalk.objects.select_related("coach", "coached")
    if membership.may(Permission.DEFINE):
        return found
    return found.filter(Q(coach=membership.user) | Q(coached=membership.user))


def write(
    *, coach: User, coached: User, day: date, about: str, agreed: str = "", next_on: date | None = None
) -> CoachingTalk:
    """Keep a talk. The history tells that there was one, not of what."""
    made: CoachingTalk = CoachingTalk.objects.create(
        coach=coach, coached=coached, day=day, about=about, agreed=agreed, next_on=next_on
    )
    audit.record("added", made, before=audit.state(made), day_of_talk=day.isoformat())
    _tell(made)
    return made


def change(talk: CoachingTalk, *, about: str, agreed: str, next_on: date | None, day: date, coached: User) -> None:
    """Put right what was written."""
    talk.about, talk.agreed, talk.next_on, talk.day, talk.coached = about, agreed, next_on, day, coached
    talk.save()
    audit.record("changed", talk, before=audit.state(talk), day_of_talk=day.isoformat())


def people(*, today: date) -> list[Person]:
    """Those of the company who were coached within a year, who waits longest first. Two queries."""
    talks = CoachingTalk.objects.filter(day__gt=today - YEAR, coached__isnull=False)
    rows = (
        talks.order_by()
        .values("coached")
        .annotate(n=Count("pk"), last=Max("day"), ahead=Min("next_on", filter=Q(next_on__gte=today)))
        .values_list("coached", "n", "last", "ahead")
    )
    users = User.objects.in_bulk([pk for pk, *_rest in rows])
    found = [Person(users[pk], n, last, ahead) for pk, n, last, ahead in rows if pk in users]
    return sorted(found, key=lambda each: (each.last, each.user.pk))


def _tell(talk: CoachingTalk) -> None:
    """Mail to who was coached that it is written down; what it says stays behind the sign-in."""
    to, tenant = talk.coached, talk.tenant
    if to is None:
        return
    with translation.override(to.language or tenant.language), timezone.override(tenant.zone):
        outbox.enqueue(
            to=to.email,
            subject=_("%(who)s wrote down what you talked about") % {"who": talk.coach},
            text="\n\n".join(
                [
                    _(
                        "What about, what was agreed and when you talk next. Only the two of you see it, and who leads "
                        "customer experience."
                    ),
                    absolute(tenant_url(tenant.slug, "coaching")),
                ]
            ),
            tenant_id=tenant.pk,
        )
