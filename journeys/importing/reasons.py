"""Why the write path rejects a row, for somebody who reads it on a page rather than in an API's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext, gettext_noop

from journeys.importing.mapping import Mapping as ImportMapping
from journeys.importing.plan import Plan
from journeys.importing.run import Intake, Kind, Written

# Texts of the write path that files meet most; others are shown as the API words them.
COMMON = (
    gettext_noop("Send an e-mail address such as name@example.org, or an empty text for none."),
    gettext_noop("Remove the NUL character: the database cannot store it."),
    gettext_noop("Send the identifier your systems use for the customer."),
    gettext_noop("The time is before the year 2000. Send when it was answered, with its offset from UTC."),
    gettext_noop("The time is over 24 hours ahead. Send when it was answered, with its offset from UTC."),
    gettext_noop("Expected `str` of length <= 10."),
    gettext_noop("Expected `str` of length <= 50."),
    gettext_noop("Expected `str` of length <= 100."),
    gettext_noop("Expected `str` of length <= 200."),
    gettext_noop("Send at most 200 characters."),
    gettext_noop("Send at most 300 characters."),
    gettext_noop("Send at most 10 characters."),
    gettext_noop("Give a customer number, an e-mail address or a phone number."),
    gettext_noop("Give a phone number such as +358 40 123 4567."),
    gettext_noop("is empty"),
)


def told(errors: Mapping[str, str], plan: Plan) -> dict[str, str]:
    """Errors by the column's name rather than the field's, in the language that is active."""
    return {plan.label(key) or key: gettext(text) for key, text in errors.items()}


def sentence(errors: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {text}" for name, text in errors.items())


def telling(plan: Plan) -> Kind:
    """The plan's kind of import, whose write path tells errors that way."""
    kind = plan.offer.kind

    def intake(mapping: ImportMapping) -> Intake:
        inner = kind.intake(mapping)

        def write(items: Sequence[object]) -> Written:
            done = inner.write(items)
            return replace(done, rejected={place: told(errors, plan) for place, errors in done.rejected.items()})

        return Intake(inner.item, write)

    return replace(kind, intake=intake)
