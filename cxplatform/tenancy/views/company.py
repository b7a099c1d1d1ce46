"""Settings: where they begin, the company's own, and one's profile."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import ANY_MEMBER, requires
from cxplatform.tenancy.forms import OrganisationForm, ProfileForm
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Permission
from cxplatform.tenancy.sections import sections_of


@require_safe
@requires(ANY_MEMBER)
def settings_home(request: HttpRequest) -> HttpResponse:
    """To the first page of the settings this member may open."""
    return redirect(sections_of(request.membership)[0].name)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_COMPANY)
def company(request: HttpRequest) -> HttpResponse:
    # A copy of its own: a refused value must not show in the page's header.
    tenant = Tenant.objects.get(pk=request.tenant.pk)  # type: ignore[attr-defined]
    before = audit.stored(tenant)
    form = OrganisationForm(request.POST or None, instance=tenant)
    if request.method == "POST" and form.is_valid():
        audit.record("changed", form.save(), before=before)
        messages.success(request, _("Saved."))
        return redirect("settings_company")
    return render(request, "tenancy/company.html", {"form": form, "section": "settings", "here": "settings_company"})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ANY_MEMBER)
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        response = redirect("settings_profile")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, secure=settings.SESSION_COOKIE_SECURE)
        return response
    return render(request, "tenancy/profile.html", {"form": form, "section": "settings", "here": "settings_profile"})
