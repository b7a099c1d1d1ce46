"""Answers from files, several questions of one row at once."""

from collections.abc import Sequence

from journeys.importing.events import declared
from journeys.importing.mapping import Mapping, Shape
from journeys.importing.reader import Values
from journeys.importing.recipes import MappingError
from journeys.importing.run import Intake, Kind, Written
from surveys import published
from surveys.answer import record_responses
from surveys.questions import COMMENT
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
        if question is None or (question.metric == COMMENT) != (table == "texts"):
            asked = ", ".join(f"{q.key} ({'texts' if q.metric == COMMENT else 'answers'})" for q in survey.questions)
            raise MappingError(place, f"is no such question of {slug!r}; it asks {asked}")


RESPONSES = Kind(name="responses", shape=SHAPE, intake=intake)
