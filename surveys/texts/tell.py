"""Telling what texts are about and how they feel, in bulk, newest first: never in a request, nor while counting."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection
from django.utils import timezone

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.context import activate, active_tenant_id
from cxplatform.tenancy.models import Tenant
from surveys.models import Teller, Verbatim
from surveys.texts import topic_counts, verbatims
from surveys.texts.teller import Told, teller_of

BATCH = 500

# Only where the text is still the one that was read: an answer may have been corrected meanwhile.
_TELL = """
UPDATE surveys_verbatim v SET language = told.language, lemmas = told.lemmas, topics = told.topics,
    sentiment = told.sentiment, confidence = told.confidence, emotions = told.emotions, model = %(version)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS told (
    id uuid, text text, language text, lemmas text, topics jsonb, sentiment float, confidence float, emotions text[])
WHERE v.tenant_id = %(tenant)s AND v.id = told.id AND v.text = told.text
RETURNING v.id
"""


def waiting() -> bool:
    """Whether texts of the active tenant wait; also of one whose texts nobody has looked at before."""
    version = Teller.objects.values_list("version", flat=True).first()
    return version is None or Verbatim.objects.filter(model__lt=version).exists()


def tell(tenant_id: int) -> bool:
    """Tell one batch of a tenant's texts; whether there are more. Opens its own transactions, and reads the texts
    in none: nobody waits while it thinks."""
    with activate(tenant_id):
        teller = teller_of(begin(tenant_id))
        # Uses verbatim_by_model: texts nobody has told (model 0) come first.
        waiting = Verbatim.objects.filter(model__lt=teller.version).order_by("model")
        rows = list(waiting.values_list("id", "text", "language")[:BATCH])
    if not rows:
        return False
    told = teller.tell([(text, language) for _, text, language in rows])
    with activate(tenant_id):
        locks.wait(tenant_id)
        write([(id_, text) for id_, text, _ in rows], told, version=teller.version)
    return len(rows) == BATCH


def write(texts: Sequence[tuple[Any, str]], told: Sequence[Told], *, version: int) -> None:
    """Store what was told of these texts (id, text) of the active tenant, and count it. The caller holds the turn."""
    rows = [
        {"id": str(id_), "text": text} | msgspec.structs.asdict(one)
        for (id_, text), one in zip(texts, told, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _TELL,
            {"tenant": active_tenant_id(), "rows": msgspec.json.encode(rows).decode(), "version": version},
        )
        written = [id_ for (id_,) in cursor.fetchall()]
    topic_counts.count(written)
    pulse.beat()


def begin(tenant_id: int) -> Teller:
    """The active tenant's teller. The first time, texts of answers from before there were verbatims are taken up."""
    row, made = Teller.objects.defer("weights").get_or_create()
    if made:
        from surveys.texts.usual_topics import make_topics

        locks.wait(tenant_id)
        make_topics(Tenant.objects.get(pk=tenant_id))
        verbatims.rebuild(tenant_id)
        row.trained_at = timezone.now()
        row.save(update_fields=["trained_at"])
    return row
