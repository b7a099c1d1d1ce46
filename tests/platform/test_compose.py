"""docker-compose.yml: valid, and its parts used the way Docker would use them."""

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import psycopg2
import pytest
import yaml

from cxplatform import embedded
from cxplatform.embedded import Postgres

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
SERVICES = yaml.safe_load(COMPOSE.read_text())["services"]
PROGRAMS = ["web", "worker", "beat"]


def test_it_is_valid_by_the_compose_specification():
    schema = json.loads(files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text())
    jsonschema.validate(yaml.safe_load(COMPOSE.read_text()), schema)


def test_only_the_migration_holds_the_owner_s_role():
    holders = [name for name, service in SERVICES.items() if "DATABASE_OWNER_URL" in service.get("environment", {})]
    assert holders == ["migrate"]
    assert "verify" in SERVICES["migrate"]["command"][-1]


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_wait_for_migrations_and_tell_their_health(name):
    service = SERVICES[name]
    assert service["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


def test_the_database_s_volume_is_where_version_18_wants_it():
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]


def test_every_setting_given_is_one_the_program_reads():
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', (ROOT / "cxplatform/settings.py").read_text()))
    given = set(SERVICES["migrate"]["environment"]) - {"CX_READY_FILE"}  # cxplatform/readiness.py
    assert given - read == set()


def test_every_variable_is_explained_at_the_top():
    text = COMPOSE.read_text()
    head, _, body = text.partition("\nname:")
    used = set(re.findall(r"\$\{(\w+)", body)) - {"PORT", "EMAIL_FROM"}
    assert used - set(re.findall(r"#\s+([A-Z_]+)\s{2,}", head)) == set()


@pytest.mark.parametrize(("given", "stops"), [(f"{'a' * 40}, {'b' * 40}", False), ("short", True)])
def test_former_secret_keys_are_read_and_a_piece_of_one_is_refused(tmp_path, given, stops):
    env = {**os.environ, "SECRET_KEY_FALLBACKS": given, "CX_DATA": str(tmp_path)}
    code = "from cxplatform import settings; print(settings.SECRET_KEY_FALLBACKS)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if stops:
        assert "SECRET_KEY_FALLBACKS has a key shorter than 32" in done.stderr
    else:
        assert done.stdout.strip() == str(["a" * 40, "b" * 40])


class Bare(Postgres):
    """A server as the image starts it: nobody has made roles yet."""

    def furnish(self) -> None:
        pass


def test_roles_made_by_the_image_are_enough_to_migrate_and_too_weak_to_look_past_the_policies(tmp_path):
    server = Bare(embedded.locations(tmp_path / "data"), durable=False)
    server.start()
    try:
        host = str(server.places.socket_folder)
        env = {
            **os.environ,
            "PATH": f"{Path(embedded.postgres_binary('psql')).parent}:{os.environ['PATH']}",
            "PGHOST": host,
            "CX_OWNER_PASSWORD": "owner's",
            "CX_APP_PASSWORD": "app",
            "DATABASE_URL": server.places.database_url,
            "DATABASE_OWNER_URL": server.places.database_owner_url,
            "CX_DATA": str(tmp_path / "files"),
        }
        subprocess.run([ROOT / "deploy/make-roles.sh"], env=env, check=True, stdout=subprocess.DEVNULL)
        for command in (["migrate", "--no-input", "--verbosity=0"], ["verify"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
        connection = psycopg2.connect(server.places.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'cx'")
            assert cursor.fetchone() == ("b", "C.UTF-8")
        connection.close()
        owner = subprocess.run(
            [sys.executable, "manage.py", "verify"],
            cwd=ROOT,
            env={**env, "DATABASE_URL": server.places.database_owner_url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert owner.returncode != 0
        assert "role cx_owner owns table" in owner.stderr
    finally:
        server.stop()
