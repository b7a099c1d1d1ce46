"""Starting and stopping an experiment, and what is made of one that told something."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from dashboards.changes.noted import note
from dashboards.experiments.figures import kept, plan
from dashboards.improvements.work import propose
from dashboards.models import Experiment, Improvement
from journeys.identifiers import free_identifier
from journeys.models import Dimension

State = Experiment.State
MOST_PLANNED = 10_000_000
"""Answers to a variant: more are not gathered by anybody, and would not fit their column."""


DECLARED = gettext_lazy("It has started: what it is judged by stays as it was declared.")


class NotNow(Exception):
    """What was asked does not fit the state that the experiment is in: says so to a person."""


@transaction.atomic
def declare(fields: Mapping[str, Any]) -> Experiment:
    """Declare one; its identifier is made of its name."""
    # Its dimension is named by it too: sixty signs fit there.
    made: Experiment = Experiment.objects.create(slug=free_identifier(Experiment, fields["name"], most=60), **fields)
    audit.record("added", made)
    return made


@transaction.atomic
def redeclare(experiment: Experiment, fields: Mapping[str, Any]) -> Experiment:
    """Declare it anew. Raises NotNow for one that was started: what it is judged by is not moved any more."""
    now = _locked(experiment, State.DRAFT, str(DECLARED))
    before = audit.state(now)
    for name, value in fields.items():
        setattr(now, name, value)
    return _kept(now, "changed", before)


@transaction.atomic
def start(experiment: Experiment, *, today: date) -> Experiment:
    """Fix the plan and let answers carry the variant from now on. Raises NotNow for one that was started, and for one
    whose difference is too small to be found."""
    now = _locked(experiment, State.DRAFT, _("This experiment was started already."))
    before = audit.state(now)
    now.planned = plan(
        metric_name=now.metric,
        touchpoint_id=now.touchpoint_id,
        least=now.least,
        variants=len(now.variants),
        today=today,
    )
    if now.planned > MOST_PLANNED:
        raise NotNow(_("So small a difference takes more answers than anybody gathers. Look for a greater one."))
    Dimension.objects.update_or_create(
        slug=now.dimension, defaults={"name": _("Experiment: %(name)s") % {"name": now.name}, "archived_at": None}
    )
    now.state, now.started_on = State.RUNNING, today
    return _kept(now, "started", before)


@transaction.atomic
def stop(experiment: Experiment, *, today: date, minimum: int) -> Experiment:
    """Keep what was found, and let no answer carry the variant any more. Raises NotNow for one that does not run."""
    now = _locked(experiment, State.RUNNING, _("This experiment does not run."))
    before = audit.state(now)
    now.result = kept(now, today=today, minimum=minimum)
    now.state, now.stopped_on = State.STOPPED, today
    Dimension.objects.filter(slug=now.dimension).update(archived_at=timezone.now())
    return _kept(now, "stopped", before)


@transaction.atomic
def take_into_use(experiment: Experiment, *, key: str, today: date, by: User) -> Experiment:
    """Note the change that customers meet from today on: the variant that won, or another that one chose all the same.

    Its effect is then tested as every change's is. Raises NotNow before the end, for a change noted already, and for
    no such variant.
    """
    now = _locked(experiment, State.STOPPED, _("Stop the experiment first."))
    name = next((variant["name"] for variant in now.variants if variant["key"] == key), "")
    if now.change_id:
        raise NotNow(_("The change is noted already."))
    if not name:
        raise NotNow(_("There is no such variant. Choose another."))
    before = audit.state(now)
    now.change = note(day=today, what=f"{now.name}: {name}"[:200], touchpoint=now.touchpoint, made_by=str(by)[:200])
    return _kept(now, "changed", before)


@transaction.atomic
def improve(experiment: Experiment, *, by: User, sentence: str) -> Experiment:
    """Make an improvement of what was learnt. Raises NotNow before the end, and for one made already."""
    now = _locked(experiment, State.STOPPED, _("Stop the experiment first."))
    if now.improvement_id:
        raise NotNow(_("The improvement is made already."))
    before = audit.state(now)
    made = propose(
        title=now.name,
        by=by,
        kind=Improvement.Kind.INNOVATION,
        why=now.question,
        touchpoint=now.touchpoint,
        owner=now.owner or by,
        signal_on=now.started_on,
        finding={"kind": "experiment", "place": now.touchpoint.name, "sentence": sentence},
    )
    now.improvement = made
    return _kept(now, "changed", before)


def _locked(experiment: Experiment, wanted: str, otherwise: str) -> Experiment:
    now: Experiment = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if now.state != wanted:
        raise NotNow(otherwise)
    return now


def _kept(now: Experiment, action: str, before: dict[str, object]) -> Experiment:
    now.save()
    audit.record(action, now, before=before)
    return now


@transaction.atomic
def archive(experiment: Experiment) -> None:
    """Put it away; nothing is lost of its answers. Raises NotNow while it runs."""
    now: Experiment = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if now.state == State.RUNNING:
        raise NotNow(_("Stop the experiment first."))
    now.archived_at = timezone.now()
    now.save(update_fields=["archived_at", "updated_at"])
    audit.record("archived", now)
