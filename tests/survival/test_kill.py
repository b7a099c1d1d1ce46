"""kill -9 of the worker, of PostgreSQL and of Valkey while events and answers come in: nothing is lost, and
nothing is counted twice. Everything real: `manage.py up`, HTTP, the workers."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform.test_up import ROOT, Running, environment, free_port, until

BATCHES, PER_BATCH = 60, 50

FOUND = """
import json
from cxplatform.api.authentication import create_key
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Scope, Tenant
from promises.models import Promise, Rule
from surveys.models import Question, Survey
from surveys.questionnaire.publish import publish
tenant = Tenant.objects.create(name="T", slug="t")
with activate(tenant.pk):
    promise = Promise.objects.create(slug="reply", name="Reply", wording="We reply.", lifecycle="public")
    Rule.objects.create(promise=promise, opening_type="asked", closing_type="answered", duration_minutes=60)
    survey = Survey.objects.create(slug="visit", name="Visit")
    Question.objects.create(survey=survey, key="nps", metric="nps/0-10")
    publish(survey)
print("SECRET", create_key(tenant=tenant, name="k", scopes=list(Scope.values)).secret)
"""
COUNTED = """
import json
from cxplatform.pipeline.models import QuarantinedEvent, QueueRow
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Event, UnmappedText
from promises.models import PromiseOutcome
from surveys.models import Response, ScoreRollup
tenant = Tenant.objects.get(slug="t")
waiting = QueueRow.objects.count()
with activate(tenant.pk):
    answers = ScoreRollup.objects.filter(metric="nps/0-10", grain="d", touchpoint_id=0, dimension="")
    counts = {
        "waiting": waiting,
        "events": Event.objects.exclude(source="surveys").count(),
        "unmapped": sum(UnmappedText.objects.values_list("events", flat=True)),
        "responses": Response.objects.count(),
        "scored": sum(sum(row.histogram) for row in answers),
        "outcomes": PromiseOutcome.objects.count(),
        "quarantined": QuarantinedEvent.objects.count(),
    }
if not waiting:
    counts["differed"] = sum(rebuild(tenant.pk).values())
print("COUNTS", json.dumps(counts))
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    port, output = free_port(), tmp_path / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=environment(tmp_path / "data", port),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = Running(process, tmp_path / "data", port, output)
    try:
        until(lambda: started.said("Ready: ") or process.poll() is not None, seconds=120)
        assert process.poll() is None, output.read_text()
        yield started
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def shell(running: Running, code: str, word: str) -> str:
    """What a script in the same installation printed after a word."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=ROOT,
        env=environment(running.data, running.port),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith(word):
            return line.removeprefix(word).strip()
    raise AssertionError(done.stdout + done.stderr)


class Integrator(threading.Thread):
    """Sends every batch until it is accepted, as an integrator's retry does; its batches overlap by one event."""

    def __init__(self, running: Running, secret: str) -> None:
        super().__init__(daemon=True)
        self.port, self.secret = running.port, secret
        self.sent = 0
        self.retries = 0

    def run(self) -> None:
        for number in range(BATCHES):
            first = number * PER_BATCH
            self.insist("/api/v1/events", [self.event(first - 1 + i) for i in range(PER_BATCH + 1) if first + i])
            self.insist(
                "/api/v1/responses",
                {"submission_id": f"s{number}", "survey": "visit", "answers": {"nps": number % 11}, "customer": "c"},
            )
            self.sent += 1

    def event(self, number: int) -> dict[str, Any]:
        kind = ("asked", "answered", "visited")[number % 3]
        return {"id": str(number), "type": kind, "correlation": f"case {number // 3}", "touchpoint": "nowhere"}

    def insist(self, path: str, body: Any) -> None:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
                connection.request("POST", path, json.dumps(body), headers)
                answer = connection.getresponse()
                text = answer.read()
                if answer.status == 200:
                    assert not json.loads(text)["rejected"], text
                    return
                assert answer.status >= 500, text
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            self.retries += 1
            time.sleep(0.1)


def kill(running: Running, words: str) -> None:
    """kill -9 the child of the supervisor, and see that another stands in its place."""
    pid = running.child(words)
    assert pid is not None, f"no child like {words!r}"
    os.kill(pid, signal.SIGKILL)
    until(lambda: (running.child(words) or pid) != pid)


def test_nothing_is_lost_and_nothing_counted_twice(running: Running) -> None:
    integrator = Integrator(running, shell(running, FOUND, "SECRET"))
    integrator.start()
    for share, words in ((0.15, "worker@cx"), (0.35, "postgres"), (0.6, "valkey"), (0.8, "worker@cx")):
        until(lambda wanted=share: integrator.sent >= BATCHES * wanted, seconds=120)
        kill(running, words)
    integrator.join(180)
    assert integrator.sent == BATCHES
    until(running.ready, seconds=90)

    def counts() -> dict[str, int]:
        return dict(json.loads(shell(running, COUNTED, "COUNTS")))

    until(lambda: counts()["waiting"] == 0, seconds=90)
    total = BATCHES * PER_BATCH
    assert counts() == {
        "waiting": 0,
        "events": total,
        "unmapped": total,
        "responses": BATCHES,
        "scored": BATCHES,
        "outcomes": total // 3,
        "quarantined": 0,
        "differed": 0,
    }
