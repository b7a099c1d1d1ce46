"""Feedback nobody asked for (reviews, social media, e-mail): kept beside answers, never pooled with their scores."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_noop
from msgspec import Meta

from cxplatform.ids import uuid7
from cxplatform.tenancy.context import active_tenant_id
from journeys.record import IncomingEvent, Rejection, record
from surveys.models import Response, Survey, SurveyVersion

SOURCE = "feedback"
EVENT_TYPE = "feedback.received"
COLLECTED_BY = "feedback"
WAVE = "unsolicited"
SLUG = "unsolicited-feedback"
_NAME = gettext_noop("Unsolicited feedback")
_SCALE = re.compile(r"(-?\d{1,3})-(\d{1,3})")


class Feedback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece of feedback; the same `source` and `id` are the same piece. A text, a rating or both.

    `rating` stands on its own `rating_scale` ("1-5"); it is shown, and counts in no score of the surveys.
    """

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    source: Annotated[str, Meta(min_length=1, max_length=40)]
    text: Annotated[str, Meta(max_length=10_000)] | None = None
    rating: float | None = None
    rating_scale: Annotated[str, Meta(max_length=10)] | None = None
    link: Annotated[str, Meta(max_length=2_000)] | None = None
    author: Annotated[str, Meta(max_length=200)] | None = None
    time: datetime | None = None
    language: Annotated[str, Meta(max_length=10)] | None = None
    customer: Annotated[str, Meta(max_length=200)] | None = None
    touchpoint: Annotated[str, Meta(max_length=300)] | None = None
    channel: Annotated[str, Meta(max_length=300)] | None = None
    unit: Annotated[str, Meta(max_length=300)] | None = None

    @property
    def key(self) -> str:
        """What makes it once-only: short, whatever the source calls it."""
        return "f-" + sha256(f"{self.source.casefold()}\x1f{self.id}".encode("utf-8", "replace")).hexdigest()[:40]


@dataclass(frozen=True)
class Received:
    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)


def check(feedback: Feedback) -> dict[str, str]:
    """What is wrong with it beyond its shape, by field."""
    errors = {}
    if not (feedback.text or "").strip() and feedback.rating is None:
        errors["text"] = "Send a text, a rating or both."
    if not feedback.id.strip():
        errors["id"] = "Send the id that the source gives it, so that sending it again counts once."
    if not feedback.source.strip():
        errors["source"] = "Send where it was said: google, facebook, e-mail ..."
    if feedback.rating is not None:
        scale = _SCALE.fullmatch(feedback.rating_scale or "")
        if scale is None or int(scale[1]) >= int(scale[2]):
            errors["rating_scale"] = "Send the scale of the rating, its lowest and highest value, as in 1-5."
        elif not int(scale[1]) <= feedback.rating <= int(scale[2]):
            errors["rating"] = f"Send a rating on its scale, from {scale[1]} to {scale[2]}."
    elif feedback.rating_scale:
        errors["rating"] = "Send the rating that the scale belongs to, or no scale."
    if feedback.link and not _is_link(feedback.link):
        errors["link"] = "Send the address of a page, beginning with https:// or http://."
    return errors


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and not re.search(r"[\s<>\"']", text)


# Only events of this very transaction are looked at: their ids are later than the one taken before it.
_STORE = """
INSERT INTO surveys_response (
    tenant_id, id, survey_id, version_id, submission_id, answered_at, language, audience, wave, customer_id,
    touchpoint_id, channel_id, unit_id, touchpoint_text, channel_text, unit_text, collected_by, answers, texts,
    scores, dimensions, counted, is_test)
SELECT %(tenant)s, e.id, %(survey)s, %(version)s, sent.key, e.time, sent.language, 'customer', %(wave)s,
    e.customer_id, e.touchpoint_id, e.channel_id, e.unit_id, e.touchpoint_text, e.channel_text, e.unit_text,
    %(collected_by)s, sent.answers, sent.texts, '{}', '{}', '{}', false
FROM journeys_event e
JOIN jsonb_to_recordset(%(rows)s) AS sent (key text, language text, answers jsonb, texts jsonb)
    ON sent.key = e.source_id
WHERE e.tenant_id = %(tenant)s AND e.id > %(before)s AND e.source = %(source)s
ORDER BY sent.key
ON CONFLICT (tenant_id, submission_id) DO NOTHING
"""


def receive(pieces: Sequence[Feedback]) -> Received:
    """Store feedback of the active tenant, each piece with an event `feedback.received`, and queue it.

    The first of the same source and id stays, however long ago it was sent. Pieces were checked.
    """
    known = set(
        Response.objects.filter(submission_id__in=[piece.key for piece in pieces]).values_list(
            "submission_id", flat=True
        )
    )
    fresh = {}
    places = {}
    for place, piece in enumerate(pieces):
        if piece.key not in known and piece.key not in fresh:
            fresh[piece.key], places[piece.key] = piece, place
    before = uuid7()
    done = record(events=[_event(key, piece) for key, piece in fresh.items()], source=SOURCE)
    in_order = list(fresh)
    rejected = [Rejection(places[key], fresh[key].id, r.errors) for r in done.rejected for key in [in_order[r.index]]]
    refused = {in_order[r.index] for r in done.rejected}
    rows = [_row(key, piece) for key, piece in fresh.items() if key not in refused]
    if done.accepted:
        survey_id, version_id = _survey()
        with connection.cursor() as cursor:
            cursor.execute(
                _STORE,
                {
                    "tenant": active_tenant_id(),
                    "survey": survey_id,
                    "version": version_id,
                    "wave": WAVE,
                    "collected_by": COLLECTED_BY,
                    "rows": msgspec.json.encode(rows).decode(),
                    "before": before,
                    "source": SOURCE,
                },
            )
    return Received(done.accepted, len(pieces) - done.accepted - len(rejected), rejected)


def _event(key: str, piece: Feedback) -> IncomingEvent:
    told = {"from": piece.source, "rating": piece.rating, "rating_scale": piece.rating_scale}
    return IncomingEvent(
        id=key,
        type=EVENT_TYPE,
        time=piece.time,
        customer=piece.customer,
        touchpoint=piece.touchpoint,
        channel=piece.channel,
        unit=piece.unit,
        properties={name: value for name, value in told.items() if value is not None},
    )


def _row(key: str, piece: Feedback) -> dict[str, Any]:
    answers = {"source": piece.source, "rating": piece.rating, "rating_scale": piece.rating_scale}
    # What may tell who wrote it stands with the texts: it goes when they do.
    texts = {"text": (piece.text or "").strip(), "link": piece.link, "author": piece.author}
    return {
        "key": key,
        "language": (piece.language or "").lower(),
        "answers": {name: value for name, value in answers.items() if value is not None},
        "texts": {name: value for name, value in texts.items() if value},
    }


def _survey() -> tuple[int, int]:
    """The built-in survey of unsolicited feedback and its only version: it asks nothing and is in no list."""
    survey, _made = Survey.objects.get_or_create(
        slug=SLUG, defaults={"name": _NAME, "archived_at": timezone.now(), "kind": Survey.Kind.TRANSACTION}
    )
    version, _made = SurveyVersion.objects.get_or_create(survey=survey, number=1, defaults={"questions": []})
    return survey.pk, version.pk
