"""Single instances that staff take out of the counts, or let count again: heeded whenever they are judged anew."""

from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy import audit
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant, User
from promises.judging.announce import announce
from promises.judging.instances import Touched
from promises.judging.measure import Measure
from promises.judging.outcomes import judged_now, judged_rules, measures_of, rejudge
from promises.models import Exclusion, PromiseOutcome, Rule

MOST = 500
_LONGEST_REASON = 300


def exclude(*, outcomes: Sequence[PromiseOutcome], reason: str, by: User | None) -> list[Exclusion]:
    """Take these outcomes of the active tenant out; those that are out already are left. The counts move at once.

    Raises ValidationError (by field: reason, outcomes) and changes nothing where one cannot be judged any more, as
    its events are gone or its promise is retired.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise ValidationError({"reason": _("Give the reason, in 300 characters at most.")})
    made = []
    for rule, measure, own in _by_rule(outcomes):
        present = set(_standing(rule, own))
        new = [
            Exclusion(rule=rule, subject=subject, opened_by=opened_by, reason=reason, made_by=by)
            for subject, opened_by in sorted({_key(measure, each) for each in own} - present)
        ]
        Exclusion.objects.bulk_create(new)
        _judge(rule, measure, own, cause=f"excluded {new[0].id}" if new else "")
        for each in own:
            if _key(measure, each) not in present:
                audit.record(
                    "changed", rule, before=audit.state(rule), exclusion=[None, reason], outcome=[None, str(each.id)]
                )
        made += new
    return made


def lift(*, outcomes: Sequence[PromiseOutcome], by: User | None) -> list[Exclusion]:
    """Let these outcomes count again as their events say; those that staff did not take out are left."""
    lifted = []
    for rule, measure, own in _by_rule(outcomes):
        present = _standing(rule, own)
        for each in own:
            exclusion = present.pop(_key(measure, each), None)
            if exclusion:
                exclusion.lifted_at = timezone.now()
                exclusion.save(update_fields=["lifted_at"])
                audit.record(
                    "changed",
                    rule,
                    before=audit.state(rule),
                    exclusion=[exclusion.reason, None],
                    outcome=[None, str(each.id)],
                )
                lifted.append(exclusion)
        _judge(rule, measure, own, cause=f"lifted {lifted[-1].id}" if lifted else "")
    return lifted


def _by_rule(outcomes: Sequence[PromiseOutcome]) -> list[tuple[Rule, Measure, list[PromiseOutcome]]]:
    """Outcomes by their rules, all of which can still be judged; counting waits until this transaction ends."""
    if len(outcomes) > MOST:
        raise ValidationError({"outcomes": _("Choose at most 500 at a time.")})
    tenant = Tenant.objects.get(pk=active_tenant_id())
    locks.wait(tenant.pk)
    by_rule: dict[int, list[PromiseOutcome]] = defaultdict(list)
    for outcome in outcomes:
        by_rule[outcome.rule_id].append(outcome)
    rules = {rule.pk: rule for rule in judged_rules().filter(pk__in=by_rule)}
    found = []
    for rule_id, own in sorted(by_rule.items()):
        measures = measures_of([rules[rule_id]], tenant) if rule_id in rules else []
        if not measures:
            raise ValidationError({"outcomes": _("This promise is not judged any more: what became of it stands.")})
        found.append((rules[rule_id], measures[0], own))
        _check_events(tenant, measures[0], own)
    return found


def _check_events(tenant: Tenant, measure: Measure, own: Sequence[PromiseOutcome]) -> None:
    known = {
        _name(measure, each.subject, each.opened_by)
        for each in judged_now(tenant, measure, _part(measure, own), now=timezone.now())
    }
    if any(_name(measure, each.subject, str(each.opened_by)) not in known for each in own):
        raise ValidationError(
            {"outcomes": _("The events of this case are no longer stored: what became of it stands.")}
        )


def _judge(rule: Rule, measure: Measure, own: Sequence[PromiseOutcome], *, cause: str) -> None:
    tenant = Tenant.objects.get(pk=active_tenant_id())
    announce(rejudge(tenant, measure, _part(measure, own)), cause=cause)
    pulse.beat()


def _part(measure: Measure, own: Sequence[PromiseOutcome]) -> Touched:
    return Touched({each.subject for each in own}, {str(each.opened_by) for each in own} if measure.single else set())


def _standing(rule: Rule, own: Sequence[PromiseOutcome]) -> dict[tuple[str, str | None], Exclusion]:
    rows = Exclusion.objects.filter(rule=rule, subject__in={each.subject for each in own}, lifted_at=None)
    return {(row.subject, str(row.opened_by) if row.opened_by else None): row for row in rows}


def _key(measure: Measure, outcome: PromiseOutcome) -> tuple[str, str | None]:
    return _name(measure, outcome.subject, str(outcome.opened_by))


def _name(measure: Measure, subject: str, opened_by: str) -> tuple[str, str | None]:
    """A case has one instance, whichever event turns out to have opened it."""
    return subject, None if measure.one_per_subject else opened_by
