"""Who edits, and where. Imports wait: this file is read before the settings are."""

import pytest


@pytest.fixture
def editor():
    """Somebody who may define, in a company of their own."""
    from tests.factories import make_member

    return make_member(role="cx_lead")


@pytest.fixture
def client(editor):
    from tests.factories import client_of

    return client_of(editor, headers={"accept-language": "en"})


@pytest.fixture
def edit(editor):
    """Where the editor's pages begin."""
    return f"/t/{editor.tenant.slug}/edit/"
