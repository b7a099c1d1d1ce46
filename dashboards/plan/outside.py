"""The page on which somebody outside the company answers a round: the link is all the authority there is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Tenant
from dashboards.models import Round
from dashboards.plan import rounds
from dashboards.plan.round_forms import AnswerForm
from surveys.doors.visitors import guessing, language_of, missed, too_many

_VISITOR = Actor(label="visitor")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def outside(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, take the answer, or say why not."""
    if guessing(request):
        return _say(request, None, _busy, status=429)
    read = rounds.read_address(token)
    tenant = Tenant.objects.filter(pk=read[0]).first() if read else None
    if read is None or tenant is None:
        missed(request)
        return _say(request, None, _unknown, status=404)
    with (
        activate(tenant.pk, actor=_VISITOR),
        timezone.override(tenant.zone),
        translation.override(language_of(request, default=tenant.language)),
    ):
        round_ = Round.objects.filter(pk=read[1], link=read[2]).exclude(link="").first()
        if round_ is None:
            missed(request)
            return _say(request, tenant, _unknown, status=404)
        return _asked(request, tenant, round_)


def _asked(request: HttpRequest, tenant: Tenant, round_: Round) -> HttpResponse:
    today = rounds.today_in(tenant)
    if not rounds.is_open(round_, today):
        return _say(request, tenant, _over, status=410)
    posted = request.method == "POST"
    if posted and too_many(request):
        return _say(request, tenant, _busy, status=429)
    form = AnswerForm(request.POST if posted else None, round_=round_, member=None)
    if posted and form.is_valid():
        told = form.cleaned_data
        try:
            rounds.answer_outside(
                round_=round_, key=str(told["key"]), answers=form.answers, other=told.get("other", ""), today=today
            )
        except rounds.NotNow as error:
            said = str(error)
            return _say(request, tenant, lambda: said, status=409)
        return _say(request, tenant, _thanks, status=200)
    return _page(request, tenant, {"round": round_, "form": form}, status=400 if posted else 200)


def _say(request: HttpRequest, tenant: Tenant | None, said: Any, *, status: int) -> HttpResponse:
    """A sentence on a page of its own, in the language of the visitor."""
    with translation.override(language_of(request, default=tenant.language if tenant else settings.LANGUAGE_CODE)):
        return _page(request, tenant, {"said": said()}, status=status)


def _page(request: HttpRequest, tenant: Tenant | None, values: dict[str, Any], *, status: int) -> HttpResponse:
    context = {
        "company": tenant.name if tenant else "",
        "language": translation.get_language(),
        "accent": accent(tenant.brand_colour) if tenant else None,
        "nonce": request.csp_nonce,  # type: ignore[attr-defined]
        **values,
    }
    response = HttpResponse(render_to_string("dashboards/plan/outside.html", context), status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response


def _thanks() -> str:
    return _("Thank you! Your answer is in, and nobody sees that it is yours.")


def _over() -> str:
    return _("This round of questions is over. Thank you for your interest.")


def _unknown() -> str:
    return _("Open the whole link as it was sent to you.")


def _busy() -> str:
    return _("Wait a minute and open the link again.")
