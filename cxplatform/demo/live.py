"""A gentle stream of new customers, so that an open page moves."""

import random
import time
from datetime import timedelta

from django.db import OperationalError, close_old_connections
from django.utils import timezone
from msgspec.structs import replace

from cxplatform.demo.load import SOURCE, present
from cxplatform.demo.visits import Told, Visit
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.record import IncomingEvent, record
from surveys.answer import record_responses
from surveys.submission import Submission

SECONDS_BETWEEN = 4.0
MOST_AT_ONCE = 3


def run(tenant: Tenant) -> None:
    """Send a few events and now and then an answer, every few seconds, until stopped."""
    rng = random.Random()  # noqa: S311 (a story)
    events: list[IncomingEvent] = []
    answers: list[Submission] = []
    while True:
        if not events:
            told = visit(rng)
            events, answers = told.events, told.answers
        now, events = events[:MOST_AT_ONCE], events[MOST_AT_ONCE:]
        said, answers = (answers[:1], answers[1:]) if events else (answers, [])
        try:
            close_old_connections()
            send(tenant, now, said)
        except OperationalError:
            pass  # the database is away for a moment; the next customer comes anyway
        time.sleep(rng.uniform(0.5, 1.5) * SECONDS_BETWEEN)


def visit(rng: random.Random) -> Told:
    """One customer's path, with ids no other run uses."""
    told = Told()
    today = present()
    someone = Visit(rng, today, today, 0, told)
    someone.case = f"live-{time.time_ns():x}"
    rng.choice((someone.happen, someone.happen, someone.help, someone.sensor))()
    return told


def send(tenant: Tenant, events: list[IncomingEvent], answers: list[Submission]) -> None:
    """Record these as happening now."""
    now = timezone.now()
    with activate(tenant.pk):
        record(
            events=[replace(event, time=now + timedelta(milliseconds=i)) for i, event in enumerate(events)],
            source=SOURCE,
        )
        record_responses([replace(answer, answered_at=None) for answer in answers], collected_by="link")
