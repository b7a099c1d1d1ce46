"""Verbatims as the texts room would have left them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from cxplatform.ids import uuid7
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.models import Topic, Verbatim

_number = count(1)


def make_topic(tenant: Tenant, name: str, **names: str) -> Topic:
    with activate(tenant.pk):
        return Topic.objects.create(slug=f"topic-{next(_number)}", name=name, names=names)


def say(tenant: Tenant, text: str, *, minutes: float = 0, at: datetime | None = None, **fields: Any) -> Verbatim:
    """A customer's text of so many minutes ago; `nps` is their answer, `topics` those it is surely about."""
    nps, topics = fields.pop("nps", None), fields.pop("topics", ())
    with activate(tenant.pk):
        return Verbatim.objects.create(
            **{
                "response_id": uuid7(),
                "key": "reason",
                "survey_id": 1,
                "answered_at": at or timezone.now() - timedelta(minutes=minutes),
                "language": "en",
                "audience": "customer",
                "scores": {} if nps is None else {"nps/0-10": nps},
                "value": None if nps is None else 10.0 * nps,
                "text": text,
                "lemmas": text.lower(),
                "topics": {str(topic.pk): 0.8 for topic in topics},
            }
            | fields
        )
