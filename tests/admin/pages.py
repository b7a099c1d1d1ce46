"""Filling in the editor's forms: what a browser would send, and what the page says back."""

import re
from html import unescape
from typing import Any

from django.test import Client


def post(client: Client, address: str, *, expect: int = 302, **fields: Any) -> Any:
    """Send a form; on an unexpected answer show what the page complained about."""
    response = client.post(address, {name: value for name, value in fields.items() if value is not None})
    assert response.status_code == expect, errors_of(response) if response.status_code == 200 else response.status_code
    return response


def errors_of(response: Any) -> list[str]:
    """Every error of every form and row on the page, as people read it."""
    context = response.context
    found: list[str] = []
    for key in ("adminform", "inline_admin_formsets"):
        value = context.get(key) if context else None
        for part in value if isinstance(value, list) else [value] if value else []:
            errors = part.form.errors if key == "adminform" else part.formset.errors
            rows = errors if isinstance(errors, list) else [errors]
            found += [message for row in rows for messages in row.values() for message in messages]
            if key != "adminform":
                found += list(part.formset.non_form_errors())
    return [unescape(re.sub(r"<[^>]+>", "", str(message))) for message in found]


def rows(prefix: str, *forms: dict[str, Any], stored: int = 0) -> dict[str, Any]:
    """The fields of a formset; the first `stored` forms are of rows that exist."""
    fields: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": stored}
    for number, form in enumerate(forms):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return fields
