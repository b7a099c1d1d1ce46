"""Child processes: started, awaited and stopped; tied to their parent; not root where they must not be."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from cxplatform import launch

LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside as .log.1


class ChildError(Exception):
    """A process could not be started; the message says what to do."""


class Child:
    """A process of ours: `start()` returns when it answers; it gets `stop_signal` when this process ends.

    Its output goes to `<data>/log/<name>.log`. It runs in a session of its own: Ctrl-C is the parent's to
    pass on, and what it leaves behind can be killed as a group.
    """

    name: str
    stop_signal: signal.Signals = signal.SIGTERM
    identity: str = launch.KEEP
    process: subprocess.Popen[bytes] | None = None

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data / "log" / f"{self.name}.log"
        self.output = self.log  # where standard output goes

    def command(self) -> list[str]:
        """The program, by its full path, and its arguments."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Whether it answers now."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def working_folder(self) -> Path:
        return self.data

    def prepare(self) -> None:
        """What must be on the disk before it starts."""

    def furnish(self) -> None:
        """What must be in it, once it answers, before others use it."""

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def poll(self) -> int | None:
        """None while it runs, else its exit code (0 when it was never started)."""
        if self.process is None:
            return 0
        if self.process.returncode is None and self._has_ended(self.process.pid):
            self._kill_group(self.process)
        return self.process.returncode

    def start(self, *, seconds: float = 60) -> None:
        """Start it and wait until it answers; raises ChildError with the end of its log."""
        self.launch()
        self.wait(seconds=seconds)

    def launch(self) -> None:
        """Start it without waiting. Call from the main thread: the kernel ties a child to the thread."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.chmod(0o700)
        self.prepare()
        self.process = self.spawn(self.command())

    def wait(self, *, seconds: float = 60) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + seconds
        while not self.ready():
            if self.poll() is not None:
                raise ChildError(f"{self.name} ended at its start with code {self.poll()}. {self.last_words()}")
            if time.monotonic() > deadline:
                self.stop()
                raise ChildError(f"{self.name} did not answer within {seconds:g} s. {self.last_words()}")
            time.sleep(0.02)
        self.furnish()

    def ask_to_stop(self) -> None:
        """Send its stop signal and return at once."""
        if self.poll() is None and self.process:
            self.process.send_signal(self.stop_signal)

    def stop(self, *, seconds: float = 10) -> None:
        """Stop it in good order; kill it, and what it left behind, if it takes longer than `seconds`."""
        self.ask_to_stop()
        deadline = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.poll() is None and self.process:
            self._kill_group(self.process)

    @staticmethod
    def _has_ended(pid: int) -> bool:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    @staticmethod
    def _kill_group(process: "subprocess.Popen[bytes]") -> None:
        """Kill it and its children. Before it is waited for: after that its number may be another's."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: only zombies left
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def spawn(self, command: list[str]) -> "subprocess.Popen[bytes]":
        """Run a command as this child would run."""
        rotate(self.log)
        with self.log.open("ab") as log, self.output.open("ab") as output:
            return subprocess.Popen(
                child_command(command, stop_signal=self.stop_signal, identity=self.identity),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                cwd=self.working_folder(),
                env=self.environment(),
                start_new_session=True,
            )

    def last_words(self) -> str:
        return f"The end of {self.log}:\n{tail(self.log)}"


def start_together(
    children: Sequence[Child], *, meanwhile: Callable[[], object] = lambda: None, seconds: float = 60
) -> None:
    """Start children that do not need each other at once; if one, or what is done meanwhile, fails, none is left."""
    try:
        for child in children:
            child.launch()
        meanwhile()
        for child in children:
            child.wait(seconds=seconds)
    except BaseException:
        stop_together(children)
        raise


def stop_together(children: Sequence[Child], *, seconds: float = 10) -> None:
    """Stop children at once, in good order, within `seconds` in all."""
    deadline = time.monotonic() + seconds
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop(seconds=deadline - time.monotonic())


def child_command(command: list[str], *, stop_signal: signal.Signals, identity: str = launch.KEEP) -> list[str]:
    """`command` wrapped so that it gets `stop_signal` when this process ends, however it ends."""
    launcher = [sys.executable, "-I", "-S", launch.__file__]
    return [*launcher, str(os.getpid()), str(int(stop_signal)), identity, *command]


@cache
def unprivileged_identity() -> str:
    """How a child stops being root here: not at all when we are not root."""
    if os.geteuid() != 0:
        return launch.KEEP
    nothing = [sys.executable, "-I", "-S", "-c", ""]
    command = child_command(nothing, stop_signal=signal.SIGKILL, identity=launch.NAMESPACE)
    probe = subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
    return launch.NAMESPACE if probe.returncode == 0 else launch.NOBODY


def give_to_nobody(*folders: Path) -> None:
    """Make nobody the owner of the folders and all in them."""
    nobody = pwd.getpwnam("nobody")
    for folder in folders:
        if folder.stat().st_uid == nobody.pw_uid:
            continue
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def make_private(folder: Path) -> None:
    """Make a folder that only we can enter. Its place is open to all, so look before trusting it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    owners = {os.geteuid()}
    if os.geteuid() == 0:
        owners.add(pwd.getpwnam("nobody").pw_uid)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise ChildError(f"{folder} belongs to someone else. Remove it or set TMPDIR to another folder.")
    folder.chmod(0o700)


def processes_in(folder: Path) -> list[int]:
    """Processes whose working folder is `folder` (Linux; elsewhere none)."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):  # ended meanwhile, or another user's
            if link.readlink() == folder:
                found.append(int(link.parent.name))
    return found


def processes_marked(name: str, value: str) -> list[int]:
    """Processes that were started with this in their environment (Linux; elsewhere none)."""
    mark = f"{name}={value}".encode()
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in file.read_bytes().split(b"\0"):
                found.append(int(file.parent.name))
    return found


def rotate(log: Path) -> None:
    """Set a long log aside. Copied and emptied, as its writer keeps it open (to append)."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def tail(path: Path, lines: int = 8) -> str:
    """The last lines of a text file; empty when there is none."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
