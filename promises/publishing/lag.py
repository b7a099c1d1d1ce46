"""Whether what stands in a place is what is promised."""

from datetime import date
from enum import StrEnum

from promises.models import Promise, Publication


class Stand(StrEnum):
    """How a place stands to its promise: as one would tell the person who must do something there."""

    SAME = "same"
    OTHER_WORDS = "other_words"
    NOT_PUBLIC = "not_public"
    OVER = "over"
    COMING = "coming"
    ENDED = "ended"

    @property
    def lags(self) -> bool:
        return self in (Stand.OTHER_WORDS, Stand.NOT_PUBLIC, Stand.OVER)


def wording_in(promise: Promise, language: str) -> str:
    """The promise's words in a language; its own wording where there are none."""
    return (promise.wordings or {}).get(language) or promise.wording


def stand(*, publication: Publication, today: date) -> Stand:
    """What is to be done with a place today; its `promise` is there.

    A place says the same where the promise's words stand in it, whatever else does, however they are spaced and
    written large. A retired or archived promise is over, and one that is not public, or kept among ourselves, should
    not stand anywhere yet.
    """
    promise = publication.promise
    if publication.until and publication.until < today:
        return Stand.ENDED
    if promise.archived_at or promise.lifecycle == Promise.Lifecycle.RETIRED:
        return Stand.OVER
    if publication.since > today:
        return Stand.COMING
    if promise.lifecycle != Promise.Lifecycle.PUBLIC or promise.visibility != Promise.Visibility.PUBLIC:
        return Stand.NOT_PUBLIC
    said = _plain(publication.wording)
    known = [wording_in(promise, publication.language)]
    if not publication.language:
        known += list((promise.wordings or {}).values())
    return Stand.SAME if any(_plain(words) in said for words in known if words) else Stand.OTHER_WORDS


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!")
