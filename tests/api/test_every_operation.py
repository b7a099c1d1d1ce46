"""Every operation of the schema, with whatever the schema allows and forbids: no crash, no undocumented answer."""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from cxplatform.api.schema import document
from cxplatform.wsgi import application
from journeys.models import Calendar, Channel, Dimension, Journey, Persona, Process, Touchpoint, Unit
from promises.models import Promise
from surveys.models import Survey
from tests.factories import _make, make_customer, make_key, make_tenant

pytestmark = pytest.mark.django_db

load_all_checks()
# References to definitions that do not exist are refused, which no schema can say; and items of a batch are
# refused one by one within a 200. Whether a key is asked for is tried below with no key at all.
_NOT_HERE = CHECKS.get_by_names(["positive_data_acceptance", "ignored_auth", "unsupported_method"])
NEGATIVE = CHECKS.get_by_names(["negative_data_rejection"])
_ITEM_BY_ITEM = {
    "send_events",
    "upsert_customers",
    "send_responses",
    "send_feedback",
    "send_kpis",
    "send_channel_costs",
}

schema = schemathesis.openapi.from_dict(document())
schema.app = application
# The many cases of its coverage phase are for the bench as well.
schema.config.phases.coverage.enabled = bool(os.environ.get("CX_EXAMPLES"))

# bench/every_operation.py sets CX_EXAMPLES and looks for what the same twenty of every run do not show.
_EXAMPLES = os.environ.get("CX_EXAMPLES")
explore = settings(
    max_examples=int(_EXAMPLES or 20),
    deadline=None,
    derandomize=not _EXAMPLES,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def one_connection():
    """Requests stay in the test's own transaction, as Django's test client sees to by itself."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def key(one_connection):
    """A company with one of everything, each called `known`."""
    tenant = make_tenant()
    for model in (Channel, Dimension, Journey, Persona, Process, Touchpoint, Unit, Calendar, Promise, Survey):
        _make(tenant, model, "known", {})
    make_customer(tenant, "known")
    return make_key(tenant)


@schemathesis.serializer("application/x-ndjson")
def as_lines(context, value):
    return value.encode() if isinstance(value, str) else b""


@schema.parametrize()
@explore
def test_it_answers_as_the_schema_says(case, key):
    left_out = list(_NOT_HERE)
    if case.operation.definition.raw["operationId"] in _ITEM_BY_ITEM:
        left_out += NEGATIVE
    if case.method == "GET":
        # What it broke may be lost on the way: the key's header is replaced, and a parameter without a value
        # does not reach the address. Unknown and wrong parameters have a test of their own (test_frame).
        left_out += NEGATIVE
    for name in {"slug", "external_id", "type"} & set(case.path_parameters or {}):
        if len(str(case.path_parameters[name])) % 2:
            case.path_parameters[name] = "known"
            left_out += NEGATIVE  # it may have been the path that was wrong
    case.call_and_validate(headers={"Authorization": f"Bearer {key.secret}"}, excluded_checks=left_out)
