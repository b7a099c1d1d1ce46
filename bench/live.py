"""From an answer to the open leadership page, while 100 answers a second come in.

usage: python bench/live.py [seconds]
The page is polled once a second, as its own script does, by a signed-in viewer; an answer is seen when the number
of answers under the NPS has reached it.
"""

import http.client
import multiprocessing
import random
import re
import sys
import time

import harness
import world

PER_SECOND, CLIENTS = 100, 2
_N = re.compile(r"n ([\d\s\u00a0\u202f,.]+)")


def push(port: int, place: world.World, name: str, seconds: float, out: "multiprocessing.Queue[list[float]]") -> None:
    """Post answers at an even pace; when each was accepted."""
    rng = random.Random(name)
    caller = harness.Caller(port, place.secret)
    accepted: list[float] = []
    began = time.time()
    while time.time() - began < seconds:
        caller.post("/api/v1/responses", world.answer_body(rng, place, f"{name}-{len(accepted)}"))
        accepted.append(time.time())
        time.sleep(max(0.0, began + len(accepted) * CLIENTS / PER_SECOND - time.time()))
    out.put(accepted)


def signed_in(place: world.World) -> str:
    """The session cookie of a viewer."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from cxplatform.tenancy.models import Membership, User

    user = User.objects.create_user("viewer@example.org", None, language="en")
    Membership.objects.create(tenant_id=place.tenant_id, user=user, role="viewer")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def shown(port: int, place: world.World, cookie: str) -> int:
    """How many answers the page shows under the NPS now."""
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    connection.request("GET", f"/t/{place.slug}/live?since=-1&period=30d", headers={"Cookie": cookie})
    answer = connection.getresponse()
    html = answer.read().decode()
    if answer.status != 200:
        raise SystemExit(f"live: {answer.status} {html[:300]}")
    found = _N.search(html.partition('id="tile-nps')[2])
    return int(re.sub(r"\D", "", found[1])) if found else 0


def main(seconds: float) -> None:
    with harness.up(CX_API_REQUESTS_PER_MINUTE="1000000") as running:
        place = world.make()
        cookie = signed_in(place)
        out: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
        clients = [
            multiprocessing.Process(target=push, args=(running.port, place, f"a{i}", seconds, out))
            for i in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        seen: list[tuple[float, int]] = []
        ends = time.time() + seconds + 4
        while time.time() < ends:
            count = shown(running.port, place, cookie)
            seen.append((time.time(), count))
            time.sleep(1.0)
        accepted = sorted(moment for _ in clients for moment in out.get())
    waits = [
        next((at for at, count in seen if count >= number), float("inf")) - moment
        for number, moment in enumerate(accepted, 1)
    ]
    harness.report(
        [
            (
                "answer to open page, p95 s",
                f"{harness.percentile(waits, 0.95):.2f}",
                f"{len(accepted) / seconds:.0f} answers/s; median {harness.percentile(waits, 0.5):.2f} s",
                "2",
            )
        ]
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20)
