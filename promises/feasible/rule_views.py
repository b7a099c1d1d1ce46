"""The editor of a promise's rules: tried on what happened lately before they are saved."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from journeys.models import Customer
from promises.feasible import spec
from promises.feasible.kinds import KINDS
from promises.feasible.lately import Window
from promises.feasible.objections import Tried, tried
from promises.feasible.occurrences import types_lately
from promises.feasible.preview import SHOWN, Preview
from promises.feasible.rule_form import RuleForm
from promises.judging.judge import Judged
from promises.making import versions
from promises.models import Rule
from promises.present import promise_of


@dataclass(frozen=True)
class Line:
    """One that the rule would have called broken."""

    judged: Judged
    customer: Customer | None
    case: str


@require_safe
@never_cache
@requires(Permission.DEFINE)
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """What measures a promise now, and by what it was measured before."""
    promise = promise_of(slug)
    found = list(Rule.objects.in_use().filter(promise=promise).select_related("calendar", "instruction"))
    context = {
        "promise": promise,
        "rules": [rule for rule in found if rule.valid_until is None],
        "earlier": [rule for rule in found if rule.valid_until is not None],
        "section": "promises",
    }
    return render(request, "promises/feasible/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def rule(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """A rule's form; posted it is tried and, where nothing speaks against it and `go` is not "try", saved."""
    promise = promise_of(slug)
    stored = None
    if pk is not None:
        stored = Rule.objects.in_use().filter(pk=pk, promise=promise, valid_until=None).first()
        if stored is None:
            raise Http404
    form = RuleForm(request.POST if request.method == "POST" else None, promise=promise, stored=stored)
    if stored is None:  # an instruction's own measure is asked for from where the instruction stands
        form.initial.update({name: request.GET[name] for name in ("part", "instruction") if name in request.GET})
    context: dict[str, Any] = {"promise": promise, "stored": stored, "form": form, "section": "promises"}
    if request.method == "POST" and form.is_valid() and form.rule is not None:
        found = _try(request, form, form.rule, stored)
        if request.POST.get("go") != "try" and not form.errors:
            return _saved(request, form.rule, stored, why=form.cleaned_data.get("why", ""))
        context |= _tried(request, form.rule, found)
    if "HX-Request" in request.headers:
        return render(request, "promises/feasible/_tried.html", context)
    context |= {"kinds": _kinds(), "types": types_lately()}
    status = 422 if form.errors and request.POST.get("go") != "try" else 200
    return render(request, "promises/feasible/rule.html", context, status=status)


@require_POST
@requires(Permission.DEFINE)
def archive(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Stop measuring by a rule; what it has judged stays."""
    found = Rule.objects.in_use().filter(pk=pk, promise=promise_of(slug)).first()
    if found is None:
        raise Http404
    before = audit.stored(found)
    found.archived_at = timezone.now()
    found.save(update_fields=["archived_at"])
    audit.record("archived", found, before=before)
    messages.success(request, _("No longer measured. What it has judged stays."))
    return redirect("rules", slug)


def _try(request: HttpRequest, form: RuleForm, rule: Rule, stored: Rule | None) -> Tried:
    """The rule as it is written, tried; what speaks against it stands at the form's fields."""
    try:
        rule.clean_fields(exclude=["tenant", "first"])
    except ValidationError as error:
        for name, found in error.message_dict.items():
            form.object_to(name, " ".join(found))
    result = tried(
        rule,
        Window(request.tenant, timezone.now()),  # type: ignore[attr-defined]
        before=stored,
        to_come=form.cleaned_data.get("to_come", False),
        reopened=form.cleaned_data.get("reopened", False),
    )
    for objection in result.objections:
        form.object_to(objection.field, objection.message)
    return result


def _saved(request: HttpRequest, rule: Rule, stored: Rule | None, *, why: str) -> HttpResponse:
    if stored is None:
        rule.save()
        audit.record("added", rule)
        messages.success(request, _("Saved."))
    else:
        changes = {name: getattr(rule, name) for name in versions.fields() - {"position"}}
        now = versions.revise(rule=stored, changes=changes, by=request.user, why=why)  # type: ignore[arg-type]
        if now.pk != stored.pk:
            messages.success(request, _("Saved as version %s: it holds for what begins from now on.") % now.version)
        else:
            messages.success(request, _("Saved."))
    return redirect("rules", rule.promise.slug)


def _tried(request: HttpRequest, rule: Rule, found: Tried) -> dict[str, Any]:
    seen = found.preview
    context: dict[str, Any] = {"preview": seen, "tried": True, "shown": SHOWN}
    if seen is None:
        return context
    sees = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    context |= {"sees": sees, "lines": _lines(seen) if sees else []}
    if rule.kind == Rule.Kind.DEADLINE:
        context["token"] = spec.write(rule)
    return context


def _lines(seen: Preview) -> list[Line]:
    failed = seen.failed[:SHOWN]
    wanted = {judged.customer_id for judged in failed if judged.customer_id}
    customers = {str(each.id): each for each in Customer.objects.filter(id__in=wanted)}
    by_case = seen.rule.match == Rule.Match.CORRELATION
    return [Line(each, customers.get(each.customer_id or ""), each.subject if by_case else "") for each in failed]


def _kinds() -> dict[str, Any]:
    """For the browser: by kind, what it is, its fields, and what they are called there."""
    return {
        str(key): {
            "says": str(kind.says),
            "fields": list(kind.fields),
            "words": {name: str(words) for name, words in kind.words.items()},
        }
        for key, kind in KINDS.items()
    }
