"""From a bad answer to a follow-up in somebody's hands, and the server time of the inbox at a million follow-ups.

usage: python bench/follow_ups.py [seconds] [requests]
The whole product runs while answers come in, one in five of them a detractor's: counted is the time from the accepted
answer until another connection sees its follow-up. Then, in this process, the inbox and one follow-up through the
real WSGI application, with 10,000 of the million in work.
"""

import json
import multiprocessing
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Any

import harness
import world

PER_SECOND, UNHAPPY = 50, 5
OPENED_WITHIN, INBOX_MS = 2.0, 150
SIZE = 1_000_000


def push(port: int, place: world.World, seconds: float, out: "multiprocessing.Queue[dict[str, float]]") -> None:
    """Post answers at an even pace; when each unhappy one was accepted, by its customer."""
    caller = harness.Caller(port, place.secret)
    accepted: dict[str, float] = {}
    began, number = time.time(), 0
    while time.time() - began < seconds:
        unhappy = number % UNHAPPY == 0
        sent = {
            "submission_id": f"f-{number}",
            "survey": place.survey,
            "answers": {"nps": 2 if unhappy else 9},
            "customer": f"c-{number}",
            "touchpoint": f"tp{number % 20}",
        }
        caller.post("/api/v1/responses", json.dumps(sent).encode())
        if unhappy:
            accepted[f"c-{number}"] = time.time()
        number += 1
        time.sleep(max(0.0, began + number / PER_SECOND - time.time()))
    out.put(accepted)


def opened(seconds: float) -> harness.Row:
    """Seconds from answer to follow-up through the running product."""
    with harness.up(CX_API_REQUESTS_PER_MINUTE="1000000") as running:
        from cxplatform.tenancy.context import activate
        from cxplatform.tenancy.models import Membership, User
        from journeys.models import Customer
        from surveys.models import Cause, FollowUp, FollowUpRule

        place = world.make()
        lead = User.objects.create_user("lead@example.org")
        Membership.objects.create(tenant_id=place.tenant_id, user=lead, role="cx_lead")
        with activate(place.tenant_id):
            FollowUpRule.objects.create(slug="d", name="Detractor", cause=Cause.DETRACTOR)
        out: multiprocessing.Queue[dict[str, float]] = multiprocessing.Queue()
        pushing = multiprocessing.Process(target=push, args=(running.port, place, seconds, out))
        pushing.start()
        seen: dict[Any, float] = {}
        newest, quiet = 0, time.time() + seconds + 5
        while time.time() < quiet:
            with activate(place.tenant_id):
                rows = list(FollowUp.objects.filter(pk__gt=newest).values_list("pk", "customer_id").order_by("pk"))
            now = time.time()
            for pk, customer in rows:
                seen[customer], newest = now, max(newest, pk)
            time.sleep(0.05)
        accepted = out.get()
        pushing.join()
        with activate(place.tenant_id):
            numbers = dict(Customer.objects.filter(id__in=seen).values_list("external_id", "id"))
        took = [seen[numbers[number]] - at for number, at in accepted.items() if number in numbers]
    missing = len(accepted) - len(took)
    told = f"p50 {statistics.median(took):.2f}, p95 {harness.percentile(took, 0.95):.2f}, most {max(took):.2f} s"
    return (
        f"a follow-up after the answer, {PER_SECOND} answers a second",
        f"{told}; {len(took)} opened, {missing} missing",
        "",
        f"p95 {OPENED_WITHIN} s",
    )


