"""`manage.py up`, run as a person runs it."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cxplatform import embedded
from cxplatform.processes import processes_marked
from cxplatform.programs import MARK

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    process: subprocess.Popen
    data: Path
    port: int
    output: Path

    def said(self, text: str) -> bool:
        return text in self.output.read_text()

    def readiness(self) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", "/readyz", headers={"Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def ready(self) -> bool:
        try:
            return self.readiness()[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def child(self, words: str) -> int | None:
        """The supervisor's child whose command line has these words."""
        for pid in children_of(self.process.pid):
            with contextlib.suppress(OSError):
                if words in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "):
                    return pid
        return None


def children_of(parent: int) -> list[int]:
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(file.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(file.parent.name))
    return found


def until(condition: Callable[[], object], *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment(data: Path, port: int | str) -> dict[str, str]:
    ours = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PYTEST_VERSION"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "CX_DATA": str(data), "PORT": str(port), "CX_DEMO": "0"}


def run(data: Path, port: int | str) -> subprocess.CompletedProcess:
    """A run that is expected to end by itself, and soon."""
    return subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=environment(data, port),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def start(data: Path, port: int, **more: str) -> Running:
    output = data.with_suffix(f".{time.monotonic_ns()}.out")
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=environment(data, port) | more,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    running = Running(process, data, port, output)
    until(lambda: running.said("\nReady: ") or process.poll() is not None, seconds=120)
    assert process.poll() is None, output.read_text()
    return running


def kill(running: Running) -> None:
    running.process.kill()
    running.process.wait()
    for pid in processes_marked(MARK, str(running.data)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(embedded.locations(running.data).socket_folder, ignore_errors=True)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("up") / "data", free_port())
    yield running
    kill(running)


def test_it_says_where_it_is_and_answers(up):
    assert up.said(f"\nReady: http://localhost:{up.port}\n")
    assert up.said(str(up.data))
    assert up.readiness() == (200, {"status": "ready", "problems": {}, "queue": {"rows": 0, "seconds": 0.0}})
    assert (up.data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (up.data / "log").stat().st_mode & 0o777 == 0o700


def test_periodic_tasks_reach_the_worker(up):
    env = environment(up.data, up.port)

    def inspected(what: str) -> Any:
        inspect = [sys.executable, "-m", "celery", "-A", "cxplatform.celery", "inspect", what, "--json"]
        found = subprocess.run(inspect, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        return json.loads(found.stdout)["worker@cx"] if found.returncode == 0 else {}

    until(lambda: inspected("stats").get("total", {}).get("cxplatform.pipeline.tasks.sweep"))
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(inspected("registered"))


def test_a_second_one_on_the_same_data_names_the_first(up):
    second = run(up.data, free_port())
    assert second.returncode != 0
    assert f"Already running on {up.data}: http://localhost:{up.port} (process {up.process.pid})" in second.stderr
    assert "set PORT and CX_DATA" in second.stderr
    assert up.ready()


def test_a_taken_port_is_named_before_anything_starts(up, tmp_path):
    second = run(tmp_path / "data", up.port)
    assert second.returncode != 0
    assert f"Port {up.port} is taken by another program. Set PORT" in second.stderr
    assert not (tmp_path / "data" / "postgres").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536"])
def test_a_nonsense_port_is_named(tmp_path, port):
    refused = run(tmp_path / "data", port)
    assert refused.returncode != 0
    assert refused.stderr.startswith("PORT is ")


def test_a_data_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "data").touch()
    refused = run(tmp_path / "data", 8000)
    assert refused.returncode != 0
    assert refused.stderr.startswith("CX_DATA is ")


@pytest.mark.parametrize("words", ["celery -A cxplatform.clock beat", "worker@cx", "granian", "valkey", "postgres -D"])
def test_a_dead_child_is_started_again(up, words):
    until(lambda: up.child(words))
    dead = up.child(words)
    os.kill(dead, signal.SIGKILL)
    until(lambda: up.child(words) not in (None, dead))
    until(up.ready)


def test_it_outlives_broker_and_database_dying_together(up):
    stopped = [up.child("valkey"), up.child("postgres -D")]
    for pid in stopped:
        os.kill(pid, signal.SIGKILL)
    until(lambda: None not in (up.child("valkey"), up.child("postgres -D")))
    until(up.ready)
    assert up.readiness()[1]["problems"] == {}


def test_killed_it_leaves_nothing_behind_and_starts_again(up):
    up.process.kill()
    up.process.wait()
    again = start(up.data, up.port)
    try:
        assert again.ready()
        began = time.monotonic()
        os.killpg(again.process.pid, signal.SIGINT)
        assert again.process.wait(20) == 0
        assert time.monotonic() - began < 12
        assert again.said("Stopped")
        assert processes_marked(MARK, str(up.data)) == []
        assert not embedded.locations(up.data).postgres_socket.exists()
    finally:
        kill(again)


def test_with_addresses_given_nothing_embedded_starts(up, tmp_path):
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY")
    given = {name: os.environ[name] for name in names} | {"CX_STATIC": str(up.data / "static")}  # collected already
    running = start(tmp_path / "data", free_port(), **given)
    try:
        assert running.ready()
        assert running.child("granian")
        assert running.child("valkey-server") is None
        assert running.child("postgres -D") is None
        assert not (running.data / "postgres").exists()
    finally:
        kill(running)


def test_addresses_are_given_together_or_not_at_all(tmp_path):
    half = environment(tmp_path / "data", 8000) | {"DATABASE_URL": "postgresql://cx_app@db/cx"}
    refused = subprocess.run([sys.executable, "manage.py", "up"], cwd=ROOT, env=half, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "REDIS_URL is missing. Set both DATABASE_URL and REDIS_URL, or neither." in refused.stderr
