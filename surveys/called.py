"""What the history calls what was done of what customers said, which has no name of its own, question types and units,
which are stored by their keys, and invitations, which members have too."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy import history
from cxplatform.tenancy.models import AuditEntry
from journeys.models import Touchpoint, Unit
from surveys.models import Deed, Invitation, Question, SurveyRound
from surveys.questionnaire.questions import QUESTION_TYPES


def register() -> None:
    """Called when the app is ready."""
    history.call(Deed, of_deeds)
    history.call(Invitation, kind=_("survey invitation"))
    history.call(Question, values={"metric": _type_name})
    history.call(SurveyRound, refers={"unit_ids": Unit})


def of_deeds(entries: Sequence[AuditEntry]) -> Mapping[UUID, str]:
    """Where and when it was done; read from the stored label, as a removed one has no row."""
    told = {entry.id: entry.object_label.split(" ") for entry in entries}
    ids = {int(said[0]) for said in told.values() if said[0].isdecimal()}
    places = {str(pk): name for pk, name in Touchpoint.objects.filter(pk__in=ids).values_list("pk", "name")}
    return {id: ", ".join(filter(None, (places.get(said[0]), _day(said[-1])))) for id, said in told.items()}


def _type_name(key: str) -> Any:
    return QUESTION_TYPES[key].name if key in QUESTION_TYPES else key


def _day(said: str) -> str:
    return date_format(date.fromisoformat(said), "SHORT_DATE_FORMAT")
