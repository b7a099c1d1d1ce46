"""Every operation of the schema, with whatever the schema allows and forbids: no crash, no undocumented answer."""

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from journeys.models import Calendar, Channel, Dimension, Journey, Persona, Process, Touchpoint, Unit
from promises.models import Promise
from surveys.models import Survey
from tests.api.test_scope_matrix import MATRIX, template
from tests.factories import _make, make_customer, make_key, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_connection():
    """Requests stay in the test's own transaction, as Django's test client sees to by itself."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def key(kept):
    """A company with one of everything, each called `known`; what a test does to it is rolled back."""
    tenant = make_tenant()
    for model in (Channel, Dimension, Journey, Persona, Process, Touchpoint, Unit, Calendar, Promise, Survey):
        _make(tenant, model, "known", {})
    make_customer(tenant, "known")
    return make_key(tenant)


@pytest.fixture(scope="module")
def explorations():
    from tests.api import exploring  # every process collects this file, and one of them runs it

    return {
        (template(path.removeprefix("/api/v1/")), method): explore
        for (path, method), explore in exploring.explorations().items()
    }


@pytest.mark.parametrize(("route", "method"), [(route, method) for route, row in MATRIX.items() for method in row])
def test_it_answers_as_the_schema_says(route, method, explorations, key):
    explorations[template(route), method](key=key)
