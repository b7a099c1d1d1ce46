"""What the operator reads: a line for each thing, and a traceback for errors alone."""

import json
import logging
from typing import Any

import pytest

from cxplatform.tenancy.roles import Role
from tests.factories import client_of, make_member, make_tenant

pytestmark = pytest.mark.django_db


def test_who_may_not_is_a_line_and_no_traceback(capfd: Any) -> None:
    tenant = make_tenant()
    assert client_of(make_member(tenant, Role.VIEWER)).get(f"/t/{tenant.slug}/settings/company/").status_code == 403
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    assert [(line["level"], "exception" in line) for line in lines if "Forbidden" in line["event"]] == [
        ("warning", False)
    ]


def test_an_error_keeps_its_traceback(capfd: Any) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/x/")
    assert "ValueError: broken" in json.loads(capfd.readouterr().err)["exception"]
