"""Files of offices, and somebody who brings them in."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.importing import uploads
from journeys.models import Upload
from tests.factories import client_of, make_member

EXCEL = "Asiakasnumero;Nimi;Sähköposti;Segmentti\r\n1001;Åsa Öhman;asa@example.org;yritys\r\n1002;Matti;ei osoite;\r\n"


def xlsx(*rows: list[Any], title: str = "Taulukko", more: dict[str, list[list[Any]]] | None = None) -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, lines in (more or {}).items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class Person:
    """Somebody at the import pages."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.client = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
        self.begin = f"/t/{tenant.slug}/import/"

    def send(self, offer: str, data: bytes, name: str = "rows.csv") -> Any:
        return self.client.post(self.begin, {"offer": offer, "file": SimpleUploadedFile(name, data)})

    def bring(self, offer: str, data: bytes, name: str = "rows.csv", **columns: str) -> Upload:
        """Upload, take the columns as guessed, start, and run it."""
        answer = self.send(offer, data, name)
        assert answer.status_code == 302, answer.content.decode()
        address = answer["location"]
        shown = self.client.get(address)
        posted = {f"column-{place}": target.key if target else "" for place, _, target in shown.context["columns"]}
        posted |= {"shown_sheet": shown.context["table"].sheet, "start": "1", **columns}
        assert self.client.post(address, posted).status_code == 302
        pk = int(address.rstrip("/").rpartition("/")[2])
        uploads.bring_in(self.tenant.pk, pk)
        with activate(self.tenant.pk):
            return Upload.objects.get(pk=pk)
