"""The embedded servers, as real processes on folders of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dj_database_url
import psycopg2
import pytest
import redis

from cxplatform import embedded, processes
from cxplatform.embedded import Locations, Postgres, Valkey
from cxplatform.processes import ChildError

ROOT = Path(__file__).parents[2]


def until(condition: Callable[[], object], *, seconds: float = 20) -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: each test goes on with the cluster that the one before left."""
    return tmp_path_factory.mktemp("embedded") / "var"


@pytest.fixture
def places(data: Path) -> Iterator[Locations]:
    found = embedded.locations(data)
    yield found
    for folder in ("postgres", "valkey"):
        for pid in processes.processes_in(found.data / folder):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(found.socket_folder, ignore_errors=True)


def ask(url: str, sql: str) -> object:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_locations_start_and_make_nothing(tmp_path):
    found = embedded.locations(tmp_path / "var")
    assert not found.data.exists()
    assert not found.socket_folder.exists()
    assert found == embedded.locations(str(tmp_path / "." / "var"))
    assert found != embedded.locations(tmp_path / "other")


def test_django_finds_role_and_folder_in_the_address(tmp_path):
    found = embedded.locations(tmp_path)
    parsed = dj_database_url.parse(found.database_url)
    assert (parsed["USER"], parsed["NAME"], parsed["HOST"]) == ("cx_app", "cx", str(found.socket_folder))
    assert dj_database_url.parse(found.database_owner_url)["USER"] == "cx_owner"


def test_a_socket_path_fits_whatever_the_temporary_folder(tmp_path, monkeypatch):
    for folder in ("deep/" * 20, "Capitals"):
        (tmp_path / folder).mkdir(parents=True)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / folder))
        found = embedded.locations(tmp_path)
        assert len(os.fsencode(found.postgres_socket)) <= 107
        assert dj_database_url.parse(found.database_url)["HOST"] == str(found.socket_folder)


def test_a_broker_is_named_as_celery_names_it():
    assert embedded.broker_url("unix:///run/valkey.sock?db=3") == "redis+socket:///run/valkey.sock?virtual_host=3"
    assert embedded.broker_url("redis://cache:6379/1") == "redis://cache:6379/1"


def test_a_half_made_cluster_is_made_again(places):
    half = places.data / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    postgres = Postgres(places)
    postgres.start()
    postgres.stop()
    assert not half.exists()


def test_servers_answer_only_their_owner_and_roles_are_weak(places):
    postgres, valkey = Postgres(places), Valkey(places)
    processes.start_together([valkey, postgres])
    try:
        assert places.socket_folder.stat().st_mode & 0o777 == 0o700
        assert redis.from_url(places.redis_url).ping()
        assert ask(places.database_owner_url, "SELECT current_user || current_database()") == "cx_ownercx"
        rights = "rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
        assert not ask(places.database_url, f"SELECT {rights} FROM pg_roles WHERE rolname = current_user")
        assert ask(places.database_url, "SHOW fsync") == "on"
        assert ask(places.database_url, "SHOW synchronous_commit") == "on"
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(places.database_url, "CREATE TABLE t (id int)")
    finally:
        processes.stop_together([postgres, valkey])
    assert postgres.poll() is not None
    assert valkey.poll() is not None
    assert processes.processes_in(postgres.folder) == []


def test_data_survives_kill_9_and_a_pid_file_that_names_another_program(places):
    postgres = Postgres(places)
    postgres.start()
    ask(places.database_owner_url, "CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(postgres.pid, signal.SIGKILL)
    until(lambda: postgres.poll() is not None)
    lines = postgres.pid_file.read_text().splitlines()
    postgres.pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    postgres.start()
    try:
        assert ask(places.database_owner_url, "SELECT n FROM kept") == 7
    finally:
        postgres.stop()


def test_valkey_keeps_its_keys_over_kill_9(places):
    valkey = Valkey(places)
    valkey.start()
    redis.from_url(places.redis_url).set("kept", "7")
    until(lambda: "kept" in "".join(f.read_text(errors="replace") for f in valkey.folder.rglob("*.aof")))
    os.kill(valkey.pid, signal.SIGKILL)
    until(lambda: valkey.poll() is not None)
    valkey.start()
    try:
        assert redis.from_url(places.redis_url).get("kept") == b"7"
    finally:
        valkey.stop()


def test_a_server_left_behind_is_stopped_at_the_next_start(places):
    abandoned = Postgres(places)
    abandoned.start()
    postgres = Postgres(places)
    postgres.start()
    try:
        assert abandoned.poll() is not None
        assert postgres.ready()
    finally:
        postgres.stop()


def test_a_server_that_cannot_start_says_why(tmp_path):
    postgres = Postgres(embedded.locations(tmp_path / "var"))
    postgres.folder.mkdir(parents=True)
    (postgres.folder / "PG_VERSION").write_text("12\n")
    with pytest.raises(ChildError, match=r"postgres ended at its start.*postgres\.log"):
        postgres.start()


def test_a_socket_folder_of_someone_else_is_refused(places):
    places.socket_folder.symlink_to("/var")
    try:
        with pytest.raises(ChildError, match="belongs to someone else"):
            Valkey(places).start()
    finally:
        places.socket_folder.unlink()


def test_temporary_servers_and_folders_go_when_their_program_is_killed():
    program = (
        "import os, signal; from cxplatform import embedded\n"
        "with embedded.temporary() as places:\n"
        "    print(places.data, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    assert run.returncode == -signal.SIGKILL
    data = Path(run.stdout.strip())
    until(lambda: not data.exists() and not embedded.locations(data).socket_folder.exists())
    assert processes.processes_in(data / "postgres") + processes.processes_in(data / "valkey") == []
