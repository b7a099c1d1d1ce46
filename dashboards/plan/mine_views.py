"""My part: the rounds a member is asked to answer and the courses they are to do."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cxplatform.tenancy.access import ANY_MEMBER, requires
from dashboards.leadership.views import today_of
from dashboards.models import Round, RoundVoice
from dashboards.plan.rounds import is_open
from dashboards.plan.training import note_done, of_member
from dashboards.plan.views import context


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(ANY_MEMBER)
def mine(request: HttpRequest) -> HttpResponse:
    """What waits for an answer and what is to be learnt; a course is said to be done in place."""
    today, member, user = today_of(request), request.membership, request.user  # type: ignore[attr-defined]
    courses = of_member(member, today=today)
    if request.method == "POST":
        told = request.POST.get("course", "")
        course = next((each.course for each in courses if str(each.course.pk) == told), None)
        if course is None:
            raise Http404
        note_done(course=course, users=[user], today=today)  # type: ignore[list-item]
        messages.success(request, _("Noted: you have done the course."))
        return redirect("plan_mine")
    heard = set(RoundVoice.objects.filter(user=user).values_list("round_id", flat=True))
    asked = [each for each in Round.objects.filter(closed_on=None, closes_on__gte=today) if is_open(each, today)]
    rounds = [(each, each.pk in heard) for each in asked if member.role in each.roles]
    values = context("plan_mine", rounds=rounds, courses=courses)
    return render(request, "dashboards/plan/mine.html", values)
