"""Courses: who is to do which, who has done them, and noting that one is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Membership, User
from dashboards.models import Course, CourseDone


@dataclass(frozen=True)
class Mine:
    """A course as it stands before one member. `late`: not done, and its day is past."""

    course: Course
    done_on: date | None
    late: bool


def of_member(member: Membership, *, today: date) -> list[Mine]:
    """The courses a member is to do, what is not done first; two queries."""
    courses = Course.objects.filter(Q(audience="") | Q(audience=member.role), archived_at=None)
    done = dict(CourseDone.objects.filter(user_id=member.user_id).values_list("course_id", "done_on"))
    found = [
        Mine(course, done.get(course.pk), course.pk not in done and course.due is not None and course.due < today)
        for course in courses
    ]
    return sorted(found, key=lambda mine: mine.done_on is not None)


def note_done(*, course: Course, users: Sequence[User], today: date) -> int:
    """Note that these have done a course; how many had not."""
    known = set(CourseDone.objects.filter(course=course).values_list("user_id", flat=True))
    fresh = [user for user in users if user.pk not in known]
    CourseDone.objects.bulk_create(
        [CourseDone(course=course, user=user, done_on=today) for user in fresh], ignore_conflicts=True
    )
    if fresh:
        people = ", ".join(map(str, fresh))[:500]
        audit.record("changed", course, before=audit.state(course), done=people)
    return len(fresh)


def concerned(course: Course, *, tenant_id: int) -> list[tuple[Membership, date | None]]:
    """The members whose course it is, by name, with the day on which they did it; two queries."""
    members = Membership.objects.filter(tenant_id=tenant_id, user__is_active=True).select_related("user")
    if course.audience:
        members = members.filter(role=course.audience)
    done = dict(CourseDone.objects.filter(course=course).values_list("user_id", "done_on"))
    by_name = sorted(members, key=lambda member: str(member.user).casefold())
    return [(member, done.get(member.user_id)) for member in by_name]
