"""The history of one definition, in words: who changed what, from which value to which."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, localize
from django.utils.functional import Promise as Lazy
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.context import Actor
from cxplatform.tenancy.models import AuditEntry

ACTIONS = {
    "added": _("added"),
    "created": _("created"),
    "founded": _("founded"),
    "loaded": _("loaded"),
    "changed": _("changed"),
    "removed": _("removed"),
    "deleted": _("deleted"),
    "archived": _("archived"),
    "restored": _("restored"),
    "published": _("published"),
    "approved": _("approved"),
    "started": _("started"),
    "stopped": _("stopped"),
    "finished": _("finished"),
    "reopened": _("opened again"),
    "chosen": _("chosen"),
    "quoted": _("quoted"),
    "withdrawn": _("withdrawn"),
    "invited": _("invited"),
    "revoked": _("revoked"),
    "rotated": _("new secret"),
    "replayed": _("replayed"),
    "merged": _("merged"),
    "erased": _("erased"),
    "exported": _("taken out"),
}
SHOWN = 200
# Said by the entry itself, or by nobody asked for.
_UNSAID = {"id", "tenant_id", "updated_at", "created_at"}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_CLOCK = re.compile(r"\d\d:\d\d")
_LANGUAGES = dict(settings.LANGUAGES)
# Of texts by language and hours by weekday.
_KEYS = _LANGUAGES | dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), WEEKDAYS_ABBR.values(), strict=True))

Row = tuple[type[models.Model], str]
Labels = Callable[[Sequence[AuditEntry]], Mapping[UUID, str]]
Names = dict[tuple[type[models.Model], Any], str]


@dataclass(frozen=True)
class _Called:
    labels: Labels | None
    kind: Lazy | None
    unsaid: frozenset[str]
    values: Mapping[str, Callable[[Any], Any]]
    refers: Mapping[str, type[models.Model]]


_NOTHING = _Called(None, None, frozenset(), {}, {})
_called: dict[str, _Called] = {}


def call(
    model: type[models.Model],
    labels: Labels | None = None,
    *,
    kind: Lazy | None = None,
    unsaid: Iterable[str] = (),
    values: Mapping[str, Callable[[Any], Any]] | None = None,
    refers: Mapping[str, type[models.Model]] | None = None,
) -> None:
    """Say what the history calls rows without a name of their own, and values; rooms do so in AppConfig.ready().

    `labels` gives labels by the entry's id, in a number of queries that does not grow; what it leaves out keeps the one
    that was stored. `kind` names the kind where the model does not, `unsaid` are columns that tell nobody anything.
    `values` puts a column's value, or each of a list, in words; `refers` says of what a list has the ids.
    """
    _called[model._meta.label_lower] = _Called(labels, kind, frozenset(unsaid), values or {}, refers or {})


@dataclass(frozen=True)
class Change:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One change in words: `kind` is what was changed and `label` its own name, `of` the two together."""

    at: datetime
    actor: str
    action: str
    kind: str
    label: str
    changes: tuple[Change, ...]

    @property
    def of(self) -> str:
        return f"{self.kind}: {self.label}" if self.kind else self.label


def history_of(obj: models.Model, *, rows: Sequence[Row] = ()) -> list[Entry]:
    """The newest entries of an object and of its rows, newest first: at most `SHOWN`.

    `rows` are (model, field that names the object). The number of queries does not grow with the entries.
    """
    mine = models.Q(model=obj._meta.label_lower, object_id=str(obj.pk))
    for model, field in rows:
        ids = model._base_manager.filter(**{field: obj.pk}).values_list("pk", flat=True)
        mine |= models.Q(model=model._meta.label_lower, object_id__in=[str(pk) for pk in ids])
    return in_words(list(AuditEntry.objects.filter(mine).order_by("-id")[:SHOWN]))


def in_words(entries: Sequence[AuditEntry]) -> list[Entry]:
    """Entries as people read them, in a number of queries that does not grow with them."""
    names, labels = _names(entries), _labels(entries)
    return [
        Entry(
            at=entry.at,
            actor=acted(entry.actor),
            action=str(ACTIONS.get(entry.action, entry.action)),
            kind=_kind(entry),
            label=labels.get(entry.id) or _dated(entry.object_label),
            changes=tuple(_changes(entry, names)),
        )
        for entry in entries
    ]


def _dated(label: str) -> str:
    """A label; of what is named by its day, the day as the reader writes it."""
    day = parse_date(label) if len(label) == 10 else None
    return date_format(day, "SHORT_DATE_FORMAT") if day else label


