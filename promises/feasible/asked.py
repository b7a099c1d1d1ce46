"""What an address asks of history: which rule, and numbers that make sense."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from cxplatform.tenancy.models import Tenant
from promises.feasible import spec
from promises.models import Promise, Rule
from promises.present import promise_of


class BadAsked(ValueError):
    """A parameter that makes no sense; the text says what to give instead."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


def asked(given: Any, *, slug: str, tenant: Tenant) -> tuple[Promise, Rule | None]:
    """The promise and its rule in question: that of `rule` (an id or a token), else its first deadline; or 404."""
    promise = promise_of(slug)
    token = given.get("rule", "")
    deadlines = Rule.objects.in_use().filter(promise=promise, kind=Rule.Kind.DEADLINE).select_related("calendar")
    if token.isascii() and token.isdigit() and len(token) < 19:
        rule = deadlines.filter(pk=int(token)).first()
    elif token:
        rule = spec.read(token, tenant=tenant, promise=promise)
        rule = rule if rule and rule.kind == Rule.Kind.DEADLINE else None
    else:
        found = list(deadlines.order_by("position", "pk"))
        return promise, next((each for each in found if each.part == Rule.Part.PROMISE), found[0] if found else None)
    if rule is None:
        raise Http404
    return promise, rule


def number(given: Any, name: str, most: int) -> int | None:
    """A whole number of the address from 1, None where it is left out. Raises BadAsked."""
    text = given.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise BadAsked(name, _("Give a whole number, 1 to %(most)s.") % {"most": most})
    return int(text)
