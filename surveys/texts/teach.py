"""Teaching what topics are: by words, and by texts of which somebody says that they are about one or are not."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from cxplatform.tenancy import audit
from cxplatform.tenancy.context import active_tenant_id
from journeys.identifiers import free_identifier
from surveys.models import Teller, Topic, TopicExample, Verbatim
from surveys.texts.mask import mask
from surveys.texts.tell import begin
from surveys.texts.words import LANGUAGES

LONGEST = 2_000
ASKED_AT_ONCE = 10
_RECENT = 300
_SHORT = 12
"""Texts shorter than this teach little."""


def add(*, fields: Mapping[str, Any]) -> Topic:
    """A new topic of the active tenant; its identifier is made of its name."""
    topic = Topic(slug=free_identifier(Topic, fields["name"]), **fields)
    topic.save()
    audit.record("created", topic)
    return topic


def change(*, topic: Topic, fields: Mapping[str, Any]) -> None:
    """Rename a topic or change its words; texts are told by them within the hour."""
    before = audit.stored(topic)
    for name, value in fields.items():
        setattr(topic, name, value)
    topic.save()
    audit.record("changed", topic, before=before)


def teach(*, topic: Topic, verbatims: Mapping[UUID, bool], user_id: int | None) -> int:
    """Note which of these verbatims are about the topic and which are not; a newer word of the same text counts.
    Verbatims that are gone are passed over. How many were noted."""
    found = Verbatim.objects.filter(id__in=list(verbatims)).values_list("id", "text", "language")
    rows = list(found)
    for id_, text, language in rows:
        _note(topic, text, language=language, about=verbatims[id_], verbatim_id=id_, user_id=user_id)
    _taught(rows)
    return len(rows)


def teach_text(*, topic: Topic, text: str, about: bool, user_id: int | None) -> None:
    """Note a text that somebody wrote as an example; it is masked as customers' texts are."""
    _note(topic, mask(text), language="", about=about, verbatim_id=None, user_id=user_id)
    _taught([text])


def forget(*, topic: Topic, example_id: int) -> bool:
    """Take an example back; whether there was one."""
    gone, _ = TopicExample.objects.filter(topic=topic, pk=example_id).delete()
    _taught(range(gone))
    return bool(gone)


def _note(
    topic: Topic, text: str, *, language: str, about: bool, verbatim_id: UUID | None, user_id: int | None
) -> None:
    TopicExample.objects.update_or_create(
        topic=topic,
        text=text[:LONGEST],
        defaults={"language": language, "about": about, "verbatim_id": verbatim_id, "taught_by_id": user_id},
    )


def _taught(rows: Sequence[Any]) -> None:
    if rows:
        begin(active_tenant_id())
        Teller.objects.update(taught_at=timezone.now())


def candidates(topic: Topic, *, figures: Mapping[str, Any]) -> list[Verbatim]:
    """Texts that teach most about a topic, those nearest to the border first; `figures` are the teller's of it.

    Before it was taught enough: recent texts with one of its words, and some without. Two queries.
    """
    taught = set(TopicExample.objects.filter(topic=topic).values_list("text", flat=True))
    texts = Verbatim.objects.filter(audience="customer").only("id", "text", "language", "topics", "answered_at")
    chosen = figures.get("candidates") or []
    if chosen:
        place = {UUID(id_): i for i, id_ in enumerate(chosen)}
        rows = sorted(texts.filter(id__in=place), key=lambda verbatim: place[verbatim.id])
        return [verbatim for verbatim in rows if verbatim.text[:LONGEST] not in taught][:ASKED_AT_ONCE]
    seen: dict[str, Verbatim] = {}
    for verbatim in texts.order_by("-answered_at")[:_RECENT]:
        text = verbatim.text[:LONGEST]
        if len(text) >= _SHORT and text not in taught:
            seen.setdefault(text, verbatim)
    key = str(topic.pk)
    near = sorted((v for v in seen.values() if key in v.topics), key=lambda v: v.topics[key])
    far = [v for v in seen.values() if key not in v.topics]
    wanted = ASKED_AT_ONCE * 3 // 5
    return (near[: max(wanted, ASKED_AT_ONCE - len(far))] + far)[:ASKED_AT_ONCE]


def taught_counts() -> dict[int, tuple[int, int]]:
    """By topic how many examples it has, and how many of them are about it. One query."""
    rows = TopicExample.objects.values_list("topic_id").annotate(
        n=Count("id"), n_about=Count("id", filter=Q(about=True))
    )
    return {topic_id: (n, about) for topic_id, n, about in rows.order_by("topic_id")}


def read_words(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """By language the words that somebody wrote with commas, spaces or lines between, each once."""
    return {
        language: list(dict.fromkeys(texts.get(language, "").lower().replace(",", " ").split()))
        for language in LANGUAGES
        if texts.get(language, "").strip()
    }