def acted(label: str) -> str:
    """Who did it: what nobody in particular did has the program's own name, in the reader's language."""
    return gettext("system") if label == Actor().label else label


def _kind(entry: AuditEntry) -> str:
    model = _model(entry)
    return kind_of(model) if model else ""


def kind_of(model: type[models.Model]) -> str:
    """What a kind of thing is called."""
    own = _called.get(model._meta.label_lower)
    return capfirst(str(own.kind if own and own.kind else model._meta.verbose_name))


def is_told(model: type[models.Model]) -> bool:
    """Whether the kind has a name in the readers' languages: what has none, such as counts, is changed by nobody."""
    own = _called.get(model._meta.label_lower)
    return bool(own and own.kind) or isinstance(model._meta.verbose_name, Lazy)


def _labels(entries: Iterable[AuditEntry]) -> dict[UUID, str]:
    of: dict[str, list[AuditEntry]] = defaultdict(list)
    for entry in entries:
        of[entry.model].append(entry)
    told = (own.labels(of[model]) for model, own in _called.items() if own.labels and model in of)
    return {id: label for labels in told for id, label in labels.items()}


def _model(entry: AuditEntry) -> type[models.Model] | None:
    try:
        return apps.get_model(entry.model)
    except (LookupError, ValueError):  # a kind that no longer exists
        return None


def _field(model: type[models.Model] | None, column: str) -> Any:
    if model is None:
        return None
    return next((field for field in model._meta.concrete_fields if field.attname == column), None)


def _names(entries: Iterable[AuditEntry]) -> Names:
    """What the numbers in references were called: one query per kind of thing referred to."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for entry in entries:
        refers = _called.get(entry.model, _NOTHING).refers
        for column, pair in entry.changes.items():
            field = _field(_model(entry), column)
            if isinstance(field, models.ForeignKey) and isinstance(pair, list):
                wanted[field.related_model].update(value for value in pair if value is not None)  # type: ignore[index]
            elif column in refers and isinstance(pair, list):
                wanted[refers[column]].update(id for ids in pair for id in ids or ())
    return {
        (model, row.pk): str(row) for model, ids in wanted.items() for row in model._base_manager.filter(pk__in=ids)
    }


def _changes(entry: AuditEntry, names: Names) -> Iterable[Change]:
    model = _model(entry)
    own = _called.get(entry.model, _NOTHING)
    for column, pair in entry.changes.items():
        if column in _UNSAID | own.unsaid:
            continue
        field = _field(model, column)
        in_words = own.values.get(column)
        if column in own.refers:
            in_words = partial(_named, names, own.refers[column])
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        told = Change(
            name=capfirst(_label(str(field.verbose_name) if field else column)),
            before=_told(before, field, names, in_words),
            after=_told(after, field, names, in_words),
        )
        if told.before or told.after:
            yield told


def _label(name: str) -> str:
    """A field's name; of one that no form shows, what the catalogue calls it or that which it refers to."""
    told = gettext(name)
    return gettext(name.removesuffix(" id")) if told == name else told


def _named(names: Names, model: type[models.Model], id: Any) -> str:
    return names.get((model, id), str(id))


def _told(value: Any, field: Any, names: Names, in_words: Callable[[Any], Any] | None = None) -> str:
    if value is None or value in ("", [], {}) or (isinstance(value, str) and _ID.fullmatch(value)):
        return ""
    if isinstance(value, list):
        if len(value) == 2 and all(isinstance(part, str) and _CLOCK.fullmatch(part) for part in value):
            return "–".join(value)
        inner = getattr(field, "base_field", None)
        between = ", " if any(isinstance(part, list) for part in value) else " · "
        return between.join(filter(None, (_told(part, inner, names, in_words) for part in value)))
    if isinstance(value, dict) and not in_words:
        parts = ((_KEYS.get(key) or _label(key), _told(part, None, names)) for key, part in value.items())
        return " · ".join(f"{name}: {part}" for name, part in parts if part)
    if in_words:
        return str(in_words(value))
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(field, models.ForeignKey):
        return _named(names, field.related_model, value)  # type: ignore[arg-type]
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(str(value))
        return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else str(value)
    if isinstance(field, models.DateField):
        day = parse_date(str(value))
        return date_format(day, "SHORT_DATE_FORMAT") if day else str(value)
    if field is not None and field.name == "language":
        return str(_LANGUAGES.get(value, value))
    if isinstance(value, float):
        return str(localize(int(value) if value.is_integer() else value))
    return str(value)
