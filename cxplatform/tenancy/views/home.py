"""The front door: a word to strangers, the right company for everybody else."""

from typing import cast

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cxplatform.tenancy import demo, founding, invitations
from cxplatform.tenancy.addresses import root_url, tenant_home, tenant_start
from cxplatform.tenancy.forms import CompanyForm
from cxplatform.tenancy.models import Membership, User


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`: strangers get a landing page, members go on to their company, the rest choose or found one."""
    if not request.user.is_authenticated:
        return render(request, "tenancy/landing.html", {"demo": demo.published(), "open_signup": settings.OPEN_SIGNUP})
    memberships = list(Membership.objects.select_related("tenant").filter(user=request.user).order_by("tenant__name"))
    waiting = invitations.for_person(request.user)
    if len(memberships) == 1 and not waiting:
        return redirect(tenant_start(memberships[0].tenant.slug))
    context = {"memberships": memberships, "invitations": waiting, "open_signup": settings.OPEN_SIGNUP}
    return render(request, "tenancy/chooser.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def found_company(request: HttpRequest) -> HttpResponse:
    """A company more, for somebody who has an account."""
    if not settings.OPEN_SIGNUP:
        return redirect(root_url("home"))
    form = CompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refusal = ratelimit.consume_or_429(request, action="signup")
        if refusal:
            return refusal
        tenant = founding.found(
            name=form.cleaned_data["company"],
            language=form.cleaned_data["language"],
            admin=cast("User", request.user),
            beginning=form.cleaned_data["beginning"],
        )
        return redirect(tenant_home(tenant.slug))
    return render(request, "tenancy/company_new.html", {"form": form})
