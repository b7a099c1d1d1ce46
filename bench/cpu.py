"""Processor time by part of the product: what one answer or event costs on both cores together.

On a shared machine throughput tells how busy the neighbours were; processor time per item hardly does.
"""

import os
import resource
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import harness

_TICK = os.sysconf("SC_CLK_TCK")
PARTS = (
    "web", "PostgreSQL for web", "worker", "PostgreSQL for worker", "PostgreSQL's own", "PostgreSQL, ended connections",
    "Valkey", "clients",
)  # fmt: skip


@dataclass(frozen=True)
class Spent:
    """Seconds of processor time by part, so far."""

    seconds: Counter[str]

    def since(self, before: "Spent", items: int) -> dict[str, float]:
        """Microseconds an item by part. A process that ended meanwhile is missing."""
        return {part: max(0.0, 1e6 * (self.seconds[part] - before.seconds[part]) / items) for part in PARTS}


def spent(running: harness.Running) -> Spent:
    """Of every process that is there now, and of the clients of this process that have ended."""
    backends = _backends()
    seconds: Counter[str] = Counter()
    for pid in running.children():
        command = harness.command_line(pid)
        if pid in backends:
            part = backends[pid]
        elif "granian" in command:
            part = "web"
        elif "celery" in command:
            part = "worker"
        elif "postgres" in command:
            part = "PostgreSQL's own"
        elif "valkey" in command:
            part = "Valkey"
        else:
            continue
        own, ended = of_process(pid)
        seconds[part] += own
        if part == "PostgreSQL's own":
            seconds["PostgreSQL, ended connections"] += ended
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds["clients"] = ended.ru_utime + ended.ru_stime
    return Spent(seconds)


def rows(item: str, measured: dict[str, float], beside: dict[str, float], name: str) -> list[harness.Row]:
    """The total and each part that counts, for the report; `name` is what stands beside it."""
    parts = {"all": sum(measured.values()), **measured}
    others = {"all": sum(beside.values()), **beside}
    return [
        (f"processor time {item}, microseconds: {part}", f"{value:,.0f}", f"{name} {others[part]:,.0f}", "")
        for part, value in parts.items()
        if value >= 1 or others[part] >= 1
    ]


def here() -> float:
    """Seconds of this process and of the database's process that serves it."""
    from django.db import connection

    connection.ensure_connection()
    return time.process_time() + of_process(connection.connection.get_backend_pid())[0]


def _backends() -> dict[int, str]:
    """Whom each of PostgreSQL's processes serves, by the names our programs connect with."""
    from django.db import connection

    names = {"cx web": "PostgreSQL for web", "cx worker": "PostgreSQL for worker", "cx beat": "PostgreSQL for worker"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid, application_name FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return {pid: names[name] for pid, name in cursor.fetchall() if name in names}


def of_process(pid: int) -> tuple[float, float]:
    """Seconds of a process, and of those of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0, 0.0
    user, system, ended_user, ended_system = map(int, fields[11:15])
    return (user + system) / _TICK, (ended_user + ended_system) / _TICK
