"""What every benchmark stands on: the whole product started as users start it, clients, and honest tables."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = tuple[str, str, str, str]

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@dataclass
class Running:
    """`manage.py up` in a folder of its own; `settings` of this process point at the same servers."""

    process: "subprocess.Popen[str]"
    data: Path
    port: int
    seconds_to_ready: float

    def children(self, containing: str = "") -> list[int]:
        """Process ids of this and all below whose command line contains a text."""
        parents: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, rest = stat.read_text().split(" ", 1)
            except OSError:
                continue
            parents.setdefault(int(rest.rsplit(")", 1)[1].split()[1]), []).append(int(pid))
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            todo += parents.get(pid, [])
        return [pid for pid in found if containing in command_line(pid)]

    def memory_mb(self) -> float:
        """Proportional set size of the whole tree: shared pages are counted once."""
        return sum(pss_kb(pid) for pid in self.children()) / 1024

    def memory_of(self, containing: str) -> list[float]:
        return [pss_kb(pid) / 1024 for pid in self.children(containing)]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def pss_kb(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def up(**environment: str) -> Iterator[Running]:
    """Start everything as `make up` does, without the demo unless asked, and point this process at it."""
    with tempfile.TemporaryDirectory(prefix="cx-bench-") as folder:
        port = free_port()
        settings = {"CX_DATA": folder, "PORT": str(port), "CX_DEMO": "0", "CX_LIVE": "0", **environment}
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdout
        seen = []
        for line in process.stdout:
            seen.append(line)
            if line.startswith("Ready: "):
                break
        else:
            raise SystemExit("never Ready:\n" + "".join(seen))
        os.environ.update(settings)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplatform.settings")
        try:
            import django

            django.setup()
            yield Running(process, Path(folder), port, time.monotonic() - began)
        finally:
            from django.db import connections

            connections.close_all()
            process.send_signal(signal.SIGINT)
            process.wait(60)


@contextmanager
def servers() -> Iterator[None]:
    """Empty servers of their own for a benchmark in this process, with every table made."""
    from cxplatform import embedded

    with embedded.temporary() as places:
        os.environ |= {
            "CX_DATA": str(places.data),
            "DATABASE_URL": places.database_url,
            "DATABASE_OWNER_URL": places.database_owner_url,
            "REDIS_URL": places.redis_url,
            "SECRET_KEY": "only-for-benchmarks-" * 3,
            "DJANGO_SETTINGS_MODULE": "cxplatform.settings",
        }
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            connections.close_all()


def analyse(*tables: str) -> None:
    """Tidy tables up and make statistics of them, as autovacuum does in time; the application's role may not."""
    import psycopg2
    from django.conf import settings

    with closing(psycopg2.connect(settings.DATABASE_OWNER_URL)) as owner:
        owner.autocommit = True
        owner.cursor().execute(f"VACUUM ANALYZE {', '.join(tables)}")


def processor() -> float:
    """Seconds of processor this process and its database backend have had."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.get_backend_pid()}/stat").read_text()
    user, system = stat.rsplit(")", 1)[1].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def paused(running: Running, containing: str) -> Iterator[None]:
    """Hold the processes whose command line contains a text, and let them go on after."""
    held = running.children(containing)
    for pid in held:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in held:
            os.kill(pid, signal.SIGCONT)


class Caller:
    """One integrator: a kept-open connection that posts bodies made beforehand.

    It shares the processors with what is measured, hence a bare socket: http.client takes more than twice as long.
    """

    def __init__(self, port: int, secret: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = (
            f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {secret}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        )

    def post(self, path: str, body: bytes) -> Any:
        self.socket.sendall(f"POST {path}{self.headers}{len(body)}\r\n\r\n".encode() + body)
        head, text = self._answer()
        if not head.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"{path}: {head[:300]!r} {text[:300]!r}")
        return json.loads(text)

    def _answer(self) -> tuple[bytes, bytes]:
        received = b""
        while not (end := received.find(b"\r\n\r\n")) + 1:
            received += self._more()
        head, text = received[:end], received[end + 4 :]
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(text) < length:
            text += self._more()
        return head, text

    def _more(self) -> bytes:
        part = self.socket.recv(65536)
        if not part:
            raise SystemExit("the server closed the connection")
        return part


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def report(rows: list[Row]) -> None:
    """A table: what, measured, floor or other side of the same run, wanted."""
    rows = [("What", "Measured", "Beside it, same run", "Wanted"), *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
