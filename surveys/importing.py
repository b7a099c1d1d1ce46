"""Answers from files, several questions of one row at once."""

from collections.abc import Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from journeys.importing.events import declared
from journeys.importing.mapping import Mapping, Shape
from journeys.importing.offers import Offer, Target
from journeys.importing.reader import Values
from journeys.importing.recipes import MappingError
from journeys.importing.run import Intake, Kind, Written
from journeys.models import Dimension
from surveys.answer import record_responses
from surveys.models import Survey
from surveys.questionnaire import published
from surveys.submission import Submission

SHAPE = Shape(
    name="response",
    fields={
        "submission_id": "text",
        "survey": "text",
        "answered_at": "time",
        "customer": "text",
        "touchpoint": "text",
        "channel": "text",
        "unit": "text",
        "correlation": "text",
        "language": "text",
    },
    required=("submission_id", "survey", "answered_at"),
    tables={"answers": "answer", "texts": "text", "dimensions": None, "properties": None},
)


def intake(mapping: Mapping) -> Intake:
    """Rows as submissions; a dimension is a property that the tenant has declared as one."""
    declared(mapping, shape=SHAPE)
    _asked(mapping)

    def item(values: Values) -> Submission:
        return Submission(
            **values.fields,
            answers=values.tables["answers"],
            texts=values.tables["texts"],
            properties=values.tables["properties"] | values.tables["dimensions"],
        )

    def write(submissions: Sequence[Submission]) -> Written:
        done = record_responses(submissions, collected_by="import")
        return Written(done.accepted, done.duplicates, {one.index: one.errors for one in done.rejected})

    return Intake(item, write)


def _asked(mapping: Mapping) -> None:
    """Raise MappingError where the mapping answers what its survey does not ask.

    Where the survey's name comes from a column, each row is judged on its own.
    """
    keys = {
        (table, key): mapping.tables[table][key].key for table in ("answers", "texts") for key in mapping.tables[table]
    }
    if not keys:
        raise MappingError("[response.answers]", "is missing; it says which column answers which question")
    slug = mapping.fields["survey"].fixed
    if slug is None:
        return
    shelf = published.shelf(slugs=[slug])
    survey = shelf.newest.get(slug)
    if survey is None:
        raise MappingError(
            "response.survey",
            f"the survey {slug!r} has no published version; publish it first"
            if slug in shelf.unpublished
            else f"there is no survey {slug!r} in this organisation; create and publish it first",
        )
    for (table, key), place in keys.items():
        question = survey.question(key)
        if question is None or question.type.written != (table == "texts"):
            asked = ", ".join(f"{q.key} ({'texts' if q.type.written else 'answers'})" for q in survey.questions)
            raise MappingError(place, f"is no such question of {slug!r}; it asks {asked}")


RESPONSES = Kind(name="responses", shape=SHAPE, intake=intake)


def offered() -> list[Offer]:
    """The answers of each published survey in use; a row without an id of its own is known by its content."""
    names = dict(Survey.objects.in_use().order_by("name").values_list("slug", "name"))
    newest = published.shelf(slugs=names).newest
    dimensions = tuple(
        Target(f"dimensions.{slug}", name, names=(slug, name))
        for slug, name in Dimension.objects.in_use().values_list("slug", "name")
    )
    return [
        Offer(
            slug=f"responses:{slug}",
            label=format_lazy("{what}: {name}", what=_("Answers"), name=name),
            kind=RESPONSES,
            targets=(*_questions(newest[slug]), *_TARGETS, *dimensions),
            constants={"survey": slug, "submission_id": "file-{_key}"},
        )
        for slug, name in names.items()
        if slug in newest
    ]


def _questions(survey: published.Published) -> tuple[Target, ...]:
    found = []
    for question in survey.questions:
        kind = question.type
        label, key = str(kind.name), question.key
        label = label if key == label.lower() else f"{label} ({key})"
        if question.type.written:
            found.append(Target(f"texts.{key}", label, names=(key, "avoin", "kommentti", "kommentar", "comment")))
            continue
        words = {text.lower(): choice for choice, texts in question.offered.items() for text in texts.values() if text}
        found.append(Target(f"answers.{key}", label, reads="answer", names=(key,), words_of=words))
    return tuple(found)


_TARGETS = (
    Target(
        "answered_at",
        _("answered"),
        reads="time",
        required=True,
        names=(
            *("vastausaika", "vastattu", "vastauspäivä", "päivämäärä", "pvm", "aika", "aikaleima"),
            *("svarstid", "besvarad", "datum", "tid", "answered at", "date", "time", "timestamp"),
        ),
    ),
    Target("customer", _("customer number"), names=("asiakasnumero", "asiakas", "kundnummer", "kund", "customer id")),
    Target("touchpoint", _("touchpoint"), names=("kosketuspiste", "kontaktpunkt", "asiointikanava")),
    Target("channel", _("channel"), names=("kanava", "kanal")),
    Target("unit", _("unit"), names=("yksikkö", "toimipiste", "myymälä", "enhet", "butik", "store")),
    Target("language", _("language"), names=("kieli", "språk", "lang")),
    Target(
        "submission_id",
        _("the answer's own id"),
        names=("vastaustunnus", "vastaus id", "vastausnumero", "svars-id", "response id", "submission id"),
    ),
)
