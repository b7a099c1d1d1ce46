"""Which scope opens what: scope x route x method, for every endpoint of the REST API.

Whoever adds an endpoint adds a row; an endpoint without one fails the first test. The scopes are written out
here and not read from the code, so that a slip there shows. A method that a row does not name is open to nobody.
"""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from cxplatform.api.schema import document
from cxplatform.tenancy.models import ApiKey, Scope
from tests.factories import api_of, make_key, make_tenant

READ, DEFINE, HOOKS, WORK = "read", "definitions:write", "webhooks", "follow-ups"
DEFINITIONS = (
    "calendars",
    "channels",
    "dimensions",
    "event-rules",
    "gestures",
    "journeys",
    "personas",
    "processes",
    "promises",
    "surveys",
    "topics",
    "touchpoints",
    "units",
)
MATRIX: dict[str, dict[str, str]] = {
    "events": {"POST": "events:write"},
    "feedback": {"POST": "responses:write"},
    "verbatims": {"GET": READ},
    "follow-ups": {"GET": "customers:read", "POST": WORK},
    "follow-up-figures": {"GET": READ},
    "follow-ups/<pk>": {"GET": "customers:read", "PATCH": WORK},
    "asks": {"GET": READ, "POST": "events:write"},
    "responses": {"POST": "responses:write"},
    "ivr/question": {"GET": "responses:write"},
    "ivr/answers": {"POST": "responses:write"},
    "customers": {"GET": "customers:read", "POST": DEFINE},
    "customers/<external_id>": {"GET": "customers:read", "PUT": DEFINE, "PATCH": DEFINE, "DELETE": DEFINE},
    "customers/<external_id>/merge": {"POST": DEFINE},
    "customers/<external_id>/timeline": {"GET": "customers:read"},
    "customers/<external_id>/export": {"GET": "customers:read"},
    "promises/<slug>/compliance": {"GET": READ},
    "promises/<slug>/history": {"GET": READ},
    "promises/<slug>/rule-trials": {"POST": DEFINE},
    "promises/<slug>/instructions": {"GET": READ, "POST": DEFINE},
    "promises/<slug>/instructions/<pk>": {"GET": READ, "PATCH": DEFINE, "DELETE": DEFINE},
    "promises/<slug>/instructions/<pk>/acknowledgements": {"GET": READ, "POST": DEFINE},
    "promises/<slug>/instructions/<pk>/trainings": {"POST": DEFINE},
    "promises/<slug>/publications": {"GET": READ, "POST": DEFINE},
    "promises/<slug>/publications/<pk>": {"GET": READ, "PATCH": DEFINE, "DELETE": DEFINE},
    "promises/<slug>/participation": {"GET": READ, "POST": DEFINE},
    "promises/<slug>/participation/<pk>": {"GET": READ, "PATCH": DEFINE, "DELETE": DEFINE},
    "promises/<slug>/criteria": {"GET": READ},
    "promises/<slug>/criteria/<name>": {"PUT": DEFINE},
    "promise-page": {"GET": READ, "PATCH": DEFINE},
    "promises/<slug>/outcomes": {"GET": "customers:read"},
    "promises/<slug>/exclusions": {"GET": READ, "POST": DEFINE},
    "promises/<slug>/exclusions/<outcome>": {"DELETE": DEFINE},
    "promise-board": {"GET": READ},
    "promises-due-soon": {"GET": "customers:read"},
    "alerts": {"GET": READ},
    "promises/<slug>/lifecycle": {"GET": READ, "POST": DEFINE},
    "journeys/<slug>/paths": {"GET": READ},
    "scores/answers": {"GET": "customers:read"},
    "journeys/<slug>/paths/customers": {"GET": "customers:read"},
    "design-report": {"GET": READ},
    "tag-scores": {"GET": READ},
    "persona-scores": {"GET": READ},
    "notes": {"GET": READ, "POST": DEFINE},
    "notes/<pk>": {"GET": READ, "PATCH": DEFINE, "DELETE": DEFINE},
    "notes/<pk>/files": {"POST": DEFINE},
    "notes/<pk>/files/<file>": {"GET": READ, "DELETE": DEFINE},
    "blind-spots": {"GET": READ},
    "chair": {"GET": READ},
    "quotes": {"GET": READ},
    "focus": {"GET": READ},
    "plan": {"GET": READ},
    "assessment": {"GET": READ},
    "drivers": {"GET": READ},
    "scores": {"GET": READ},
    "scores/choices": {"GET": READ},
    "unmapped": {"GET": READ},
    "mappings": {"GET": READ, "POST": DEFINE},
    "event-types": {"GET": READ},
    "event-types/<type>": {"GET": READ, "PUT": DEFINE, "DELETE": DEFINE},
    "business-cases": {"GET": READ},
    "business-cases/<pk>": {"GET": READ},
    "changes": {"GET": READ, "POST": DEFINE},
    "changes/<pk>": {"DELETE": DEFINE},
    "findings": {"GET": READ},
    "gesture-figures": {"GET": READ},
    "deeds": {"GET": READ, "POST": DEFINE},
    "deeds/<pk>": {"GET": READ, "PATCH": DEFINE, "DELETE": DEFINE},
    "invited": {"GET": "customers:read"},
    "invited/co-developers": {"GET": "customers:read"},
    "invited/ambassadors": {"GET": "customers:read"},
    "invited/candidates": {"GET": "customers:read"},
    "invited/<follow_up_id>": {"DELETE": WORK},
    "coaching": {"GET": "coaching", "POST": "coaching"},
    "coaching/<pk>": {"PATCH": "coaching"},
    "public-results": {"GET": READ, "PATCH": DEFINE},
    "experiments": {"GET": READ, "POST": DEFINE},
    "experiments/<slug>": {"GET": READ, "PATCH": DEFINE, "POST": DEFINE, "DELETE": DEFINE},
    "experiments/<slug>/assign": {"POST": "events:write"},
    "improvements": {"GET": READ, "POST": DEFINE},
    "improvements/<pk>": {"GET": READ, "PATCH": DEFINE, "POST": DEFINE},
    "decisions": {"GET": READ},
    "decisions/<pk>": {"GET": READ, "PATCH": DEFINE},
    "arrivals": {"GET": READ},
    "channel-costs": {"GET": READ, "POST": "events:write"},
    "kpis": {"GET": READ, "POST": "events:write"},
    "kpis/<slug>": {"GET": READ, "PATCH": DEFINE},
    "index": {"GET": READ},
    "worth": {"GET": READ},
    "benchmarks": {"GET": READ, "POST": DEFINE},
    "baselines": {"GET": READ, "POST": DEFINE},
    "baselines/<slug>": {"DELETE": DEFINE},
    "heatmap": {"GET": READ},
    "journeys/<slug>/versions": {"GET": READ},
    "journey-files": {"POST": DEFINE},
    "journey-files/<slug>": {"GET": READ},
    "surveys/<slug>/publish": {"POST": DEFINE},
    "webhooks": {"GET": HOOKS, "POST": HOOKS},
    "webhooks/<pk>": {"GET": HOOKS, "PATCH": HOOKS, "DELETE": HOOKS},
    "webhooks/<pk>/rotate": {"POST": HOOKS},
    "webhooks/<pk>/test": {"POST": HOOKS},
    "webhooks/<pk>/replay": {"POST": HOOKS},
    "webhooks/<pk>/deliveries": {"GET": HOOKS},
    **{name: {"GET": READ, "POST": DEFINE} for name in DEFINITIONS},
    **{f"{name}/<slug>": {"GET": READ, "PATCH": DEFINE, "DELETE": DEFINE} for name in DEFINITIONS},
}
OPEN = {"schema", "docs", ""}  # the reference, and the 404 of whatever no room has an endpoint for
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def routes(patterns, before=""):
    """Every route below these patterns, with plain <names> in it."""
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield re.sub(r"\(\?P(<\w+>)[^)]*\)|<\w+:(\w+)>", lambda m: m[1] or f"<{m[2]}>", here).strip("^$")


