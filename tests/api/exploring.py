"""Each operation of the schema tried with what schemathesis makes of its description."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation.feedback import NO_FEEDBACK, FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source

from cxplatform.api.schema import document
from cxplatform.wsgi import application

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

# bench/every_operation.py sets CX_EXAMPLES and looks for what the same twenty of every run do not show.
_EXAMPLES = os.environ.get("CX_EXAMPLES")
explore = settings(
    max_examples=int(_EXAMPLES or 20),
    deadline=None,
    derandomize=not _EXAMPLES,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/x-ndjson")
def as_lines(context: Any, value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else b""


def explorations() -> dict[tuple[str, str], Callable[..., None]]:
    """By address and method what tries that operation with a key.

    Made by what `@schema.parametrize()` uses itself, which would make all of them in each process that collects.
    """
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application
    # The many cases of its coverage phase are for the bench, and so are values looked for among our code's constants.
    schema.config.phases.coverage.enabled = bool(_EXAMPLES)
    # The key is sent with every case: of half the examples nothing was wrong but a key that was replaced at the end.
    schema.config.generation.update(with_security_parameters=False)
    feedback = NO_FEEDBACK
    if _EXAMPLES:
        feedback = FeedbackSources(constants_value_source=make_constants_value_source(schema))
    found = [each.ok() for each in schema.get_all_operations()]
    return {(each.path, each.method.upper()): partial(_explore, schema.config, each, feedback) for each in found}


def _explore(config: Any, operation: Any, feedback: FeedbackSources, key: Any) -> None:
    test = build_operation_test(
        config=config, operation=operation, test_func=answers_as_the_schema_says, given_kwargs={}, feedback=feedback
    )
    test(key=key)


@explore
def answers_as_the_schema_says(case: Any, key: Any) -> None:
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
