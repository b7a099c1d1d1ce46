"""Rules of follow-ups: which signals open one, in which order, for whom; and what each role may give."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.editing import set_archived
from cxplatform.tenancy.roles import Permission
from journeys.identifiers import free_identifier
from surveys.followups import owners
from surveys.followups.lately import DAYS, lately
from surveys.followups.rule_forms import LimitsForm, RuleForm, rule_form
from surveys.followups.rules import PRESSING
from surveys.models import EmpowermentLimit, FollowUpRule

SECTION = {"section": "follow_ups"}


@require_safe
@never_cache
@requires(Permission.DEFINE)
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in the order in which they are tried, with what it would have opened lately."""
    found = _ordered()
    tried = lately(found, now=timezone.now())
    able = {user.pk for user in owners.able()}
    context = {
        "rows": [
            {
                "rule": rule,
                "took": tried.took.get(rule.pk, 0),
                "fits": tried.fits.get(rule.pk, 0),
                "gone": bool({rule.owner_id, rule.backup_id} - {None, *able}),
                "first": at == 0 or found[at - 1].cause != rule.cause,
                "last": at == len(found) - 1 or found[at + 1].cause != rule.cause,
            }
            for at, rule in enumerate(found)
        ],
        "days": tried.days,
        "whole": tried.days == DAYS,
        "archived": list(FollowUpRule.objects.exclude(archived_at=None).order_by("name", "id")),
        "limits": list(EmpowermentLimit.objects.order_by("amount")),
        **SECTION,
    }
    return render(request, "surveys/followups/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def new_rule(request: HttpRequest) -> HttpResponse:
    """Add a rule, last of its cause."""
    return _edit(request, FollowUpRule())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a rule. What it has opened stays as it was opened."""
    return _edit(request, _find(slug))


@require_POST
@requires(Permission.DEFINE)
def move_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """One place earlier or later among the rules of its cause."""
    found = _find(slug)
    among = [each for each in _ordered() if each.cause == found.cause]
    at = among.index(found) if found in among else -1
    to = at + (-1 if "earlier" in request.POST else 1)
    if at >= 0 and 0 <= to < len(among):
        among[at], among[to] = among[to], among[at]
        with transaction.atomic():
            for position, each in enumerate(among):
                FollowUpRule.objects.filter(pk=each.pk).update(position=position)
    return redirect("follow_up_rules")


@require_POST
@requires(Permission.DEFINE)
def archive_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a rule out of use, or into it again."""
    found = _find(slug)
    restore = "restore" in request.POST
    if (found.archived_at is None) != restore:
        set_archived(found, archived=not restore)
    messages.success(request, _("The rule is in use again.") if restore else _("The rule is archived."))
    return redirect("follow_up_rules")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def limits(request: HttpRequest) -> HttpResponse:
    """What each role may give a customer on its own, and what one more contact costs."""
    form = LimitsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.keep()
        messages.success(request, _("Saved."))
        return redirect("follow_up_rules")
    context = {"form": form, **SECTION}
    return render(request, "surveys/followups/limits.html", context, status=400 if form.is_bound else 200)


def _edit(request: HttpRequest, found: FollowUpRule) -> HttpResponse:
    is_new = found.pk is None
    before = None if is_new else audit.stored(found)
    form = rule_form(found, request.POST if request.method == "POST" else None)
    trying = "try" in request.POST
    tried: dict[str, Any] = {}
    if form.is_valid():
        if not trying:
            _keep(form, before)
            messages.success(request, _("The rule is saved."))
            return redirect("follow_up_rules")
        told = lately([form.instance], now=timezone.now())
        tried = {"fits": told.fits.get(form.instance.pk or 0, 0), "days": told.days}
    context = {"form": form, "rule": None if is_new else found, "tried": tried, **SECTION}
    status = 200 if not form.is_bound or (trying and form.is_valid()) else 400
    return render(request, "surveys/followups/rule.html", context, status=status)


def _keep(form: RuleForm, before: Any) -> None:
    kept = form.save(commit=False)
    if before is None:
        kept.slug = free_identifier(FollowUpRule, kept.name)
        kept.position = FollowUpRule.objects.filter(cause=kept.cause).count()
    kept.save()
    audit.record("created" if before is None else "changed", kept, before=before)


def _ordered() -> list[FollowUpRule]:
    """Those not archived, in the order in which they are tried."""
    found = FollowUpRule.objects.in_use().select_related(
        "survey", "touchpoint", "dimension", "owner", "backup", "calendar"
    )
    return sorted(found, key=lambda each: (PRESSING[each.cause], each.position, each.pk))


def _find(slug: str) -> FollowUpRule:
    found: FollowUpRule | None = FollowUpRule.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found