@pytest.fixture(scope="module")
def keys(kept):
    """Clients of a company's keys: of each scope alone, of all but that one, of all; and what opens nothing."""
    tenant = make_tenant()
    revoked, expired = make_key(tenant), make_key(tenant, expires_at=timezone.now() - timedelta(seconds=1))
    ApiKey.objects.filter(pk=revoked.key.pk).update(revoked_at=timezone.now())
    return SimpleNamespace(
        alone={scope: api_of(make_key(tenant, [scope])) for scope in Scope.values},
        without={scope: api_of(make_key(tenant, set(Scope.values) - {scope})) for scope in Scope.values},
        all=api_of(make_key(tenant)),
        dead=[Client(), api_of(revoked), api_of(expired), api_of("cx_" + "a" * 43), api_of("nonsense")],
    )


def template(route):
    """A route of ours or of the schema, which name what stands in it differently."""
    return re.sub(r"<\w+>|{\w+}", "{}", route)


def ask(client, method, route):
    path = "/api/v1/" + template(route).replace("{}", "1")
    return client.generic(method, path, b"{}", content_type="application/json")


def problem(answer, status):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    return answer.json()["detail"]


def test_every_endpoint_has_a_row_and_every_row_an_endpoint():
    assert set(routes(get_resolver("cxplatform.api.urls").url_patterns)) - OPEN == set(MATRIX)


def test_the_schema_names_the_same_operations_and_scopes():
    assert {template(route): row for route, row in MATRIX.items()} == {
        template(path.removeprefix("/api/v1/")): {
            method.upper(): operation["x-scope"] for method, operation in operations.items()
        }
        for path, operations in document()["paths"].items()
    }


@pytest.mark.django_db
@pytest.mark.parametrize("route", MATRIX)
def test_a_scope_opens_what_it_names_and_nothing_else(route, keys):
    for method, scope in MATRIX[route].items():
        # What any other scope opened, all the others together would open as well.
        assert scope in problem(ask(keys.without[scope], method, route), 403)
        assert ask(keys.alone[scope], method, route).status_code not in {401, 403}, f"{scope} {method} {route}"
    for method in set(METHODS) - set(MATRIX[route]):
        answer = ask(keys.all, method, route)
        assert answer.status_code == 405, f"{method} {route}: {answer.status_code}"
        assert {each.strip() for each in answer["Allow"].split(",")} >= set(MATRIX[route])


@pytest.mark.django_db
@pytest.mark.parametrize("route", MATRIX)
def test_without_a_working_key_there_is_no_entry(route, keys):
    for method in MATRIX[route]:
        for client in keys.dead:
            answer = ask(client, method, route)
            problem(answer, 401)
            assert answer["WWW-Authenticate"] == "Bearer"
