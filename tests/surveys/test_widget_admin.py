"""How staff set a widget, and what they copy from its page."""

from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from surveys.doors.identity import secret_of
from surveys.doors.widget_settings import WidgetSettings, settings_of
from surveys.models import Widget
from tests.factories import client_of, make_member
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Shop",
    "origins": "https://www.example.fi/\nhttps://WWW.example.fi",
    "pages": "/order/*\n!/order/secret",
    "event": "ordered",
    "where": "plan=pro",
    "element": "#thanks",
    "clicked": "on",
    "scroll": "40",
    "delay_seconds": "0",
    "share": "50",
    "again_days": "90",
    "position": "left",
    "scheme": "dark",
}


@pytest.fixture
def admin() -> Any:
    member = make_member()
    client = client_of(member)
    client.tenant, client.survey = member.tenant, make_survey(member.tenant)
    return client


def post(admin: Any, path: str, **changes: str) -> Any:
    data = FORM | {"survey": str(admin.survey.pk)} | changes
    return admin.post(f"/t/{admin.tenant.slug}/edit/surveys/widget/{path}", data)


def test_a_widget_is_made_with_all_its_rules(admin: Any) -> None:
    assert post(admin, "add/").status_code == 302
    widget = Widget.objects.get()
    assert widget.origins == ["https://www.example.fi"]
    assert settings_of(widget) == WidgetSettings(
        delay_seconds=0, again_days=90, event="ordered", where="plan=pro", pages=["/order/*", "!/order/secret"],
        scroll=40, element="#thanks", clicked=True, share=50, position="left", scheme="dark",
    )  # fmt: skip
    page = admin.get(f"/t/{admin.tenant.slug}/edit/surveys/widget/{widget.pk}/change/").content.decode()
    for shown in (f"/w/{widget.key}.js", "data-cx-inline", "cx.why()", secret_of(widget), "!/order/secret"):
        assert shown in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("origins", "www.example.fi"),
        ("origins", ""),
        ("pages", "order"),
        ("where", "pro"),
        ("where", "=pro"),
        ("scroll", "101"),
        ("share", "0"),
        ("delay_seconds", "601"),
        ("position", "top"),
        ("survey", "0"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(admin: Any, field: str, value: str) -> None:
    answer = post(admin, "add/", **{field: value})
    assert answer.status_code == 200
    assert field in answer.context["errors"].data[0] or field in answer.context["adminform"].form.errors
    assert not Widget.objects.exists()


def test_a_new_secret_ends_the_old_one(admin: Any) -> None:
    post(admin, "add/")
    widget = Widget.objects.get()
    before = secret_of(widget)
    assert post(admin, f"{widget.pk}/change/", surveys_widget_new_secret="1").status_code == 302
    widget.refresh_from_db()
    assert secret_of(widget) != before
    assert settings_of(widget).event == "ordered"


def test_outsiders_find_no_widget(admin: Any) -> None:
    post(admin, "add/")
    widget = Widget.objects.get()
    outsider = client_of(make_member())
    assert outsider.get(f"/t/{admin.tenant.slug}/edit/surveys/widget/{widget.pk}/change/").status_code == 404
    with activate(admin.tenant.pk):
        assert Widget.objects.count() == 1


@pytest.mark.parametrize("stored", [None, [], {"delay_seconds": "soon", "share": 900, "pages": 7, "scheme": "pink"}])
def test_settings_that_cannot_be_count_as_not_set(stored: Any) -> None:
    expected = WidgetSettings(share=100)
    assert settings_of(Widget(settings=stored)) == expected
