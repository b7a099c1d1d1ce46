"""The schema and the reference page, and that what they show as examples works."""

import jsonschema
import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS

from cxplatform.api import reference
from cxplatform.api.fields import Strict
from cxplatform.api.schema import document
from tests.factories import api_of, make_key, make_tenant

pytestmark = pytest.mark.django_db


def operations():
    return [operation for group in reference.groups() for operation in group.operations]


def test_the_schema_is_there_for_everybody():
    answer = Client().get("/api/v1/schema")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    made = answer.json()
    assert made["openapi"] == "3.1.0"
    for schema in made["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_no_two_of_its_parts_share_a_name():
    """drf-spectacular warns, and describes both by the one it met last."""
    GENERATOR_STATS.reset()
    assert document.__wrapped__() == document()
    assert not GENERATOR_STATS


def test_what_we_tell_each_other_is_not_told_to_integrators():
    told = [schema.get("description") for schema in document()["components"]["schemas"].values()]
    assert Strict.__doc__ not in told
    assert any(told)


def test_every_operation_says_what_it_needs_and_may_answer():
    names = [operation.anchor for operation in operations()]
    assert len(set(names)) == len(names)
    for methods in document()["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["security"] == [{"key": []}]
            assert {"401", "403", "429", "500"} <= set(operation["responses"])
            assert any(status.startswith("2") for status in operation["responses"])


def test_the_page_shows_every_operation_in_one_request(settings):
    answer = Client().get("/api/v1/docs")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<script" not in page
    assert "style=" not in page
    for operation in operations():
        assert f'id="{operation.anchor}"' in page
    assert "{one}" not in page
    assert "Bearer cx_..." in page


def test_the_examples_work_one_after_another():
    api = api_of(make_key(make_tenant()))
    examples = {}
    for path, methods in document()["paths"].items():
        if "post" in methods and "{" not in path:
            schema = reference._schema(methods["post"]["requestBody"])
            assert "example" in schema, f"{path} has no example"
            examples[path.removeprefix("/api/v1/")] = schema["example"]
    order = ["channels", "units", "dimensions", "personas", "touchpoints", "processes", "journeys", "notes"]
    later = [
        "journey-files",
        "surveys",
        "calendars",
        "promises",
        "customers",
        "events",
        "feedback",
        "kpis",
        "benchmarks",
        "mappings",
    ]
    last = ["event-rules", "channel-costs", "topics", "changes", "improvements", "webhooks", "follow-ups"]
    for name in [*order, *later, *last, "gestures", "deeds"]:
        answer = api.post(f"/api/v1/{name}", examples.pop(name), content_type="application/json")
        assert answer.status_code in {200, 201}, answer.content
        assert answer.json().get("rejected", []) == []
    # These need a published survey, a variant that can be shown, or a key that somebody made; tried there.
    assert set(examples) == {"asks", "baselines", "coaching", "experiments", "ivr/answers", "responses"}
