"""Starting, saving and archiving cases. What was saved is never changed: saving makes the next version."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from dashboards.cases.inputs import Input, as_stored, from_stored
from dashboards.models import BusinessCase, CaseVersion

MOST_CASES = 50
"""In use at a time: the list works each of them out."""


class Newer(ValueError):
    """Somebody saved the case meanwhile; `version` is what they saved."""

    def __init__(self, version: CaseVersion) -> None:
        super().__init__(str(version))
        self.version = version


def start(
    *, title: str, currency: str, years: int, inputs: Sequence[Input], note: str = "", by: User | None
) -> CaseVersion:
    """A new case with its first version. Raises ValueError where there are as many as there may be."""
    if BusinessCase.objects.filter(archived_at=None).count() >= MOST_CASES:
        raise ValueError(_("There are %(most)s business cases. Put one away first.") % {"most": MOST_CASES})
    case = BusinessCase.objects.create(title=title, currency=currency, years=years, created_by=by)
    audit.record("added", case)
    return _version(case, number=1, inputs=inputs, note=note, by=by)


@transaction.atomic
def save(
    *,
    case: BusinessCase,
    after: int,
    title: str,
    currency: str,
    years: int,
    inputs: Sequence[Input],
    note: str,
    by: User | None,
) -> CaseVersion:
    """The next version of a case. Raises Newer where `after` is not its newest version; the same figures again make
    no version."""
    locked = BusinessCase.objects.select_for_update().get(pk=case.pk)
    newest = locked.versions.order_by("-number")[0]
    if newest.number != after:
        raise Newer(newest)
    before = audit.state(locked)
    locked.title, locked.currency, locked.years = title, currency, years
    locked.save()
    audit.record("changed", locked, before=before)
    settled = settle(from_stored(newest.inputs), inputs)
    if as_stored(settled) == as_stored(from_stored(newest.inputs)) and years == newest.years:
        return newest
    return _version(locked, number=newest.number + 1, inputs=settled, note=note, by=by)


def settle(before: Sequence[Input], told: Sequence[Input]) -> tuple[Input, ...]:
    """The inputs as told, but what the product measured and somebody then wrote over is no longer its measurement:
    it becomes an assumption, unless a source of its own was given."""
    measured = {each.key: each for each in before if each.origin}

    def one(each: Input) -> Input:
        was = measured.get(each.key)
        if was is None:
            return replace(each, origin="")
        same = (each.low, each.base, each.high) == (was.low, was.base, was.high)
        if same and (each.mark, each.source, each.known_on) == (was.mark, was.source, was.known_on):
            return replace(each, origin=was.origin)
        if same or each.source != was.source:
            return replace(each, origin="")
        return replace(each, origin="", source="", mark="assumption" if each.mark == "measured" else each.mark)

    return tuple(one(each) for each in told)


def refresh(*, case: BusinessCase, measured: Sequence[Input], note: str, by: User | None) -> CaseVersion:
    """The next version, with the figures that the product has measured now; none where nothing is otherwise. What
    somebody wrote over stays theirs; what is empty is filled."""
    locked = BusinessCase.objects.select_for_update().get(pk=case.pk)
    newest = locked.versions.order_by("-number")[0]
    fresh = {each.key: each for each in measured}
    # Of what is newest under the lock: nothing that somebody saves meanwhile is taken back.
    told = from_stored(newest.inputs)
    inputs = [fresh.get(each.key, each) if each.origin or each.base is None else each for each in told]
    if as_stored(inputs) == newest.inputs:
        return newest
    return _version(locked, number=newest.number + 1, inputs=inputs, note=note, by=by)


def archive(*, case: BusinessCase) -> None:
    """Out of the list; its versions stay."""
    before = audit.stored(case)
    case.archived_at = timezone.now()
    case.save()
    audit.record("archived", case, before=before)


def _version(case: BusinessCase, *, number: int, inputs: Sequence[Input], note: str, by: User | None) -> CaseVersion:
    version = CaseVersion.objects.create(
        case=case, number=number, years=case.years, inputs=as_stored(inputs), note=note, saved_by=by
    )
    audit.record("added", version)
    return version
