"""The supervisor, with children small enough to misbehave on purpose."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cxplatform.processes import Child, ChildError
from cxplatform.supervisor import AlreadyRunning, Supervisor, hold


class Small(Child):
    """A child that runs a line of Python and is ready when a file is there."""

    def __init__(self, data: Path, name: str, code: str) -> None:
        self.name = name
        super().__init__(data)
        self.code = code
        self.sign = data / f"{name}.ready"

    def command(self) -> list[str]:
        return [sys.executable, "-I", "-S", "-c", self.code, str(self.sign)]

    def ready(self) -> bool:
        return self.sign.exists()


STAYS = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAYS}"
FAILS = "raise SystemExit('no such thing')"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]):
    supervisor = Supervisor(said.append)
    yield supervisor
    supervisor.stop()


def watch_until(supervisor: Supervisor, condition: Callable[[], object], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    supervisor.watch(until=lambda: bool(condition()) or time.monotonic() > deadline, every=0.02)
    assert condition(), "did not happen in time"


def test_a_stage_in_which_one_fails_leaves_none_running(supervisor, tmp_path):
    good, bad = Small(tmp_path, "good", STAYS), Small(tmp_path, "bad", FAILS)
    with pytest.raises(ChildError, match=r"(?s)bad ended at its start with code 1.*no such thing"):
        supervisor.start(good, bad)
    assert good.poll() is not None


def test_a_child_that_keeps_dying_is_given_growing_pauses(supervisor, said, tmp_path):
    child = Small(tmp_path, "child", STAYS)
    supervisor.start(child)
    child.code = FAILS
    child.process.kill()
    watch_until(supervisor, lambda: any("starting it again in 1 s" in line for line in said))
    assert any("child ended with code -9; starting it again" in line for line in said)
    assert any("no such thing" in line for line in said)
    child.code = STAYS
    child.sign.unlink()
    watch_until(supervisor, lambda: "child answers again" in said)


def test_a_child_that_ends_before_it_is_furnished_is_only_started_again(supervisor, said, tmp_path):
    class Unfurnished(Small):
        times = 0

        def furnish(self) -> None:
            self.times += 1
            if self.times == 2:
                self.process.kill()
                self.process.wait()
                raise ChildError("went away")

    child = Unfurnished(tmp_path, "child", STAYS)
    supervisor.start(child)
    child.process.kill()
    watch_until(supervisor, lambda: "child answers again" in said)
    assert child.times == 3


def test_a_deaf_child_is_killed_in_time(tmp_path):
    child = Small(tmp_path, "child", DEAF)
    child.start()
    began = time.monotonic()
    child.stop(seconds=0.5)
    assert child.poll() == -9
    assert time.monotonic() - began < 5


def test_stages_stop_in_reverse(supervisor, tmp_path):
    noting = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n"
        "    with open(sys.argv[1] + '.order', 'w') as file: file.write(str(time.monotonic_ns()))\n"
        "    raise SystemExit\n"
        "signal.signal(signal.SIGTERM, end)\n" + STAYS
    )
    first, second = Small(tmp_path, "first", noting), Small(tmp_path, "second", noting)
    supervisor.start(first)
    supervisor.start(second)
    supervisor.stop()
    ended = {child.name: int(Path(f"{child.sign}.order").read_text()) for child in (first, second)}
    assert ended["second"] < ended["first"]


def test_a_data_folder_is_held_by_one(tmp_path):
    with (
        hold(tmp_path, url="http://localhost:8000"),
        pytest.raises(AlreadyRunning, match="http://localhost:8000"),
        hold(tmp_path, url="http://localhost:8001"),
    ):
        pass
    with hold(tmp_path, url="http://localhost:8001"):
        pass


def test_a_long_log_is_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr("cxplatform.processes.LOG_LIMIT", 10)
    child = Small(tmp_path, "child", STAYS)
    child.log.parent.mkdir()
    child.log.write_text("what was said before")
    child.start()
    child.stop()
    assert child.log.read_text() == ""
    assert child.log.with_suffix(".log.1").read_text() == "what was said before"
