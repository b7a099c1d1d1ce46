"""`manage.py up`, run as a person runs it: in a process and a folder of its own."""

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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


def run(data: Path, port: int | str, **more: str) -> subprocess.CompletedProcess:
    """A run that is expected to end by itself, and soon."""
    return subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=environment(data, port) | more,
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


def shell(running: Running, code: str, word: str) -> str:
    """What a script in the same installation printed after a word."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=ROOT,
        env=environment(running.data, running.port),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith(word):
            return line.removeprefix(word).strip()
    raise AssertionError(done.stdout + done.stderr)
