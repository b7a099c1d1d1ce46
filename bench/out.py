"""What it takes to make files of the leadership page and to write digests, at 10 M answers.

usage: python bench/out.py [rounds]
50 touchpoints, 24 months, five metrics. Files through the real WSGI application, signed in. Digests for 100 people:
first each with another choice of their own (journey, channel, segment, language), then all with the same.
"""

import itertools
import statistics
import sys
import time
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import harness

ANSWERS = 10_000_000
PEOPLE = 100
WANTED_FILE, WANTED_DIGESTS = 5.0, 60.0


def main(rounds: int) -> int:
    with harness.servers():
        return measure(rounds)


def measure(rounds: int) -> int:
    from leadership_page import call, sign_in
    from seed_rollups import seed_company, seed_counts

    from cxplatform.wsgi import application

    tenant, touchpoints, channels = seed_company(slug="bench")
    seed_counts(tenant=tenant, touchpoints=touchpoints, channels=channels, answers=ANSWERS * 2 // 5, until=date.today())
    cookie = sign_in(tenant)
    rows = []
    for name, path in (
        ("workbook", "out/leadership.xlsx"),
        ("slides", "out/leadership.pptx"),
        ("CSV", "out/scores.csv"),
    ):
        took, size = [], 0
        for _turn in range(rounds + 1):  # the first imports what is written with
            began = time.perf_counter()
            size = call(application, f"/t/{tenant.slug}/{path}", "", cookie, 200)
            took.append(time.perf_counter() - began)
        said = f"first {took[0]:.2f} s, then p50 {statistics.median(took[1:]):.2f} s, most {max(took[1:]):.2f} s"
        rows.append((name, said, f"{size / 1000:,.0f} kB", f"{WANTED_FILE:.0f} s"))
    for name, different in (("own choices", True), ("one choice", False)):
        seconds, busy, mails = digests(tenant, different=different)
        said = f"the worker's own processor time {busy:.1f} s"
        rows.append((f"digests for {mails} people, {name}", f"{seconds:.1f} s", said, f"{WANTED_DIGESTS:.0f} s"))
    harness.report(rows)
    return 0


def digests(tenant: Any, *, different: bool) -> tuple[float, float, int]:
    from cxplatform.tenancy.context import activate
    from cxplatform.tenancy.models import Membership, User
    from dashboards.digests.send import send_due
    from dashboards.models import DigestChoice

    today = date.today()
    sending = today - timedelta(days=today.weekday())
    choices = itertools.product(
        ("", "journey-0", "journey-1", "journey-2"),
        ("", "shop", "web"),
        ("", "segment:company", "segment:consumer"),
        ("fi", "sv", "en"),
    )
    with activate(tenant.pk):
        DigestChoice.objects.all().delete()
        for number, (journey, channel, segment, language) in enumerate(itertools.islice(choices, PEOPLE)):
            user = User.objects.create_user(f"reader-{different}-{number}@example.org")
            Membership.objects.create(tenant=tenant, user=user, role="viewer")
            asked = f"journey={journey}&channel={channel}&segment={segment}"
            DigestChoice.objects.create(
                user=user,
                kind="huddle",
                filters=asked if different else "",
                language=language if different else "fi",
                day=1,
                told_until=sending - timedelta(days=1),
            )
        began, busy = time.perf_counter(), time.process_time()
        mails = send_due(tenant, now=datetime.combine(sending, clock(8), tenant.zone))
        return time.perf_counter() - began, time.process_time() - busy, mails


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
