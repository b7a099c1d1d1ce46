"""`manage.py up` starts, looks after its children and stops. One installation for nearly all of it, in this order."""

import json
import os
import signal
import time
from collections.abc import Iterator

import pytest
from celery import Celery
from django.conf import settings

from cxplatform import embedded
from cxplatform.processes import processes_marked
from cxplatform.programs import MARK
from tests.survival.installation import Running, free_port, kill, run, shell, start, until
from tests.survival.integrator import BATCHES, COUNTED, FOUND, PER_BATCH, Integrator

# What is killed, one after the other, while events and answers come in.
KILLED = (
    ("worker@cx",),
    ("granian",),
    ("postgres -D",),
    ("valkey",),
    ("celery -A cxplatform.clock beat",),
    ("valkey", "postgres -D"),
    ("worker@cx",),
)


_SILENT = {"worker@cx": {"total": {}}}


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
    with Celery(broker=embedded.locations(up.data).broker_url, set_as_current=False) as app:
        workers = app.control.inspect()
        until(lambda: "cxplatform.pipeline.tasks.sweep" in (workers.stats() or _SILENT)["worker@cx"]["total"])
        scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
        assert scheduled <= set(workers.registered()["worker@cx"])


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


def test_whatever_dies_nothing_is_lost_and_nothing_counted_twice(up):
    """kill -9 of each child, and of both servers together, while events and answers come in."""
    integrator = Integrator(up.port, shell(up, FOUND, "SECRET"))
    integrator.start()
    for number, names in enumerate(KILLED, 1):
        until(lambda wanted=number: integrator.sent >= BATCHES * wanted / (len(KILLED) + 1))
        until(lambda names=names: all(up.child(words) for words in names))  # who lost a server may begin anew just now
        dead = {words: up.child(words) for words in names}
        for pid in dead.values():
            os.kill(pid, signal.SIGKILL)
        until(lambda dead=dead: all(up.child(words) not in (None, pid) for words, pid in dead.items()))
    integrator.join(180)
    assert integrator.sent == BATCHES

    nothing_waits = (200, {"status": "ready", "problems": {}, "queue": {"rows": 0, "seconds": 0.0}})
    until(lambda: up.ready() and up.readiness() == nothing_waits)
    total = BATCHES * PER_BATCH
    assert json.loads(shell(up, COUNTED, "COUNTS")) == {
        "events": total,
        "unmapped": total,
        "responses": BATCHES,
        "scored": BATCHES,
        "outcomes": total // 3,
        "quarantined": 0,
        "differed": 0,
    }


def test_killed_it_leaves_nothing_behind_and_starts_again(up):
    up.process.kill()
    up.process.wait()
    again = start(up.data, up.port)
    try:
        assert again.ready()
        began = time.monotonic()
        os.killpg(again.process.pid, signal.SIGINT)
        assert again.process.wait(20) == 0
        assert time.monotonic() - began < 9  # also where its web worker was asked to while it began
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
    refused = run(tmp_path / "data", 8000, DATABASE_URL="postgresql://cx_app@db/cx")
    assert refused.returncode != 0
    assert "REDIS_URL is missing. Set both DATABASE_URL and REDIS_URL, or neither." in refused.stderr
