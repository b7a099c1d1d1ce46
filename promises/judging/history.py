"""What was stored before a rule was made, or changed, is judged by it too: a new promise shows its past at once."""

import hashlib
from collections.abc import Collection
from dataclasses import fields

import msgspec

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.models import Tenant
from promises.judging.announce import announce
from promises.judging.outcomes import judged_rules, measures_of, rejudge
from promises.judging.rebuild import BATCH, beyond, subjects, touch
from promises.models import JudgedHistory, Rule

# Of subjects in one transaction, in which nothing else of the tenant is counted: some seconds.
STEP = 20_000


def unjudged(tenant: Tenant) -> list[int]:
    """Ids of the active tenant's rules whose past is still to be judged.

    Rules that nobody judges now (a draft, a retired promise) are forgotten: events pass them by meanwhile, and all
    of them are judged when the promise comes back.
    """
    rules = list(judged_rules())
    JudgedHistory.objects.exclude(rule_id__in=[rule.pk for rule in rules]).delete()
    done = dict(JudgedHistory.objects.filter(finished=True).values_list("rule_id", "measured"))
    return [rule.pk for rule in rules if done.get(rule.pk) != _digest(rule, tenant)]


def judge_past(tenant: Tenant, rule_id: int) -> bool:
    """Judge the next part of what is stored by a rule of the active tenant; whether there is more.

    Where it stopped stands in the transaction of the outcomes themselves, so it goes on after a crash, and two
    workers at once only take turns.
    """
    locks.wait(tenant.pk)
    rule = judged_rules().filter(pk=rule_id).first()
    if rule is None:
        return False
    progress, _ = JudgedHistory.objects.get_or_create(rule=rule)
    digest = _digest(rule, tenant)
    if progress.finished and rule.valid_until and progress.measured == _digest(rule, tenant, but={"valid_until"}):
        _end(tenant, rule)
    elif progress.measured != digest:
        progress.after, progress.finished = "", False
    progress.measured = digest
    rows = []
    for measure in [] if progress.finished else measures_of([rule], tenant):
        rows = subjects(tenant.pk, measure, after=progress.after, limit=STEP)
        for start in range(0, len(rows), BATCH):
            announce(rejudge(tenant, measure, touch(rows[start : start + BATCH])))
        if rows:
            subject, event_id = rows[-1]
            progress.after = str(event_id or subject)
    progress.finished = len(rows) < STEP
    progress.save()
    pulse.beat()
    return not progress.finished


def _end(tenant: Tenant, rule: Rule) -> None:
    """Give up what a version judged of the time after its end: all that changes where nothing else did."""
    for measure in measures_of([rule], tenant):
        rows = beyond(tenant.pk, measure)
        for start in range(0, len(rows), BATCH):
            announce(rejudge(tenant, measure, touch(rows[start : start + BATCH])))


def _digest(rule: Rule, tenant: Tenant, *, but: Collection[str] = ()) -> str:
    """What decides how instances are judged; a target or a wording does not. What stands at its default is left out,
    so that a new kind of rule does not make every old one be judged anew."""
    facts = [
        (field.name, getattr(measure, field.name))
        for measure in measures_of([rule], tenant)
        for field in fields(measure)
        if field.name not in but and getattr(measure, field.name) != field.default
    ]
    text = msgspec.json.encode([tenant.timezone, facts], order="deterministic")
    return hashlib.md5(text, usedforsecurity=False).hexdigest()
