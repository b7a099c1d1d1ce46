"""Our own programs as children: the web server, the worker and the clock of periodic tasks."""

import contextlib
import http
import http.client
import os
import signal
import sys
from pathlib import Path

from cxplatform.processes import Child, ChildError, processes_marked

MARK = "CX_SUPERVISED"
ROOT = Path(__file__).resolve().parent.parent


class Program(Child):
    """A program of this project; its environment carries a mark by which strays are found."""

    def environment(self) -> dict[str, str]:
        # PGAPPNAME: pg_stat_activity tells the web server's connections from the worker's.
        return {**os.environ, MARK: str(self.data), "PYTHONUNBUFFERED": "1", "PGAPPNAME": f"cx {self.name}"}

    def working_folder(self) -> Path:
        return ROOT


class Web(Program):
    """granian, serving the WSGI application."""

    name = "web"

    def __init__(self, data: Path, *, host: str, port: int) -> None:
        super().__init__(data)
        self.host, self.port = host, port

    def command(self) -> list[str]:
        # A worker asked to stop while it still begins never does; what is being answered has these seconds too.
        options = f"--interface wsgi --host {self.host} --port {self.port} --workers 2 --blocking-threads 4"
        options += " --backlog 1024 --no-access-log --no-ws --respawn-failed-workers --workers-kill-timeout 5"
        return [sys.executable, "-m", "granian", *options.split(), "cxplatform.wsgi:application"]

    def ready(self) -> bool:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            try:
                connection.request("GET", "/readyz", headers={"Host": "localhost"})
                return connection.getresponse().status == http.HTTPStatus.OK
            except (OSError, http.client.HTTPException):
                return False


class CeleryProgram(Program):
    """Makes a file when it is ready (see cxplatform/readiness.py): to ask it would take a broker that answers."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.ready_file = self.log.with_suffix(".ready")

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "CX_READY_FILE": str(self.ready_file)}

    def prepare(self) -> None:
        self.ready_file.unlink(missing_ok=True)

    def ready(self) -> bool:
        return self.ready_file.exists()


class Worker(CeleryProgram):
    """Celery's worker."""

    name = "worker"

    def command(self) -> list[str]:
        options = "--concurrency 2 --loglevel warning --without-gossip --without-mingle --hostname worker@cx"
        return [sys.executable, "-m", "celery", "-A", "cxplatform.celery", "worker", *options.split()]


class Beat(CeleryProgram):
    """Celery's clock: sends the periodic tasks of settings."""

    name = "beat"

    def command(self) -> list[str]:
        options = ["--loglevel", "warning", "--pidfile=", "--schedule", str(self.data / "beat-schedule")]
        return [sys.executable, "-m", "celery", "-A", "cxplatform.clock", "beat", *options]


class Live(Program):
    """Customers of the demo company who come by all the time."""

    name = "live"

    def command(self) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), "demo", "--live"]

    def ready(self) -> bool:
        """It answers to nobody; to run is all it can show."""
        return self.poll() is None


class Manage(Program):
    """One management command, run to its end; what it prints is kept apart from its log."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.name = arguments[0]
        self.arguments = arguments
        super().__init__(data)
        self.output = self.log.with_suffix(".out")

    def prepare(self) -> None:
        self.output.unlink(missing_ok=True)

    def command(self) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *self.arguments]

    def ended(self) -> bool:
        return self.poll() is not None

    def finish(self) -> str:
        """Wait for its end and return what it printed; raises ChildError when it failed."""
        if self.process and (code := self.process.wait()):
            raise ChildError(f"manage.py {' '.join(self.arguments)} failed with code {code}. {self.last_words()}")
        return self.output.read_text().rstrip()


def kill_strays(data: Path) -> None:
    """Kill programs that a killed supervisor left behind; by invariants 1 and 2 nothing is lost by it."""
    for pid in processes_marked(MARK, str(data)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
