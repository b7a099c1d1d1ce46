"""What stands behind a promise's words: staff who took part, and criteria judged by evidence."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from promises.making import facts
from promises.making.evidence import own_rules
from promises.models import Criterion, Participation, Promise


def log_participation(*, promise: Promise, by: User | None = None, fields: Mapping[str, Any]) -> Participation:
    """Note that staff took part in making a promise."""
    row = Participation.objects.create(promise=promise, logged_by=by, **fields)
    audit.record("added", row)
    return row  # type: ignore[no-any-return]


def forget_participation(*, row: Participation) -> None:
    """Take a note back that was wrong; the history keeps it."""
    audit.record("removed", row, before=audit.state(row))
    row.delete()


def judge(
    *,
    promise: Promise,
    name: str,
    met: bool,
    evidence: str,
    by: User | None = None,
) -> Criterion:
    """Judge one of the five criteria by its evidence; of "possible" what history says is kept with it.

    What says the same as before of the same targets leaves no trace, and keeps who judged it when.
    """
    row: Criterion | None = Criterion.objects.select_for_update().filter(promise=promise, name=name).first()
    if row and (row.met, row.evidence) == (met, evidence) and not facts.outdated(row, own_rules(promise)):
        return row
    before = audit.stored(row) if row else None
    row = row or Criterion(promise=promise, name=name)
    row.met, row.evidence = met, evidence
    row.facts = facts.possible(promise) if name == Criterion.Name.POSSIBLE else {}
    row.judged_at, row.judged_by = timezone.now(), by
    row.save()
    audit.record("changed" if before else "added", row, before=before)
    return row
