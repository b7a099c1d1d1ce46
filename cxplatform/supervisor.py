"""Keeps children running: started in stages, started again when they die, stopped in reverse."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cxplatform.processes import Child, ChildError, rotate, start_together, stop_together

CALM = 60.0  # seconds of running after which a death is a first one again
LONGEST_PAUSE = 30.0  # seconds between two attempts
ANSWER_WITHIN = 60.0  # seconds


class AlreadyRunning(Exception):
    """Another supervisor holds the data folder; the message says where it answers."""


@contextlib.contextmanager
def hold(data: Path, *, url: str) -> Iterator[None]:
    """Hold the data folder alone; raises AlreadyRunning. The kernel lets go when this process ends."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = json.loads(file.read() or "{}")
            raise AlreadyRunning(
                f"Already running on {data}: {holder.get('url', 'starting')} (process {holder.get('pid', 'unknown')}). "
                "Stop it with Ctrl-C in its terminal, or set PORT and CX_DATA to start another beside it."
            ) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "url": url}))
        file.flush()
        yield


@dataclass
class Watched:
    """A child and how it has been doing."""

    child: Child
    since: float
    answers: bool = True
    deaths: int = 0
    again_at: float | None = None


class Supervisor:
    """Children in stages: a stage starts when the one before answers, and stops before it does."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.stages: list[Sequence[Child]] = []
        self.watched: list[Watched] = []

    def start(self, *children: Child, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Start the next stage and wait until all of it answers, doing something meanwhile; raises ChildError."""
        start_together(children, meanwhile=meanwhile)
        self.stages.append(children)
        self.watched += [Watched(child, since=time.monotonic()) for child in children]

    def stop(self) -> None:
        """Stop all, last stage first."""
        while self.stages:
            stop_together(self.stages.pop())
        self.watched.clear()

    def watch(self, *, until: Callable[[], bool] = lambda: False, every: float = 0.2) -> None:
        """Look after the children until something has come about; else until Ctrl-C."""
        while not until():
            for watched in self.watched:
                self.look_after(watched)
            time.sleep(every)

    def look_after(self, watched: Watched) -> None:
        """One look at one child: notice its death, start it again when its pause is over, await its answer."""
        now, child = time.monotonic(), watched.child
        if watched.again_at is not None:
            if now >= watched.again_at:
                self._start_again(watched, now)
        elif (code := child.poll()) is not None:
            self._note_death(watched, now, f"ended with code {code}")
        elif not watched.answers:
            if self._answers(child):
                watched.answers = True
                self.say(f"{child.name} answers again")
            elif now - watched.since > ANSWER_WITHIN:
                child.stop()
                self._note_death(watched, now, f"did not answer within {ANSWER_WITHIN:g} s")
        with contextlib.suppress(OSError):  # a full disk is not this process's to die of
            rotate(child.log)

    def _answers(self, child: Child) -> bool:
        try:
            if child.ready():
                child.furnish()
                return True
        except ChildError:  # it died between the two; the next look finds it dead
            pass
        return False

    def _start_again(self, watched: Watched, now: float) -> None:
        watched.again_at, watched.since, watched.answers = None, now, False
        try:
            watched.child.launch()
        except (ChildError, OSError) as error:
            self._note_death(watched, now, f"could not start: {error}")

    def _note_death(self, watched: Watched, now: float, how: str) -> None:
        watched.deaths = 1 if now - watched.since > CALM else watched.deaths + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (watched.deaths - 1) - 1)  # 0, 1, 3, 7, 15, 30
        watched.again_at = now + pause
        child = watched.child
        self.say(f"{child.name} {how}; starting it again" + (f" in {pause:g} s" if pause else ""))
        for line in child.last_words().splitlines():
            self.say(f"  {child.name} | {line}")
