"""`/v/<token>`: where an ambassador's friend arrives. Going on is counted; a page opened by a preview is not."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.doors import phrases as door_phrases
from surveys.doors.link import RESPONDENT
from surveys.doors.pages import notice, other_languages, page, voice_of
from surveys.doors.visitors import too_many
from surveys.followups import setting
from surveys.invited import phrases
from surveys.invited.referrals import ambassador_of, read_token, visit
from surveys.questionnaire import wordings


@require_safe
def referral(request: HttpRequest, token: str) -> HttpResponse:
    """Say who is recommended; who goes on from there (`go`) is counted, and led to the company's own pages."""
    said = read_token(token)
    if said is None:
        return notice(request, None, door_phrases.UNKNOWN_PERSONAL, status=404)
    tenant_id, customer_id = said
    with activate(tenant_id, actor=RESPONDENT):
        tenant = Tenant.objects.get(pk=tenant_id)
        ambassador = ambassador_of(customer_id)
        leads_to = setting.current().referral_url
        if ambassador is None or not leads_to:
            return notice(request, tenant, door_phrases.UNKNOWN_PERSONAL, status=404)
        # A link and not a form: browsers let no form lead to another site.
        if request.method == "GET" and "go" in request.GET:
            if too_many(request):
                return notice(request, tenant, wordings.BUSY, status=429, headers={"Retry-After": "60"})
            visit(ambassador, token)
            return HttpResponseRedirect(_with_token(leads_to, token))
        voice = voice_of(request, tenant)
        context = {
            "title": voice(phrases.RECOMMENDED),
            "text": voice(phrases.RECOMMENDED_TEXT),
            "button": voice(phrases.GO_THERE),
            "languages": other_languages(voice),
            "first": True,
        }
        return page(request, tenant, "surveys/referral.html", context, voice=voice)


def _with_token(url: str, token: str) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode({"ref": token}))))
    return urlunsplit(parts._replace(query=query))
