"""Notes over REST: added, listed, changed, archived, with files that are what their names say."""

from typing import Any

import msgspec
import pytest
from django.test import Client

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from journeys import attachments
from journeys.models import Attachment
from tests.factories import api_of, make_journey, make_key, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 what they said"


def send(api: Client, path: str, content: bytes, *, status: int = 201) -> Any:
    answer = api.post(f"/api/v1/{path}", content, content_type="application/octet-stream")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_note_is_written_with_its_files_changed_and_archived(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant, other = make_tenant(), make_tenant()
    api, outsider = api_of(make_key(tenant)), api_of(make_key(other))
    make_touchpoint(tenant, "till")
    make_journey(tenant, "buying")

    def ask(method: str, path: str, data: Any = None, *, status: int = 200, by: Client = api) -> Any:
        answer = by.generic(
            method, f"/api/v1/{path}", b"" if data is None else msgspec.json.encode(data), "application/json"
        )
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    note = ask("POST", "notes", {"touchpoint": "till", "text": "They waited.", "source": "ethnography"}, status=201)
    at = f"notes/{note['id']}"
    assert (note["author"].startswith("key "), note["files"], note["archived"]) == (True, [], False)
    for wrong, field in (
        ({"text": "About nothing."}, "touchpoint"),
        ({"touchpoint": "till"}, "text"),
        ({"touchpoint": "tilll", "text": "x"}, "touchpoint"),
        ({"touchpoint": "till", "text": "x", "noted_on": "yesterday"}, "noted_on"),
        ({"touchpoint": "till", "text": "x", "mood": "good"}, "mood"),
    ):
        assert ask("POST", "notes", wrong, status=400)["errors"][0]["field"] == field
    assert ask("PATCH", at, {"touchpoint": None}, status=400)["errors"][0]["field"] == "touchpoint"
    assert ask("PATCH", at, {"journey": "buying"})["journey"] == "buying"

    file = send(api, f"{at}/files?name=interview.pdf", PDF)
    assert (file["file_name"], file["size"], ask("GET", at)["files"]) == ("interview.pdf", len(PDF), [file])
    for name, content in (("run.exe", b"MZ"), ("interview.pdf", b"<script>"), ("", PDF)):
        assert send(api, f"{at}/files?name={name}", content, status=400)["errors"][0]["field"] == "name"
    monkeypatch.setattr(attachments, "MOST", 1)
    assert "at most 1 files" in str(send(api, f"{at}/files?name=more.pdf", PDF, status=400))
    found = api.get(f"/api/v1/{at}/files/{file['id']}")
    assert (found.content, found["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert found["Content-Disposition"].startswith("attachment")

    for method, path in (("GET", at), ("PATCH", at), ("DELETE", at), ("GET", f"{at}/files/{file['id']}")):
        ask(method, path, {}, status=404, by=outsider)
    send(outsider, f"{at}/files?name=interview.pdf", PDF, status=404)
    assert ask("GET", "notes", by=outsider)["results"] == []

    assert [row["id"] for row in ask("GET", "notes?touchpoint=till&journey=buying")["results"]] == [note["id"]]
    assert ask("GET", "notes?touchpoint=shop")["results"] == []
    assert ask("GET", "notes?archived=2", status=400)["errors"][0]["field"] == "archived"
    ask("DELETE", f"{at}/files/{file['id']}", status=204)
    ask("DELETE", at, status=204)
    assert (ask("GET", "notes")["results"], ask("GET", at)["archived"]) == ([], True)
    assert ask("PATCH", at, {"archived": False})["archived"] is False
    with activate(tenant.pk):
        assert not Attachment.objects.exists()
        told = AuditEntry.objects.filter(object_id=str(note["id"])).order_by("pk").values_list("action", flat=True)
        assert told[0] == "created"
        assert {"archived", "restored"} <= set(told)
