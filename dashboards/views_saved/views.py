"""Saved views: kept, listed, taken as the first page, removed; and the way in after signing in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import ANY_MEMBER, requires
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.views import today_of
from dashboards.query import BadQuery
from dashboards.structure import load_structure
from dashboards.views_saved import keep
from dashboards.views_saved.forms import ViewForm


@require_safe
@never_cache
@requires(ANY_MEMBER)
def start(request: HttpRequest) -> HttpResponse:
    """Where a member begins after signing in: the view they chose, else the front page."""
    membership = request.membership  # type: ignore[attr-defined]
    view = keep.first_of(membership) if membership.may(Permission.SEE_RESULTS) else None
    return redirect(f"{reverse('leadership')}{view.query if view else ''}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.SEE_RESULTS)
def views(request: HttpRequest) -> HttpResponse:
    """The views a member may open; posting keeps what the leadership page is asked."""
    membership = request.membership  # type: ignore[attr-defined]
    sent = request.POST if request.method == "POST" else None
    form = ViewForm(sent, membership=membership, today=today_of(request))
    if form.is_valid():
        try:
            load_structure().check(form.query)
        except BadQuery as error:
            form.add_error("address", f"{error.parameter}: {error}")
        else:
            fields = form.cleaned_data
            view = keep.save(
                name=fields["name"], query=form.query, shared=fields.get("shared", False), membership=membership
            )
            messages.success(request, _("The view %(name)s is saved.") % {"name": view.name})
            return redirect(f"{reverse('leadership')}{view.query}")
    offered = keep.offered(membership)
    changeable = set(keep.changeable(membership).values_list("pk", flat=True))
    context = {"views": [(view, view.pk in changeable) for view in offered], "form": form, "section": "leadership"}
    return render(request, "dashboards/views_saved/list.html", context, status=400 if form.is_bound else 200)


@require_POST
@requires(Permission.SEE_RESULTS)
def first(request: HttpRequest, pk: int) -> HttpResponse:
    """Open this view at sign-in; pressed again, no longer."""
    view = get_object_or_404(keep.seen_by(request.membership), pk=pk)  # type: ignore[attr-defined]
    keep.open_first(view=view, user=request.user, first="no" not in request.POST)  # type: ignore[arg-type]
    messages.success(request, _("It is noted."))
    return redirect("saved_views")


@require_POST
@requires(Permission.SEE_RESULTS)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    membership = request.membership  # type: ignore[attr-defined]
    view = get_object_or_404(keep.seen_by(membership), pk=pk)
    if not keep.changeable(membership).filter(pk=view.pk).exists():
        raise PermissionDenied
    keep.remove(view)
    messages.success(request, _("The view %(name)s is removed.") % {"name": view.name})
    return redirect("saved_views")
