"""One change of one follow-up: its row is locked, what came between is noticed, the step is written and told."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.tenancy.models import User
from surveys.followups import heard
from surveys.followups.refusals import Changed, NotNow
from surveys.models import FollowUp, FollowUpStep

Kind = FollowUpStep.Kind
State = FollowUp.State
LONGEST = 10_000


@dataclass
class Turn:
    """A locked follow-up, to be changed in place, and the steps to be written with it. `state` and `contacted_at` are
    as they stood."""

    follow_up: FollowUp
    by: User | None
    at: datetime
    state: str
    contacted_at: datetime | None
    steps: list[FollowUpStep] = field(default_factory=list)

    @property
    def live(self) -> bool:
        return self.follow_up.state in FollowUp.LIVE

    def step(self, kind: str, text: str = "", **data: Any) -> None:
        self.steps.append(
            FollowUpStep(follow_up=self.follow_up, kind=kind, at=self.at, by=self.by, text=clean(text), data=data)
        )

    def need_live(self) -> None:
        """Raise NotNow where it is no longer in work."""
        if not self.live:
            raise NotNow(
                _("This follow-up is not in work: %(state)s. Open it again first.")
                % {"state": self.follow_up.get_state_display()}
            )


def begin(follow_up: FollowUp, *, version: int | None, by: User | None) -> Turn:
    """The turn of a follow-up that is locked. Raises Changed where `version` is not the one that stands; None takes
    what there is."""
    if version is not None and version != follow_up.version:
        str(follow_up.owner)  # read now, as whoever catches it may stand outside the tenant
        raise Changed(follow_up)
    return Turn(follow_up, by, timezone.now(), follow_up.state, follow_up.contacted_at)


def settle(turns: Sequence[Turn], *, fields: Sequence[str] | None = None) -> None:
    """Write what was done in these turns, each of one step at least, and tell of it; `fields` are what they changed,
    None all."""
    steps = []
    for own in turns:
        if own.follow_up.state != own.state:
            own.steps[-1].data["state"] = own.follow_up.state
        if own.follow_up.contacted_at and not own.contacted_at:
            own.steps[-1].data["first_contact"] = True
        own.follow_up.version += 1
        steps += own.steps
    if fields is None:
        for own in turns:
            own.follow_up.save()
    else:
        FollowUp.objects.bulk_update([own.follow_up for own in turns], [*fields, "version"], batch_size=500)
    FollowUpStep.objects.bulk_create(steps)
    heard.tell([heard.News(own.follow_up, step) for own in turns for step in own.steps])


@contextmanager
def turn(*, follow_up_id: int, version: int | None, by: User | None) -> Iterator[Turn]:
    """Change a follow-up of the active tenant; nothing is written where the body raises or writes no step.

    A step that changes the state tells the new one as `state` in its data, and the first contact as `first_contact`.
    Raises FollowUp.DoesNotExist, and Changed as `begin` does.
    """
    with transaction.atomic():
        # Nothing is joined: of a row that changed while we waited, the database would join what it named before.
        follow_up = FollowUp.objects.select_for_update().get(pk=follow_up_id)
        own = begin(follow_up, version=version, by=by)
        yield own
        if own.steps:
            settle([own])
            # Who was told may have gone on from there.
            follow_up.refresh_from_db()


def clean(text: str) -> str:
    """What somebody wrote, as it is stored. Raises NotNow where it is too long."""
    text = text.replace("\x00", "").strip()
    if len(text) > LONGEST:
        raise NotNow(_("Write at most %(most)s characters.") % {"most": LONGEST}, field="text")
    return text


def needed(text: str, sentence: str, *, name: str = "text") -> str:
    """A text that must be there. Raises NotNow with the sentence where it is empty."""
    text = clean(text)
    if not text:
        raise NotNow(sentence, field=name)
    return text
