"""What the history says of a rule's tests, which are stored as JSON."""

from typing import Any

from django.utils.translation import gettext as _

from cxplatform.tenancy import history
from promises.models import Rule


def register() -> None:
    """Called when the app is ready."""
    history.call(Rule, values={"value": in_words, "exclusions": in_words})


def in_words(test: Any) -> str:
    """A value, or {"property", "operator", "value"} as people write it: steps ≤ 3."""
    if isinstance(test, bool):
        return _("Yes") if test else _("No")
    if not isinstance(test, dict):
        return str(test)
    value = test.get("value")
    told = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else in_words(value)
    operator = test.get("operator", "")
    return f"{test.get('property', '')} {dict(Rule.Operator.choices).get(operator, operator)} {told}".strip()
