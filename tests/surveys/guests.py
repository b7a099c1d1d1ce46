"""Invitations for tests, and somebody who opens one and presses buttons, without script."""

import re
from html import unescape
from typing import Any
from uuid import UUID

from django.test import Client

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.asking.invite import Ask, invite, send_due
from surveys.doors.personal import token_of
from surveys.models import Invitation, OptOut, Response, Survey


def ask_one(tenant: Tenant, survey: Survey, *, send: bool = True, **fields: Any) -> UUID:
    """One invitation, by mail unless told; sent at once."""
    with activate(tenant.pk):
        (id_,) = invite([Ask(**{"survey_id": survey.pk, "method": "email", "address": "ann@example.org"} | fields)])
        if send:
            send_due(tenant.pk)
    return id_


def invitation(tenant: Tenant, id_: UUID) -> Invitation:
    with activate(tenant.pk):
        found: Invitation = Invitation.objects.get(id=id_)
    return found


def answers(tenant: Tenant) -> list[Response]:
    with activate(tenant.pk):
        return list(Response.objects.order_by("id"))


def opt_outs(tenant: Tenant) -> list[OptOut]:
    with activate(tenant.pk):
        return list(OptOut.objects.order_by("id"))


class Guest:
    """Somebody with a personal link."""

    def __init__(self, tenant: Tenant, id_: UUID, query: str = "", **headers: str) -> None:
        self.client, self.headers = Client(), headers
        self.address = f"/a/{token_of(tenant.pk, id_)}"
        self.open(query)

    def see(self, answer: Any) -> "Guest":
        self.answer, self.status = answer, answer.status_code
        self.html = unescape(answer.content.decode())
        self.form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.html))
        return self

    def open(self, query: str = "") -> "Guest":
        return self.see(self.client.get(self.address + query, headers=self.headers))

    def press(self, **fields: str) -> "Guest":
        return self.see(self.client.post(self.address, {**self.form, **fields}, headers=self.headers))

    def write(self, **texts: str) -> "Guest":
        return self.press(**{f"text-{key}": text for key, text in texts.items()})

    @property
    def heading(self) -> str:
        return re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", self.html, re.S)[1]).strip()  # type: ignore[index]

    @property
    def buttons(self) -> list[str]:
        return re.findall(r'<button[^>]*name="a" value="([^"]+)"', self.html)
