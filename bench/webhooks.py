"""10,000 webhook deliveries, a third of the endpoints dead: refusing, hanging, or answering 500 with 5 MB.

usage: python bench/webhooks.py [deliveries]
The whole product runs; the healthy endpoints note what they get and check nothing but the id. Then once more, with
every worker process killed with signal 9 when a third has arrived: counted is what never came, and what came twice,
which receivers know by its id.
"""

import asyncio
import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import time
from typing import Any

import harness

ENDPOINTS = 30
BIG = b"x" * 5_000_000


async def receive(ports: "multiprocessing.Queue[Any]", got: "multiprocessing.Queue[Any]") -> None:
    """Three servers: one that takes everything and says which path got which id, one that hangs, one of 5 MB."""

    async def healthy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n", 1)[0])
        await reader.readexactly(length)
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        got.put((head.split(" ", 2)[1], head.partition("webhook-id:")[2].split("\r\n", 1)[0].strip(), time.time()))
        writer.close()

    async def hanging(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(600)

    async def big(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 500 Oops\r\nContent-Length: %d\r\n\r\n" % len(BIG) + BIG)
        writer.close()

    servers = [await asyncio.start_server(serve, "127.0.0.1", 0) for serve in (healthy, hanging, big)]
    ports.put([server.sockets[0].getsockname()[1] for server in servers])
    await asyncio.Event().wait()


def receiving(ports: "multiprocessing.Queue[Any]", got: "multiprocessing.Queue[Any]") -> None:
    asyncio.run(receive(ports, got))


def endpoints(healthy: int, hanging: int, big: int) -> list[str]:
    """The addresses of thirty endpoints: every third is dead, in each of the three ways in turn."""
    refusing = harness.free_port()  # nobody listens there
    dead = [f"http://127.0.0.1:{port}/dead" for port in (refusing, hanging, big)]
    return [
        dead[(number // 3) % 3] if number % 3 == 2 else f"http://127.0.0.1:{healthy}/{number}"
        for number in range(ENDPOINTS)
    ]


def tell(slug: str, addresses: list[str], many: int) -> set[tuple[str, str]]:
    """A company with these endpoints is told so many events; the (path, id) of what the healthy must get."""
    from cxplatform.deliveries.models import Webhook, WebhookDelivery
    from cxplatform.deliveries.webhooks import telling
    from cxplatform.deliveries.webhooks.signing import new_secret
    from cxplatform.tenancy.context import activate
    from cxplatform.tenancy.models import Tenant
    from promises.alerts.tell import EXAMPLE, RAISED

    tenant = Tenant.objects.create(name=slug, slug=slug)
    with activate(tenant.pk):
        for number, url in enumerate(addresses):
            Webhook.objects.create(name=str(number), url=url, secret=new_secret())
        telling.tell([telling.Happening(type=RAISED, data={**EXAMPLE, "alert": n}) for n in range(many)])
        rows = WebhookDelivery.objects.values_list("webhook__url", "id")
        return {("/" + url.rsplit("/", 1)[1], str(id)) for url, id in rows if not url.endswith("/dead")}


def gather(
    got: "multiprocessing.Queue[Any]", wanted: set[tuple[str, str]], seconds: float, at: int = -1, do: Any = None
) -> tuple[float, int, int]:
    """Seconds until all that is wanted has come (inf if not in time), what never came, and how many came again."""
    began, seen, again = time.time(), set(), 0
    last = began
    while len(seen) < len(wanted) and time.time() < began + seconds:
        try:
            path, id, last = got.get(timeout=1)
        except queue.Empty:
            continue
        again += (path, id) in seen
        seen.add((path, id))
        if at >= 0 and len(seen) >= at:
            do()
            at = -1
    missing = len(wanted - seen)
    return (last - began if not missing else float("inf")), missing, again


def kill_workers(running: harness.Running) -> None:
    for pid in running.children("cxplatform.celery worker"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def main(deliveries: int) -> None:
    many = -(-deliveries // ENDPOINTS)
    ports: multiprocessing.Queue[Any] = multiprocessing.Queue()
    got: multiprocessing.Queue[Any] = multiprocessing.Queue()
    server = multiprocessing.Process(target=receiving, args=(ports, got), daemon=True)
    server.start()
    try:
        healthy, hanging, big = ports.get(timeout=10)
        with harness.up(CX_WEBHOOKS_INSIDE="1") as running:
            addresses = endpoints(healthy, hanging, big)
            wanted = tell("plain", addresses, many)
            seconds, lost, _ = gather(got, wanted, 120)
            wanted = tell("killed", addresses, many)
            after, lost_killed, again = gather(got, wanted, 240, at=len(wanted) // 3, do=lambda: kill_workers(running))
    finally:
        server.terminate()
    told = f"{many * ENDPOINTS:,} deliveries, {len(wanted):,} of them to {ENDPOINTS - ENDPOINTS // 3} healthy endpoints"
    harness.report(
        [
            ("the healthy have all, s", f"{seconds:.1f}", told, "60"),
            ("lost", f"{lost}", "", "0"),
            ("lost across kill -9", f"{lost_killed}", f"all there after {after:.0f} s; {again} came again", "0"),
        ]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
