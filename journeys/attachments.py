"""Files of notes: what is taken in, and how it is given out so that no browser runs it."""

from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from cxplatform.tenancy import audit
from journeys.models import Attachment, Note

LARGEST = 5 * 1024 * 1024
LARGEST_IN_ALL = 500 * 1024 * 1024  # of a company
MOST = 20  # of a note

# Ending -> (type, what such a file begins with). A file is what it begins with, whatever it is called.
_KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "webp": ("image/webp", (b"RIFF",)),
    "mp3": ("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "m4a": ("audio/mp4", (b"\x00\x00\x00",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    "txt": ("text/plain; charset=utf-8", (b"",)),
}
ACCEPTED = ",".join(f".{ending}" for ending in _KINDS)


def read_file(file: Any) -> Attachment:
    """An unsaved attachment of an uploaded file. Raises ValidationError saying what to do instead."""
    name = str(file.name or "").replace("\0", "").rsplit("/", 1)[-1].rsplit("\\", 1)[-1][:200]
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending not in _KINDS:
        raise ValidationError(
            gettext("%(file)s: this type is not taken in. Send %(types)s.") % {"file": name, "types": ", ".join(_KINDS)}
        )
    if file.size > LARGEST:
        raise ValidationError(
            gettext("%(file)s is too large: at most %(most)s. Make it smaller, or keep it elsewhere and link to it.")
            % {"file": name, "most": filesizeformat(LARGEST)}
        )
    content = file.read()
    content_type, begins = _KINDS[ending]
    if not content or not content.startswith(begins) or (ending == "txt" and b"\0" in content):
        raise ValidationError(
            gettext("%(file)s is not what its name says. Save it again as %(ending)s, and send that.")
            % {"file": name, "ending": ending}
        )
    return Attachment(file_name=name, content_type=content_type, size=len(content), content=content)


def attach(note: Note, files: list[Attachment]) -> None:
    """Store files with a note. Raises ValidationError when there is no room for them."""
    if note.attachments.count() + len(files) > MOST:  # type: ignore[attr-defined]
        raise ValidationError(gettext("A note has at most %d files. Make another note.") % MOST)
    stored = Attachment.objects.aggregate(all=Sum("size"))["all"] or 0
    if stored + sum(file.size for file in files) > LARGEST_IN_ALL:
        raise ValidationError(
            gettext("Files of notes take at most %s in all. Remove some that are not needed any more.")
            % filesizeformat(LARGEST_IN_ALL)
        )
    for file in files:
        file.note = note
        file.save()
        _record(note, file, None, file.file_name)


def detach(attachment: Attachment) -> None:
    """Remove a file; the history keeps its name."""
    _record(attachment.note, attachment, attachment.file_name, None)
    attachment.delete()


def _record(note: Note, file: Attachment, before: str | None, after: str | None) -> None:
    label = str(file._meta.verbose_name)
    audit.record("changed", note, before=audit.state(note), **{label: [before, after]})


def download(attachment: Attachment) -> HttpResponse:
    """The file to be kept, never shown: whoever wrote it could write what a browser would run."""
    response = HttpResponse(bytes(attachment.content), content_type=attachment.content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(attachment.file_name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
