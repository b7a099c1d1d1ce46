"""Events accepted and durable: batches of 500, 4 clients, with workers paused and with workers on.

usage: python bench/events.py [seconds]
Beside it, in the same run: raw COPY of the same rows into an equal table without row-level security.
"""

import multiprocessing
import random
import sys
import time

import cpu
import harness
import world

BATCH, CLIENTS = 500, 4


def push(port: int, secret: str, name: str, seconds: float, pace: float, out: "multiprocessing.Queue[int]") -> None:
    """Post batches for a while; with a `pace` (events per second) no faster than that."""
    rng = random.Random(name)
    bodies = [world.events_body(rng, prefix=f"{name}-{i}", count=BATCH) for i in range(60)]
    caller = harness.Caller(port, secret)
    began, sent, accepted = time.monotonic(), 0, 0
    while time.monotonic() - began < seconds:
        body = bodies[sent] if sent < len(bodies) else world.events_body(rng, prefix=f"{name}-{sent}", count=BATCH)
        accepted += caller.post("/api/v1/events", body)["accepted"]
        sent += 1
        if pace:
            time.sleep(max(0.0, began + sent * BATCH / pace - time.monotonic()))
    out.put(accepted)


def rate(running: harness.Running, place: world.World, name: str, seconds: float, pace: float = 0) -> float:
    """Events per second that 4 clients got accepted."""
    out: multiprocessing.Queue[int] = multiprocessing.Queue()
    clients = [
        multiprocessing.Process(
            target=push, args=(running.port, place.secret, f"{name}{i}", seconds, pace / CLIENTS, out)
        )
        for i in range(CLIENTS)
    ]
    began = time.monotonic()
    for client in clients:
        client.start()
    accepted = sum(out.get() for _ in clients)
    took = time.monotonic() - began
    for client in clients:
        client.join()
    return accepted / took


def raw_copy(place: world.World, rows: int = 50_000) -> float:
    """COPY of as many stored events into an equal table with the same indexes, no row-level security: rows/s."""
    from io import StringIO

    from django.db import connection

    from cxplatform.tenancy.context import activate

    with activate(place.tenant_id), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE equal (LIKE journeys_event INCLUDING ALL)")
        text = StringIO()
        cursor.cursor.copy_expert(f"COPY (SELECT * FROM journeys_event LIMIT {rows}) TO STDOUT", text)
        lines = text.getvalue().splitlines(keepends=True)
        began = time.monotonic()
        for start in range(0, len(lines), BATCH):
            cursor.cursor.copy_expert("COPY equal FROM STDIN", StringIO("".join(lines[start : start + BATCH])))
        return len(lines) / (time.monotonic() - began)


def main(seconds: float) -> None:
    from cxplatform.pipeline import queue

    with harness.up(CX_API_REQUESTS_PER_MINUTE="1000000") as running:
        place = world.make()
        rate(running, place, "warm", 3)
        with harness.paused(running, "celery"):
            paused = rate(running, place, "paused", seconds)
            floor = raw_copy(place)
        while queue.lag()[0]:
            time.sleep(0.5)
        lags: list[float] = []
        watcher_ends = time.monotonic() + 2 * seconds
        out: multiprocessing.Queue[int] = multiprocessing.Queue()
        clients = [
            multiprocessing.Process(
                target=push, args=(running.port, place.secret, f"on{i}", 2 * seconds, 10_500 / CLIENTS, out)
            )
            for i in range(CLIENTS)
        ]
        began, before = time.monotonic(), cpu.spent(running)
        for client in clients:
            client.start()
        while time.monotonic() < watcher_ends:
            lags.append(queue.lag()[1])
            time.sleep(0.25)
        accepted = sum(out.get() for _ in clients)
        sustained = accepted / (time.monotonic() - began)
        for client in clients:
            client.join()
        per_event = cpu.spent(running).since(before, accepted)
        memory, worker = running.memory_mb(), max(running.memory_of("celery"), default=0)
    harness.report(
        [
            ("events/s, workers paused", f"{paused:,.0f}", f"raw COPY {floor:,.0f}/s", "25,000"),
            ("events/s, workers on", f"{sustained:,.0f}", f"queue lag max {max(lags):.1f} s", "10,000, lag < 5 s"),
            *(
                (f"processor time of an event, workers on, microseconds: {part}", f"{value:,.0f}", "", "")
                for part, value in {"all": sum(per_event.values()), **per_event}.items()
                if value >= 1
            ),
            ("memory under this load, MB", f"{memory:,.0f}", f"largest worker {worker:,.0f}", "2,000; worker 400"),
        ]
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
