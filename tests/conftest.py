"""Tests run on servers of their own, as the application's role, and leave nothing behind.

Where DATABASE_URL is not set, the first process starts PostgreSQL and Valkey in a temporary folder before
settings are read and tells the others (pytest-xdist) by environment. pytest-django must therefore not read
settings before this file: DJANGO_SETTINGS_MODULE is set here and not in pyproject.toml.
"""

import contextlib
import gc
import importlib
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from cxplatform import embedded
from cxplatform.catalogues import compile_catalogues
from tests.browser import browse, chromium, live_server, tabs  # noqa: F401  fixtures
from tests.emptying import emptying, superuser_of

servers = contextlib.ExitStack()

# All processes import the same, most of them by the tests they collect. In a fresh clone none of it is compiled: each
# begins with a part of its own, or they would compile every module side by side.
FIRST = {2: ("statsmodels.api",), 3: ("cxplatform.urls", "playwright.sync_api")}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    import django
    from django.conf import settings

    gc.disable()  # until all is collected: it looked through a million objects again and again, and none could go
    if settings.configured:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: settings were read before their environment was made.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "cxplatform.settings"
    os.environ.setdefault("SECRET_KEY", "only-for-tests-" * 4)
    os.environ["CX_LIVE"] = "0"
    if not os.environ.get("DATABASE_URL"):
        places = servers.enter_context(embedded.temporary())
        os.environ["CX_TEST_SERVERS"] = "ours"
        os.environ["CX_DATA"] = str(places.data)
        os.environ["DATABASE_URL"] = places.database_url
        os.environ["DATABASE_OWNER_URL"] = places.database_owner_url
        os.environ["REDIS_URL"] = places.redis_url
    if hasattr(config, "workerinput"):
        number = int(config.workerinput["workerid"].removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = redis_database(os.environ["REDIS_URL"], number)
    else:
        number = 0
        compile_catalogues()
    django.setup()
    for module in FIRST.get(number, ()):
        importlib.import_module(module)
    cheap_passwords()
    unhurried()
    outermost_templates()
    del os.environ["DJANGO_SETTINGS_MODULE"]  # or the workers would read settings before this
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there


# Files of few tests that take long. Begun first, the others fill up the time beside them; begun last, which is
# where xdist puts files of few tests, one worker would wait for the other.
LONG = (
    "survival/test_up.py",
    "imports/test_real_data.py",
    "api/test_every_operation.py",
    "stats/test_forecast.py",
    "tenancy/test_permission_matrix.py",
    "promises/test_any_order.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if len({item.nodeid for item in items}) < len(items):
        raise pytest.UsageError("Two tests have the same id: xdist would run one of them and say nothing.")
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONG))  # stable: the others stay in order


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what is there now stays; each test's own leavings are found without looking through it
    gc.enable()
    # A test leaves little in circles; looking as often as it is usual took a twentieth of the time of all tests.
    gc.set_threshold(10_000, 50, 20)


def cheap_passwords() -> None:
    """Argon2 with the least that it takes: no test is about how long a guess takes."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


def outermost_templates() -> None:
    """Of a page's templates the client is told the outermost: it copied the context for each part, a select's options
    among them, for a twentieth of the time of all pages."""
    import django.test.utils
    from django.template import Context, Template
    from django.test.signals import template_rendered

    def render(template: Template, context: Context) -> str:
        if context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    django.test.utils.instrumented_test_render = render


def unhurried() -> None:
    """Examples take what they take beside other processes: time is measured in bench/."""
    from hypothesis import HealthCheck, settings

    settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("unhurried")


def pytest_unconfigure() -> None:
    servers.close()


def redis_database(url: str, number: int) -> str:
    """The same server's database of that number: workers must not see each other's keys."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"  # geturl() drops the slashes of a scheme it does not know
    return parts._replace(path=f"/{number}").geturl()


def become(url: str) -> None:
    """Let Django's connection be another role of the same server."""
    import dj_database_url
    from django.db import connection

    role = dj_database_url.parse(url)
    connection.close()
    connection.settings_dict |= {"USER": role["USER"], "PASSWORD": role["PASSWORD"]}


@pytest.fixture(autouse=True)
def language() -> None:
    """The installation's own, whatever language the request of an earlier test left behind."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """Our own server goes, so its databases need not be dropped."""
    return django_db_keepdb or bool(os.environ.get("CX_TEST_SERVERS"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The owner makes the test database and migrates it."""
    become(os.environ["DATABASE_OWNER_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Tests are the application's role; it may empty and analyse tables here, and only here."""
    from django.db import connection
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            with connection.cursor() as cursor:
                cursor.execute(f"GRANT TRUNCATE, MAINTAIN ON ALL TABLES IN SCHEMA public TO {embedded.APP}")
            become(os.environ["DATABASE_URL"])
            if os.environ.get("CX_TEST_SERVERS"):
                empty = emptying(superuser_of(os.environ["DATABASE_URL"]))
                patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield
        with django_db_blocker.unblock():
            become(os.environ["DATABASE_OWNER_URL"])


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For a module's own fixtures of that scope: the rows they make are there for each of its tests, which are rolled
    back to them one by one. Not for tests that commit."""
    from django.db import transaction
    from django.utils import translation

    translation.deactivate()
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """No test reads what another left in the cache, nor its spent rate limits."""
    yield
    from django.core.cache import cache

    cache.clear()
