"""The only way a promise's lifecycle changes: a step with its reason, through the gate, into the history."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.context import current_actor
from cxplatform.tenancy.models import User
from promises.making.evidence import evidence
from promises.making.gate import DRAFT, PILOT, PUBLIC, Reason, missing
from promises.models import Criterion, LifecycleStep, Promise


class Refused(Exception):
    """The promise may not move so; `reasons` say what to mend first, in the reader's language."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def move(*, promise: Promise, to: str, by: User | None = None, why: str, now: datetime | None = None) -> LifecycleStep:
    """Move the promise on, or back, and keep when, who, why and by what evidence; `by` None is an integration.

    What leaves the public leaves the public page: made in public again, perhaps in other words, it is published anew.
    Raises Refused with every reason at once. The row is locked, so that of two who move it at the same time one
    is refused. `promise` itself follows.
    """
    now = now or timezone.now()
    promise.lifecycle = Promise.objects.select_for_update().values_list("lifecycle", flat=True).get(pk=promise.pk)
    reasons = missing(promise=promise, to=to, now=now)
    if not why.strip():
        reasons.append(Reason(_("Say why: it stays in the promise's history.")))
    if promise.archived_at:
        reasons.append(Reason(_("The promise is archived: restore it first.")))
    if reasons:
        raise Refused(reasons)
    before = audit.stored(promise)
    step = LifecycleStep.objects.create(
        promise=promise,
        before=promise.lifecycle,
        after=to,
        at=now,
        by=by,
        who=(by.email if by else current_actor().label)[:300],
        why=why.strip(),
        evidence=_known(promise, to, now),
    )
    changed = ["lifecycle", "updated_at"]
    if promise.lifecycle == PUBLIC:
        promise.published = promise.rate_published = False
        changed += ["published", "rate_published"]
    promise.lifecycle = to
    promise.save(update_fields=changed)
    audit.record("changed", promise, before=before, why=[None, step.why])
    return step


def _known(promise: Promise, to: str, now: datetime) -> dict[str, Any]:
    """What the step was taken by: the criteria's evidence, and what the pilot has shown."""
    if (promise.lifecycle, to) == (DRAFT, PILOT):
        criteria = Criterion.objects.filter(promise=promise)
        return {"criteria": {each.name: {"evidence": each.evidence, "facts": each.facts} for each in criteria}}
    if (promise.lifecycle, to) == (PILOT, PUBLIC):
        return evidence(promise=promise, now=now).as_json()
    return {}
