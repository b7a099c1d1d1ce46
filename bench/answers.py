"""Single answers accepted and durable: 8 clients, one answer a request, workers on.

usage: python bench/answers.py [seconds]
Beside it, in the same run: a REST view that does nothing (authentication and all), served by the same server.
"""

import multiprocessing
import random
import sys
import time

import cpu
import harness
import world

CLIENTS = 8


def push(port: int, place: world.World, name: str, seconds: float, out: "multiprocessing.Queue[list[float]]") -> None:
    """Post answers one by one; the time each took."""
    rng = random.Random(name)
    caller = harness.Caller(port, place.secret)
    took: list[float] = []
    ends = time.monotonic() + seconds
    while (began := time.monotonic()) < ends:
        caller.post("/api/v1/responses", world.answer_body(rng, place, f"{name}-{len(took)}"))
        took.append(time.monotonic() - began)
    out.put(took)


def null(port: int, place: world.World, name: str, seconds: float, out: "multiprocessing.Queue[list[float]]") -> None:
    """Post to a view that answers from its frame alone, authentication and tenant included: an empty batch."""
    caller = harness.Caller(port, place.secret)
    took: list[float] = []
    ends = time.monotonic() + seconds
    while (began := time.monotonic()) < ends:
        caller.post("/api/v1/events", b"[]")
        took.append(time.monotonic() - began)
    out.put(took)


def measure(target: object, running: harness.Running, place: world.World, name: str, seconds: float) -> list[float]:
    out: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
    clients = [
        multiprocessing.Process(target=target, args=(running.port, place, f"{name}{i}", seconds, out))  # type: ignore[arg-type]
        for i in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    took = [seconds_ for _ in clients for seconds_ in out.get()]
    for client in clients:
        client.join()
    return took


def main(seconds: float) -> None:
    with harness.up(CX_API_REQUESTS_PER_MINUTE="1000000") as running:
        place = world.make()
        measure(push, running, place, "warm", 2)
        before = cpu.spent(running)
        answers = measure(push, running, place, "answer", seconds)
        between = cpu.spent(running)
        floor = measure(null, running, place, "null", seconds / 2)
        after = cpu.spent(running)
        memory = running.memory_mb()
    harness.report(
        [
            (
                "answers/s, 8 clients, workers on",
                f"{len(answers) / seconds:,.0f}",
                f"null view {2 * len(floor) / seconds:,.0f}/s",
                "500",
            ),
            (
                "one answer, p95 ms",
                f"{1000 * harness.percentile(answers, 0.95):.0f}",
                f"null view {1000 * harness.percentile(floor, 0.95):.0f}",
                "",
            ),
            *cpu.rows(
                "of an answer", between.since(before, len(answers)), after.since(between, len(floor)), "null view"
            ),
            ("memory under this load, MB", f"{memory:,.0f}", "", "2,000"),
        ]
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
