"""Tests on several processes do not see each other's keys."""

import os

from django.conf import settings


def test_this_process_has_a_database_of_its_own():
    assert os.environ["REDIS_URL"] == settings.REDIS_URL
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        number = int(worker.removeprefix("gw")) + 1
        assert settings.REDIS_URL.endswith((f"?db={number}", f"/{number}"))
