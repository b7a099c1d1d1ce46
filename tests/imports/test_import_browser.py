"""Bringing data in with a real browser, from the file to the row that comes back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cxplatform.tenancy.context import activate
from journeys.importing import uploads
from journeys.models import Customer, Upload
from tests.browser import readable
from tests.factories import client_of, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = "Asiakasnumero;Nimi;Sähköposti\r\n1001;Åsa;asa@example.org\r\n1002;Matti;ei osoite\r\n"


def test_a_lead_brings_in_customers(live_server: Any, browse: Callable[..., Any], tmp_path: Path) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    page = browse()
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(make_member(tenant, "cx_lead")).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    file = tmp_path / "asiakkaat.csv"
    file.write_bytes(ROWS.encode("cp1252"))

    page.goto(f"{live_server.url}/t/{tenant.slug}/import/")
    readable(page, f"import-{page.title()[:12]}")
    page.get_by_label("Tiedosto", exact=True).set_input_files(file)
    page.get_by_role("button", name="Tarkista sarakkeet").click()
    expect(page.get_by_label("Asiakasnumero")).to_have_value("external_id")
    expect(page.get_by_text("Ensimmäisistä 2 rivistä 1 hylättäisiin")).to_be_visible()
    readable(page, f"import-{page.title()[:12]}")
    page.get_by_label("Asiakasnumero").select_option("")
    expect(page.get_by_text("Valitse, mikä sarake on ”asiakasnumero”.")).to_be_visible()
    page.get_by_label("Asiakasnumero").select_option("external_id")
    expect(page.get_by_text("Ensimmäisistä 2 rivistä 1 hylättäisiin")).to_be_visible()
    page.get_by_role("button", name="Tuo rivit").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    readable(page, f"import-{page.title()[:12]}")
    with activate(tenant.pk):
        pk = Upload.objects.values_list("pk", flat=True).get()
    uploads.bring_in(tenant.pk, pk)
    expect(page.get_by_role("link", name="Hylätyt rivit (.xlsx)")).to_be_visible()
    readable(page, f"import-{page.title()[:12]}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Hylätyt rivit (.xlsx)").click()
    assert download.value.suggested_filename == f"rejected-{pk}.xlsx"
    with activate(tenant.pk):
        assert Customer.objects.get().name == "Åsa"
