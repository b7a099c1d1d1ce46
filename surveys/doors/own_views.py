"""`/r/<token>`: the link of an answer given without an invitation, and of a matter that began without an answer."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxplatform.tenancy.addresses import root_url
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, slug_of_tenant
from journeys.keepers import ERASED
from journeys.models import Customer
from surveys.doors import phrases
from surveys.doors.ending import read_end
from surveys.doors.link import RESPONDENT
from surveys.doors.matter import matter_page
from surveys.doors.own import Own, read_token
from surveys.doors.pages import notice
from surveys.doors.status import status_page
from surveys.doors.visit import Door
from surveys.doors.visitors import too_many
from surveys.models import FollowUp, Response
from surveys.questionnaire import published, wordings
from surveys.submission import Place

_COMPANY: re.Pattern[str] = slug_of_tenant.regex  # type: ignore[assignment]


@csrf_exempt  # nobody is signed in here: the signed token in the address is all the authority there is
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest, token: str) -> HttpResponse:
    """What came of an answer or a matter, and what its customer says of it."""
    own = read_token(token)
    if own is None and request.method != "POST" and _COMPANY.fullmatch(token):
        # The address of a company's results, `/r/<company>/`, typed without its last slash.
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(f"{root_url('results_page', token)}{query}")
    if own is None:
        return notice(request, None, phrases.UNKNOWN_PERSONAL, status=404)
    with activate(own.tenant_id, actor=RESPONDENT):
        tenant = Tenant.objects.get(pk=own.tenant_id)
        if request.method == "POST" and too_many(request):
            return notice(request, tenant, wordings.BUSY, status=429, headers={"Retry-After": "60"})
        if own.follow_up_id is not None:
            return _matter(request, tenant, own)
        return _answer(request, tenant, own)


def _answer(request: HttpRequest, tenant: Tenant, own: Own) -> HttpResponse:
    response = Response.objects.filter(id=own.response_id).select_related("version").first()
    survey = published.newest(response.survey_id) if response else None
    if response is None or survey is None or response.submission_id.startswith(ERASED):
        return notice(request, tenant, phrases.UNKNOWN_PERSONAL, status=404)
    name, _, token = response.submission_id.rpartition(":")
    door = Door(
        tenant=tenant,
        name=name,
        token=token,
        collected_by=response.collected_by,
        place=Place(response.touchpoint_id, response.channel_id, response.unit_id),
        language=response.language,
        is_test=response.is_test,
        end=lambda request, survey, token: _answer(request, tenant, own),
    )
    told = read_end(request, door, survey) if request.method == "POST" and "end" in request.POST else {}
    return status_page(request, door, response, survey, may_change=False, **told)


def _matter(request: HttpRequest, tenant: Tenant, own: Own) -> HttpResponse:
    # Of one that has an answer the answer's own link is told, never this; an erased person's leads nowhere.
    follow_up = FollowUp.objects.filter(pk=own.follow_up_id, response_id=None).select_related("owner", "rule").first()
    if follow_up is None or not Customer.objects.filter(id=follow_up.customer_id, erased_at=None).exists():
        return notice(request, tenant, phrases.UNKNOWN_PERSONAL, status=404)
    return matter_page(request, tenant, follow_up)
