"""The pages of webhooks in a real browser: read by anybody, on any screen, in each language."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from cxplatform.deliveries.models import Webhook
from cxplatform.deliveries.webhooks import telling
from cxplatform.tenancy.context import activate
from promises.alerts.tell import EXAMPLE, RAISED
from tests.browser import accessible
from tests.factories import client_of, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


def test_webhooks_are_read_by_anybody_on_any_screen(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    member = make_member(tenant, "admin")
    with activate(tenant.pk):
        slack = Webhook.objects.create(
            name="Asiakaspalvelun kanava", url="https://hooks.slack.example/T0/B0/secret42", format="slack", secret="-"
        )
        crm = Webhook.objects.create(name="CRM", url="https://crm.example.com/hooks", secret="-", types=[RAISED])
        telling.tell([telling.Happening(type=RAISED, data=EXAMPLE)])
    client = client_of(member)
    assert client.get(f"/t/{tenant.slug}/settings/webhooks/").status_code == 200
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    home = f"{live_server.url}/t/{tenant.slug}/settings/webhooks/"
    page = browse(viewport={"width": 1280, "height": 900})
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    for language, scheme, width in (("fi", "light", 1280), ("sv", "dark", 1280), ("en", "light", 360)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        language_cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
        page.context.add_cookies([language_cookie])
        for name, path in (("list", ""), ("slack", f"{slack.pk}/"), ("crm", f"{crm.pk}/")):
            page.goto(home + path)
            accessible(page, f"webhooks-{name}-{language}", again=language != "fi")
            assert "secret42" not in page.content()
