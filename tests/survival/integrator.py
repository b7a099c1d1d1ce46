"""An integrator who sends to an installation, and scripts that make its company and count what arrived."""

import http.client
import json
import threading
import time
from typing import Any

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
from cxplatform.pipeline.models import QuarantinedEvent
from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Event, UnmappedText
from promises.models import PromiseOutcome
from surveys.models import Response, ScoreRollup
tenant = Tenant.objects.get(slug="t")
with activate(tenant.pk):
    answers = ScoreRollup.objects.filter(metric="nps/0-10", grain="d", touchpoint_id=0, dimension="")
    counts = {
        "events": Event.objects.exclude(source="surveys").count(),
        "unmapped": sum(UnmappedText.objects.values_list("events", flat=True)),
        "responses": Response.objects.count(),
        "scored": sum(sum(row.histogram) for row in answers),
        "outcomes": PromiseOutcome.objects.count(),
        "quarantined": QuarantinedEvent.objects.count(),
    }
counts["differed"] = sum(rebuild(tenant.pk).values())
print("COUNTS", json.dumps(counts))
"""


class Integrator(threading.Thread):
    """Sends every batch until it is accepted, as an integrator's retry does; its batches overlap by one event."""

    def __init__(self, port: int, secret: str) -> None:
        super().__init__(daemon=True)
        self.port, self.secret = port, secret
        self.sent = 0

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
            time.sleep(0.1)
