"""Rules are not rewritten once they have judged: what changes a measure begins a new version of it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from promises.models import PromiseOutcome, Rule

# Nothing that is measured: they change in place.
_IN_PLACE = {"wording", "position", "instruction"}
# What the versions themselves are told by: nobody sets it.
_OWN = {
    "id", "tenant", "promise", "version", "first", "valid_from", "valid_until", "archived_at", "why", "made_by",
}  # fmt: skip


def fields() -> set[str]:
    """The fields of a rule that `revise` takes."""
    return {field.name for field in Rule._meta.concrete_fields} - _OWN


def has_judged(rule: Rule) -> bool:
    """Whether anything was judged by this version of the rule."""
    return PromiseOutcome.objects.filter(rule=rule).exists()


def revise(*, rule: Rule, changes: Mapping[str, Any], by: User | None = None, why: str = "") -> Rule:
    """Change a rule, and give the rule as it is in force now.

    While nothing was judged by it, it is rewritten. Else another target or measure is a new version for what opens
    from now on, and the old one keeps what opened before, with its own series of figures; words and order change
    in place. Raises ValidationError by field, also where an earlier version is to be changed.
    """
    rule = Rule.objects.select_for_update(of=("self",)).select_related("promise").get(pk=rule.pk)
    if unknown := set(changes) - fields():
        raise ValueError(f"{', '.join(sorted(unknown))}: not fields of a rule that can be revised")
    changed = {name: value for name, value in changes.items() if getattr(rule, name) != value}
    if not changed:
        return rule
    if rule.valid_until:
        raise ValidationError(
            _("This is an earlier version of the rule, which stays as it was. Change the present one.")
        )
    before = audit.stored(rule)
    for name, value in changed.items():
        setattr(rule, name, value)
    rule.clean()
    if set(changed) <= _IN_PLACE or not has_judged(rule):
        rule.save(update_fields=list(changed))
        audit.record("changed", rule, before=before, **_told(why))
        return rule
    return _next_version(rule, before=before, by=by, why=why)


def _next_version(rule: Rule, *, before: dict[str, Any], by: User | None, why: str) -> Rule:
    """Store the changed `rule` as a version of its own from now on; the one it was changed from ends now."""
    now = timezone.now()
    old = Rule.objects.get(pk=rule.pk)
    old.valid_until = now
    old.save(update_fields=["valid_until"])
    audit.record("changed", old, before=before, **_told(why))
    rule.pk, rule._state.adding = None, True
    rule.first_id, rule.version = old.first_id or old.pk, old.version + 1
    rule.valid_from, rule.why, rule.made_by = now, why.strip(), by
    rule.save()
    audit.record("added", rule)
    return rule


def _told(why: str) -> dict[str, list[str | None]]:
    return {"why": [None, why.strip()]} if why.strip() else {}
