"""What the history calls quotes, saved figures of cases and targets, which have no name of their own, and metrics and
measures, which are stored by their keys; and what of ours it leaves out, as it is the program's own."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cxplatform.tenancy import history
from cxplatform.tenancy.models import AuditEntry
from dashboards.measures import MEASURES, metric_name
from dashboards.models import (
    Benchmark,
    BusinessCase,
    CaseVersion,
    Decision,
    Experiment,
    FocusTheme,
    PublicQuote,
    Quote,
    ResultsPage,
    ShareLink,
    Target,
)
from journeys.models import Touchpoint
from surveys.models import Response

_TARGET = re.compile(r"(?P<metric>\S+) (?P<year>\d+): (?P<value>.+)")


def register() -> None:
    """Called when the app is ready."""
    for kind in (Quote, PublicQuote):
        history.call(kind, of_quotes, unsaid=("response_id", "key", "consent_key"))
    history.call(CaseVersion, of_versions, unsaid=("case_id", "inputs"))
    metric = {"metric": metric_name}
    history.call(FocusTheme, unsaid=("slot", "score", "reasons"), values=metric)
    history.call(Decision, unsaid=("about", "written_at"))
    history.call(Target, of_targets, values=metric)
    for model in (Benchmark, Experiment):
        history.call(model, values=metric)
    history.call(ResultsPage, values={"measures": _measure_name})
    history.call(ShareLink, values={"measure": _measure_name})


def of_quotes(entries: Sequence[AuditEntry]) -> Mapping[UUID, str]:
    """Where and when it was said. The words themselves stay where they can be erased."""
    said = {entry.id: UUID(after) for entry in entries if (after := _after(entry, "response_id"))}
    answers = {row.id: row for row in Response.objects.filter(id__in=set(said.values()))}
    places = dict(
        Touchpoint.objects.filter(pk__in={row.touchpoint_id for row in answers.values()}).values_list("pk", "name")
    )
    told = {}
    for entry, response_id in said.items():
        row = answers.get(response_id)
        day = date_format(localtime(row.answered_at), "SHORT_DATE_FORMAT") if row else ""
        place = places.get(row.touchpoint_id, "") if row else ""
        told[entry] = ", ".join(filter(None, (place, day))) or _("an answer that is gone")
    return told


def of_versions(entries: Sequence[AuditEntry]) -> Mapping[UUID, str]:
    """The case's title and the number of the version."""
    cases = {entry.id: case for entry in entries if (case := _after(entry, "case_id"))}
    titles = dict(BusinessCase.objects.filter(pk__in=set(cases.values())).values_list("pk", "title"))
    return {
        entry.id: f"{titles[cases[entry.id]]}: {_('version %(number)s') % {'number': _after(entry, 'number')}}"
        for entry in entries
        if cases.get(entry.id) in titles
    }


def of_targets(entries: Sequence[AuditEntry]) -> Mapping[UUID, str]:
    """The metric in words, the year and the value; read from the stored label, as a removed target has no row."""
    told = {entry.id: _TARGET.fullmatch(entry.object_label) for entry in entries}
    return {id: f"{metric_name(said['metric'])} {said['year']}: {said['value']}" for id, said in told.items() if said}


def _measure_name(key: str) -> Any:
    return MEASURES[key].name if key in MEASURES else key


def _after(entry: AuditEntry, column: str) -> str:
    pair = entry.changes.get(column)
    return pair[1] or "" if isinstance(pair, list) and len(pair) == 2 else ""
