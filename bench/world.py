"""The company that benchmarks measure: places, promises and a survey, as a customer of ours would have them."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec


@dataclass(frozen=True)
class World:
    tenant_id: int
    slug: str
    secret: str
    survey: str


def make(slug: str = "bench", *, touchpoints: int = 20) -> World:
    """A tenant with touchpoints in a journey, a deadline and a condition promise, a survey and a key."""
    from cxplatform.api.authentication import create_key
    from cxplatform.tenancy.context import activate
    from cxplatform.tenancy.models import Scope, Tenant
    from journeys.models import Channel, Dimension, Journey, Stage, Step, Touchpoint
    from journeys.versions import snapshot
    from promises.models import Promise, Rule
    from surveys.models import Question, Survey
    from surveys.questionnaire.publish import publish

    tenant = Tenant.objects.create(name="Bench", slug=slug)
    secret = create_key(tenant=tenant, name="bench", scopes=list(Scope.values)).secret
    with activate(tenant.pk):
        channels = [Channel.objects.create(slug=name, name=name) for name in ("web", "shop", "phone")]
        journey = Journey.objects.create(slug="j", name="Journey")
        Dimension.objects.create(slug="segment", name="Segment")
        stages = [Stage.objects.create(journey=journey, name=f"Stage {i}", position=i) for i in range(5)]
        for i in range(touchpoints):
            place = Touchpoint.objects.create(slug=f"tp{i}", name=f"Touchpoint {i}", channel=channels[i % 3])
            Step.objects.create(stage=stages[i % 5], touchpoint=place, position=i)
        snapshot(journey)
        promise = Promise.objects.create(slug="reply", name="Reply", wording="We reply.", lifecycle="public")
        Rule.objects.create(
            promise=promise, opening_type="contact.received", closing_type="contact.answered", duration_minutes=1440
        )
        promise = Promise.objects.create(slug="invoice", name="Invoice", wording="As agreed.", lifecycle="public")
        Rule.objects.create(
            promise=promise, kind="condition", closing_type="invoice.sent", property="ok", operator="eq", value=True
        )
        survey = Survey.objects.create(slug="visit", name="Visit")
        for position, (key, metric) in enumerate((("nps", "nps/0-10"), ("ces", "ces/1-7"), ("comment", "comment"))):
            Question.objects.create(survey=survey, position=position, key=key, metric=metric)
        publish(survey)
    return World(tenant.pk, slug, secret, survey.slug)


# A third of what happens concerns a promise, the rest does not.
TYPES = (
    "page.viewed",
    "order.placed",
    "visit.started",
    "visit.ended",
    "contact.received",
    "contact.answered",
    "invoice.sent",
)


def events_body(rng: random.Random, *, prefix: str, count: int, customers: int = 20_000) -> bytes:
    """One batch as an integrator sends it; every id is new to the prefix."""
    now = datetime.now(UTC).isoformat()
    rows = [
        {
            "id": f"{prefix}-{number}",
            "type": TYPES[number % len(TYPES)],
            "time": now,
            "customer": f"c{rng.randrange(customers)}",
            "touchpoint": f"tp{rng.randrange(20)}",
            "correlation": f"{prefix}-{number // len(TYPES)}",
            "properties": {"segment": rng.choice("ab"), "amount": number, "ok": number % 10 > 0},
        }
        for number in range(count)
    ]
    return msgspec.json.encode({"events": rows})


def answer_body(rng: random.Random, world: World, submission_id: str) -> bytes:
    """One answer to the survey at a random touchpoint."""
    answer: dict[str, Any] = {
        "submission_id": submission_id,
        "survey": world.survey,
        "touchpoint": f"tp{rng.randrange(20)}",
        "customer": f"c{rng.randrange(20_000)}",
        "answers": {"nps": rng.randrange(11), "ces": rng.randrange(1, 8)},
        "properties": {"segment": rng.choice("ab")},
    }
    return msgspec.json.encode(answer)
