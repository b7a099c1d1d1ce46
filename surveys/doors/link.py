"""The hosted survey page: one question a screen, no script, no cookie, one request."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxplatform.tenancy.context import Actor, activate
from surveys.doors.collect import About, new_token
from surveys.doors.ending import end, take_end
from surveys.doors.pages import notice
from surveys.doors.variants import carried
from surveys.doors.visit import Door, ask, confirm, take
from surveys.doors.visitors import too_many
from surveys.models import SurveyLink
from surveys.questionnaire import published, wordings
from surveys.submission import Place

RESPONDENT = Actor(label="respondent")


@csrf_exempt  # nobody is signed in here: the code in the address is all the authority there is
@require_http_methods(["GET", "HEAD", "POST"])
def survey_page(request: HttpRequest, code: str) -> HttpResponse:
    """`/s/<code>`: asks, takes the answer, asks the next question, thanks."""
    known = code.isascii() and code.isalnum()
    link = SurveyLink.objects.select_related("tenant").filter(code=code.lower()).first() if known else None
    if link is None:
        return notice(request, None, wordings.UNKNOWN, status=404)
    with activate(link.tenant_id, actor=RESPONDENT):
        survey = published.newest(link.survey_id)
        if link.closed_at or survey is None or survey.archived:
            return notice(request, link.tenant, wordings.CLOSED, status=410)
        door = _door(link, request.GET.get("variant", ""))
        if request.method != "POST":
            survey = door.asks(survey)
            token, chosen = new_token(), request.GET.get("a", "")
            if chosen and request.GET.get("q", "") == survey.questions[0].key:
                found = confirm(request, door, survey, token=token, index=0, value=chosen)
                if found is not None:
                    return found
            return ask(request, door, survey, token=token)
        if too_many(request):
            return notice(request, link.tenant, wordings.BUSY, status=429, headers={"Retry-After": "60"})
        if "end" in request.POST:
            return take_end(request, door, survey)
        return take(request, door, survey)


def _door(link: SurveyLink, variant: str) -> Door:
    door = Door(
        tenant=link.tenant,
        name=f"link:{link.code}",
        collected_by="link",
        place=Place(link.touchpoint_id, link.channel_id, link.unit_id),
        is_test=link.is_test,
        about=About(properties=carried(variant)),
        end=lambda request, survey, token: end(request, door, survey, token),
    )
    return door