_SEED = """
INSERT INTO surveys_followup (tenant_id, cause, state, owner_id, customer_id, touchpoint_id, correlation, signal_at,
    opened_at, contact_due, fix_due, contacted_at, solved_at, wish, value, fixed, contacts, transfers, given, currency,
    version, owner_told)
SELECT %(tenant)s, (ARRAY['detractor', 'complaint', 'failed_fcr'])[1 + n %% 3],
    CASE WHEN n %% 100 = 0 THEN 'open' ELSE 'confirmed' END, CASE WHEN n %% 500 = 0 THEN %(owner)s ELSE %(other)s END,
    uuidv7(), %(place)s, 'followup:b' || n, at, at, at + interval '8 hours', at + interval '40 hours',
    CASE WHEN n %% 100 > 0 THEN at + interval '2 hours' END, CASE WHEN n %% 100 > 0 THEN at + interval '9 hours' END,
    '', n %% 60, CASE WHEN n %% 100 > 0 THEN 'yes' ELSE '' END, 1, 0, 0, 'EUR', 1, true
FROM generate_series(1, %(rows)s) n CROSS JOIN LATERAL (SELECT %(now)s - n * interval '60 seconds' AS at) t
"""
_STEPS = """
INSERT INTO surveys_followupstep (tenant_id, id, follow_up_id, kind, at, text, data)
SELECT tenant_id, uuidv7(), id, 'opened', opened_at, '', '{}' FROM surveys_followup WHERE tenant_id = %(tenant)s
"""


def inbox(requests: int) -> list[harness.Row]:
    """Milliseconds of the inbox and of one follow-up."""
    from django.db import connection
    from leadership_page import call, sign_in

    from cxplatform.api.authentication import create_key
    from cxplatform.tenancy.context import activate
    from cxplatform.tenancy.models import Membership, Scope, Tenant, User
    from cxplatform.wsgi import application
    from journeys.models import Touchpoint
    from surveys.models import FollowUp

    tenant = Tenant.objects.create(name="Many", slug="many")
    cookie = sign_in(tenant)
    Membership.objects.update(role="cx_lead")
    me, other = User.objects.get(), User.objects.create_user("other@example.org")
    Membership.objects.create(tenant=tenant, user=other, role="handler")
    key = create_key(tenant=tenant, name="bench", scopes=[Scope.READ])
    with activate(tenant.pk):
        place = Touchpoint.objects.create(slug="p", name="Place")
        values = {
            "tenant": tenant.pk, "owner": me.pk, "other": other.pk, "place": place.pk, "rows": SIZE,
            "now": datetime.now(UTC),
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_SEED, values)
            cursor.execute(_STEPS, values)
        one = FollowUp.objects.filter(state="open").order_by("-pk").values_list("pk", flat=True)[0]
    harness.analyse("surveys_followup", "surveys_followupstep")
    rows = []
    for what, path, query in (
        ("inbox, my own", "", ""),
        ("inbox, everybody's", "", "scope=all"),
        ("inbox, late complaints of everybody", "", "scope=all&cause=complaint&late=1"),
        ("one follow-up", f"{one}/", ""),
        ("how they go, 30 days", "figures/", "days=30"),
        ("how they go, 90 days", "figures/", "days=90"),
        ("how they go over REST, 366 days", "/api/v1/follow-up-figures", "days=366&by=cause"),
    ):
        took, at = [], path if path.startswith("/") else f"/t/many/followups/{path}"
        for turn in range(-3, requests if "go" not in what else max(5, requests // 10)):
            began = time.perf_counter()
            call(application, at, query, cookie, 200, key=key.secret if path.startswith("/") else "")
            if turn >= 0:
                took.append(1000 * (time.perf_counter() - began))
        seen = f"p50 {statistics.median(took):.0f}, p95 {harness.percentile(took, 0.95):.0f} ms"
        rows.append((f"{what}, at {SIZE:,}", seen, "", f"p95 {INBOX_MS} ms"))
    return rows


def begun(seconds: float, out: "multiprocessing.Queue[harness.Row]") -> None:
    """In a process of its own, as each part has servers of its own."""
    out.put(opened(seconds))


def main(seconds: float, requests: int) -> int:
    apart = multiprocessing.get_context("spawn")
    out: multiprocessing.Queue[harness.Row] = apart.Queue()
    first = apart.Process(target=begun, args=(seconds, out))
    first.start()
    row = out.get()
    first.join()
    with harness.servers():
        rows = inbox(requests)
    harness.report([row, *rows])
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20, int(sys.argv[2]) if len(sys.argv) > 2 else 60))
