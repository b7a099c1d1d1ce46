"""Pages of single customers and of the companies they belong to; only for members who see who customers are."""

import json
from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.customers.accounts import load_account
from dashboards.customers.encounters import load_encounters
from dashboards.customers.forms import ProfileForm
from dashboards.customers.profile import Profile, load_profile
from dashboards.customers.relationship import load_relationship
from dashboards.customers.search import MOST, newest, search
from dashboards.customers.story import tell
from dashboards.customers.timeline import load_timeline, load_timeline_of_many, read_mark
from dashboards.scope import whole_company
from journeys.erasing import erase
from journeys.exporting import export
from journeys.merging import MergeRefused, merge
from journeys.models import Customer
from journeys.people import change, customer_of

SECTION = {"section": "customers"}
LONGEST_WORDS = 200


@require_safe
@never_cache
@requires(Permission.SEE_IDENTITY)
def customers(request: HttpRequest) -> HttpResponse:
    """Customers who match what was asked, or the newest."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_WORDS]
    found = search(asked) if asked else newest()
    context = {"asked": asked, "found": found[:MOST], "more": len(found) > MOST, "most": MOST}
    return render(request, "dashboards/customers/search.html", {**context, **SECTION})


@require_safe
@never_cache
@requires(Permission.SEE_IDENTITY)
def customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """One customer: who they are, the years, the timeline."""
    found = find(customer_id)
    if found.id != customer_id:
        return redirect("customer", found.id)
    return _page(request, found, ProfileForm(_profile(request, found)))


@require_POST
@requires(Permission.SEE_IDENTITY)
def profile(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Fill in what was not known of a customer."""
    if not _may_edit(request):
        raise PermissionDenied
    found = find(customer_id)
    form = ProfileForm(_profile(request, found), request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    if change(found, form.values(), ambassador=form.cleaned_data["ambassador"]):
        messages.success(request, _("Saved."))
    return redirect("customer", found.id)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.SEE_IDENTITY)
def merge_into(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show whose the other number is and what merging does; then do it."""
    _must(request, Permission.DEFINE)
    found = find(customer_id)
    number = request.POST.get("number", request.GET.get("number", "")).replace("\x00", "").strip()
    other = customer_of(number) if number else None
    if request.method == "POST":
        try:
            merge(stays=found, number=number)
        except MergeRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Merged: %s is now a number of this customer.") % number)
        return redirect("customer", found.id)
    if other is None or other.id == found.id:
        if number:
            messages.error(request, _("No other customer has the number %s.") % number)
        return redirect("customer", found.id)
    context = {"customer": found, "other": other, "number": number, **SECTION}
    return render(request, "dashboards/customers/merge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.SEE_IDENTITY)
def erase_person(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Say what erasing takes away and what stays; do it when the customer's number is written."""
    _must(request, Permission.MANAGE_PRIVACY)
    found = find(customer_id)
    written = request.POST.get("number", "").strip()
    if request.method == "POST" and written == found.external_id:
        try:
            erase(found)
        except Customer.DoesNotExist:  # sent twice, or merged meanwhile
            raise Http404 from None
        messages.success(request, _("The person has been erased. What happened stays counted."))
        return redirect("customers")
    wrong = request.method == "POST"
    context = {"customer": found, "wrong": wrong, **SECTION}
    return render(request, "dashboards/customers/erase.html", context, status=422 if wrong else 200)


@require_safe
@never_cache
@requires(Permission.SEE_IDENTITY)
def export_person(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Everything stored about the person, as a file."""
    _must(request, Permission.MANAGE_PRIVACY)
    found = find(customer_id)
    content = json.dumps(export(found), ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{str(found.id)[-6:]}.json"'
    return response


def _must(request: HttpRequest, permission: Permission) -> None:
    if not request.membership.may(permission):  # type: ignore[attr-defined]
        raise PermissionDenied


def _may_edit(request: HttpRequest) -> bool:
    membership = request.membership  # type: ignore[attr-defined]
    return bool(membership.may(Permission.DEFINE) or membership.may(Permission.HANDLE_FEEDBACK))


def _units(request: HttpRequest) -> Sequence[int]:
    """The units whose doings the member may see, empty = all."""
    membership = request.membership  # type: ignore[attr-defined]
    return membership.unit_ids if membership.of_units else ()


def _profile(request: HttpRequest, found: Customer) -> Profile:
    return load_profile(found, now=timezone.now(), units=_units(request))


def _page(request: HttpRequest, found: Customer, form: ProfileForm) -> HttpResponse:
    membership, tenant = request.membership, request.tenant  # type: ignore[attr-defined]
    units = _units(request)
    page = load_timeline(found.id, before=read_mark(request.GET.get("before", "")), units=units)
    context = {
        "customer": found,
        "name": found.name or found.external_id,
        "profile": form.profile,
        "form": form,
        "may_edit": _may_edit(request),
        "may_merge": membership.may(Permission.DEFINE),
        "may_erase": membership.may(Permission.MANAGE_PRIVACY),
        "relationship": load_relationship(found.id, zone=tenant.zone, units=units),
        "encounters": load_encounters(minimum=tenant.anonymity_minimum) if not membership.of_units else None,
        "groups": tell(found.id, page.entries),
        "older": page.older,
        "first_page": "before" not in request.GET,
        **SECTION,
    }
    return render(request, "dashboards/customers/customer.html", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
@requires(Permission.SEE_IDENTITY)
def account(request: HttpRequest, name: str) -> HttpResponse:
    """A company as a customer: its people, what they said last, and what was promised to them."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    found = load_account(name, minimum=request.tenant.anonymity_minimum) if "\x00" not in name else None  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    people = [contact.customer.id for contact in found.contacts]
    page = load_timeline_of_many(people, before=read_mark(request.GET.get("before", "")))
    context = {
        "account": found,
        "groups": tell(None, page.entries),
        "older": page.older,
        "first_page": "before" not in request.GET,
    }
    return render(request, "dashboards/customers/account.html", {**context, **SECTION})


def find(customer_id: UUID) -> Customer:
    """The customer of the active tenant, or of two numbers the one that stayed; 404 for anybody else."""
    found: Customer | None = Customer.objects.filter(id=customer_id, erased_at=None).first()
    if found is not None and found.merged_into_id is not None:
        found = Customer.objects.filter(id=found.merged_into_id, erased_at=None).first()
    if found is None:
        raise Http404
    return found
