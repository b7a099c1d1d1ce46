"""What stands in a file of a journey. What is left out of a file stays as it is in the company.

Definitions are named by identifier. A jump names its ends by the number of the stage, from 1, and the touchpoint.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from django.utils.translation import gettext as _
from msgspec import UNSET, Meta, UnsetType

from cxplatform.api.body import with_nul

LARGEST = 2 * 1024 * 1024
MOST_OF_KIND = 4000
_Many = Meta(max_length=MOST_OF_KIND)


@dataclass(frozen=True)
class Problem:
    """Something to mend: `place` is "stages[2].steps[0].touchpoint" or "row 7, column emotion"."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


class Unreadable(ValueError):
    """The file cannot be taken in; nothing of it was. `problems` say what to mend where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(map(str, problems)))
        self.problems = list(problems)


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class _Named(_Part, frozen=True, kw_only=True):
    slug: str
    name: str
    description: str | UnsetType = UNSET


class DimensionPart(_Named, frozen=True, kw_only=True):
    pass


class UnitPart(_Named, frozen=True, kw_only=True):
    partner: bool | UnsetType = UNSET


class ChannelPart(_Named, frozen=True, kw_only=True):
    digital: bool | UnsetType = UNSET
    hours: dict[str, list[list[str]]] | UnsetType = UNSET
    languages: list[str] | UnsetType = UNSET
    language_hours: dict[str, dict[str, list[list[str]]]] | UnsetType = UNSET
    cost_per_contact: str | UnsetType | None = UNSET


class PersonaPart(_Named, frozen=True, kw_only=True):
    goals: str | UnsetType = UNSET
    needs: str | UnsetType = UNSET
    challenges: str | UnsetType = UNSET
    delights: str | UnsetType = UNSET
    fears: str | UnsetType = UNSET
    dimension: str | UnsetType | None = UNSET
    value: str | UnsetType = UNSET


class ProcessPart(_Named, frozen=True, kw_only=True):
    owner: str | UnsetType | None = UNSET
    unit: str | UnsetType | None = UNSET
    system: str | UnsetType = UNSET
    review_on: str | UnsetType | None = UNSET


class OfferPart(_Part, frozen=True, kw_only=True):
    channel: str
    strength: int | None = None


class TouchpointPart(_Named, frozen=True, kw_only=True):
    channel: str | UnsetType | None = UNSET
    unit: str | UnsetType | None = UNSET
    owner: str | UnsetType | None = UNSET
    role: str | UnsetType = UNSET
    by: str | UnsetType = UNSET
    interactivity: str | UnsetType = UNSET
    waiting_minutes: int | UnsetType | None = UNSET
    evidence: str | UnsetType = UNSET
    peer_help: bool | UnsetType = UNSET
    emotion: int | UnsetType | None = UNSET
    mix: list[str] | UnsetType = UNSET
    drivers: list[str] | UnsetType = UNSET
    needs: list[str] | UnsetType = UNSET
    channels: list[OfferPart] | UnsetType = UNSET
    processes: list[str] | UnsetType = UNSET


class StepPart(_Part, frozen=True, kw_only=True):
    touchpoint: str
    optional: bool = False
    repeats: bool = False
    emotion: int | None = None
    change: str = ""


class StagePart(_Part, frozen=True, kw_only=True):
    name: str
    flow: str | UnsetType = UNSET
    optional: bool | UnsetType = UNSET
    goal: str | UnsetType = UNSET
    vision: str | UnsetType = UNSET
    target: str | UnsetType = UNSET
    expectation: str | UnsetType = UNSET
    edge: str | UnsetType = UNSET
    emotion: int | UnsetType | None = UNSET
    after_purchase: bool | UnsetType = UNSET
    steps: list[StepPart] = []


class EndPart(_Part, frozen=True, kw_only=True):
    stage: int
    touchpoint: str


class JumpPart(_Part, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    start: EndPart
    end: EndPart


class JourneyPart(_Named, frozen=True, kw_only=True):
    kind: str | UnsetType = UNSET
    as_is: str | UnsetType | None = UNSET
    owner: str | UnsetType | None = UNSET
    sponsor: str | UnsetType | None = UNSET
    trace_by: str | UnsetType = UNSET
    inactive_hours: int | UnsetType = UNSET
    condition_property: str | UnsetType = UNSET
    condition_value: str | UnsetType = UNSET
    memory: str | UnsetType = UNSET
    dimension: str | UnsetType | None = UNSET
    segments: list[str] | UnsetType = UNSET
    personas: list[str] | UnsetType = UNSET
    validated_on: str | UnsetType | None = UNSET
    validated_by: str | UnsetType = UNSET
    co_designers: str | UnsetType = UNSET


class Document(_Part, frozen=True, kw_only=True):
    """A whole file. `stages` and `jumps` are the journey's all; the lists after them are what it names."""

    format: Literal["cxplatform-journey/1"]
    journey: JourneyPart
    stages: Annotated[list[StagePart], _Many]
    jumps: Annotated[list[JumpPart], _Many] = []
    dimensions: Annotated[list[DimensionPart], _Many] = []
    units: Annotated[list[UnitPart], _Many] = []
    channels: Annotated[list[ChannelPart], _Many] = []
    personas: Annotated[list[PersonaPart], _Many] = []
    processes: Annotated[list[ProcessPart], _Many] = []
    touchpoints: Annotated[list[TouchpointPart], _Many] = []


def read_json(content: bytes | str) -> Document:
    """Raises Unreadable naming the place in the file."""
    if len(content) > LARGEST:
        raise Unreadable([Problem("", _("The file is too large for a journey: at most 2 MB."))])
    try:
        document = msgspec.json.decode(content, type=Document)
        nul = next(with_nul(msgspec.to_builtins(document)), None)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise _unreadable(error) from None
    if nul is not None:
        raise Unreadable([Problem(nul, _("Remove the NUL character: the database cannot store it."))])
    return document


def read_document(data: Any) -> Document:
    """The same of what a request's JSON was decoded to."""
    try:
        return msgspec.convert(data, Document)
    except (msgspec.ValidationError, RecursionError) as error:
        raise _unreadable(error) from None


def _unreadable(error: Exception) -> Unreadable:
    said, at, place = str(error).partition(" - at `$")
    place = place.rstrip("`").lstrip(".") if at else ""
    if isinstance(error, msgspec.ValidationError):
        return Unreadable([Problem(place or "format", _("%s. Mend this value; see the reference.") % said)])
    return Unreadable([Problem("", _("This is no JSON that can be read (%s). Export a journey to see one.") % said)])


def write_json(document: Document) -> bytes:
    """As people can read it too."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def fields_of(part: Any, *, but: Sequence[str] = ()) -> dict[str, Any]:
    """What a part says, without what it leaves out."""
    values = {name: getattr(part, name) for name in part.__struct_fields__ if name not in but}
    return {name: value for name, value in values.items() if value is not UNSET}
