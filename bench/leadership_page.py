"""Server time of the leadership page at 1 M and at 10 M answers: 50 touchpoints, 24 months, five metrics, all panels.

usage: python bench/leadership_page.py [requests]
In this process, through the real WSGI application: sign-in, tenant, queries, statistics, templates. What workers find
is looked for beforehand. Processor time is this process's and its database backend's, as a busy machine's clock tells
little of a page. The floor beside it is a poll of the same page that finds nothing new (sign-in, tenant, one row).
"""

import io
import statistics
import sys
import time
from datetime import date
from typing import Any

import harness

SIZES = (1_000_000, 10_000_000)
WANTED_MS = 120
QUESTIONS = {
    "page": "",
    "one segment": "segment=segment:company",
    "one journey": "journey=journey-1",
    "two segments": "segment=segment:company&compare=segment:consumer",
    "by touchpoint": "view=touchpoint",
}


def main(requests: int) -> int:
    with harness.servers():
        return measure(requests)


def measure(requests: int) -> int:
    from seed_rollups import seed_company, seed_counts

    from cxplatform.wsgi import application

    companies: dict[str, tuple[str, str]] = {}
    for answers in SIZES:
        tenant, touchpoints, channels = seed_company(slug=f"bench-{answers // 1_000_000}")
        # An answer is to two questions, as surveys ask: so many histograms are two fifths of five metrics'.
        seed_counts(
            tenant=tenant, touchpoints=touchpoints, channels=channels, answers=answers * 2 // 5, until=date.today()
        )
        look_around(tenant)
        companies[f"{answers // 1_000_000} M answers"] = (tenant.slug, sign_in(tenant))

    def visits(path: str, query: str, expected: int) -> dict[str, list[float]]:
        """Companies take turns, so that what else the machine does falls on both alike."""
        took: dict[str, list[float]] = {name: [] for name in companies}
        used.update(dict.fromkeys(companies, 0.0))
        for turn in range(-5, requests):
            for name, (slug, cookie) in companies.items():
                before, began = harness.processor(), time.perf_counter()
                call(application, f"/t/{slug}/{path}", query, cookie, expected)
                if turn >= 0:
                    used[name] += 1000 * (harness.processor() - before) / requests
                    took[name].append(1000 * (time.perf_counter() - began))
        return took

    used: dict[str, float] = {}
    floor = visits("live", "since=0", 204)
    rows = []
    for what, query in QUESTIONS.items():
        took = visits("", query, 200)
        for name, times in took.items():
            rows.append(
                (
                    f"{name}, {what}",
                    f"p50 {statistics.median(times):.0f}, p95 {harness.percentile(times, 0.95):.0f} ms"
                    f" (processor {used[name]:.0f} ms)",
                    f"poll p50 {statistics.median(floor[name]):.1f} ms",
                    f"p95 {WANTED_MS} ms" if what in ("page", "one segment") else "",
                )
            )
        small, large = (statistics.median(times) for times in took.values())
        rows.append((f"10 M against 1 M, {what}", f"{large / small:.2f} times", "", "at most 1.2 times"))
    harness.report(rows)
    return 0


def look_around(tenant: Any) -> None:
    """Look for what workers look for, so that the panels have something to say."""
    from cxplatform.tenancy.context import activate
    from dashboards.insights.finders import FINDERS
    from dashboards.insights.look import look

    for kind in FINDERS:
        with activate(tenant.pk):
            look(tenant=tenant, kind=kind)


def sign_in(tenant: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from cxplatform.tenancy.models import Membership, User

    user = User.objects.create_user(f"{tenant.slug}@example.org")
    Membership.objects.create(tenant=tenant, user=user, role="viewer")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.LANGUAGE_COOKIE_NAME}=fi"


def call(application: Any, path: str, query: str, cookie: str, expected: int, *, key: str = "") -> int:
    """One request to the WSGI application, of who is signed in or has a key; the bytes of its answer."""
    statuses: list[str] = []
    answer = application(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": cookie,
            **({"HTTP_AUTHORIZATION": f"Bearer {key}"} if key else {}),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        },
        lambda status, headers, error=None: statuses.append(status),
    )
    try:
        size = sum(len(part) for part in answer)
    finally:
        answer.close()
    if not statuses[0].startswith(str(expected)):
        raise SystemExit(f"{path}?{query}: {statuses[0]}")
    return size


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
