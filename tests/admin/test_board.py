"""A journey is laid out on one page: stages and touchpoints made, moved and removed together."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from journeys.board import BoardField
from journeys.layout import PlannedStage, PlannedStep, layout_of
from journeys.models import Journey, Stage, Touchpoint
from tests.admin.pages import errors_of, post
from tests.factories import make_channel, make_journey, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(editor, client, edit):
    """Save a board, of a new journey or of one that exists."""

    def save(stages, journey=None, expect=302, **more):
        layout = {"stages": stages, **{name: more.pop(name) for name in ("jumps", "version") if name in more}}
        address = f"{journey.pk}/change/" if journey else "add/"
        return post(
            client,
            f"{edit}journeys/journey/{address}",
            expect=expect,
            name=journey.name if journey else "Tyre change",
            slug=journey.slug if journey else "",
            **{"kind": "as_is", "trace_by": "correlation", "inactive_hours": 720} | more,
            board=stages if isinstance(stages, str) else json.dumps(layout),
        )

    return save


def test_a_journey_is_made_at_once_with_new_and_known_touchpoints(save, editor):
    shop = make_channel(editor.tenant)
    known = make_touchpoint(editor.tenant)
    save(
        [
            {"name": " Buy ", "steps": [{"touchpoint": known.pk}, {"name": "Quote", "channel": shop.pk}]},
            {"name": "Use", "steps": [{"name": "quote"}]},
        ]
    )
    with activate(editor.tenant_id):
        journey = Journey.objects.get(slug="tyre-change")
        quote = Touchpoint.objects.get(slug="quote")
        assert (quote.name, quote.channel_id) == ("Quote", shop.pk)
        buy, use = journey.stages.order_by("position")
        assert layout_of(journey).stages == (
            PlannedStage(id=buy.pk, name="Buy", steps=(PlannedStep(known.pk), PlannedStep(quote.pk))),
            PlannedStage(id=use.pk, name="Use", steps=(PlannedStep(quote.pk),)),
        )


def test_stages_and_touchpoints_change_places(save, editor):
    path = make_journey(editor.tenant, stages=["Choose", "Buy", "Use"])
    first, second, third = ({"id": stage.pk, "name": stage.name} for stage in path.stages)
    one, two, three = ({"touchpoint": touchpoint.pk} for touchpoint in path.touchpoints)
    save([third | {"steps": [two, three]}, first | {"steps": [one]}, second], path.journey)
    with activate(editor.tenant_id):
        assert [
            (stage.name, [step.touchpoint for step in stage.steps]) for stage in layout_of(path.journey).stages
        ] == [
            ("Use", [path.touchpoints[1].pk, path.touchpoints[2].pk]),
            ("Choose", [path.touchpoints[0].pk]),
            ("Buy", []),
        ]


def test_a_removed_stage_is_archived_and_can_be_brought_back(save, editor):
    path = make_journey(editor.tenant, stages=["Choose", "Buy"])
    choose, buy = path.stages
    save([{"id": buy.pk, "name": "Buy"}], path.journey)
    with activate(editor.tenant_id):
        assert Stage.objects.get(pk=choose.pk).archived_at
    save([{"id": buy.pk, "name": "Buy"}, {"id": choose.pk, "name": "Choose"}], path.journey)
    with activate(editor.tenant_id):
        assert [stage.name for stage in layout_of(path.journey).stages] == ["Buy", "Choose"]


def test_the_history_shows_the_board_before_and_after(save, editor):
    path = make_journey(editor.tenant, stages=["Choose"])
    name = path.touchpoints[0].name
    save(
        [{"id": path.stages[0].pk, "name": "Compare", "steps": [{"touchpoint": path.touchpoints[0].pk}]}], path.journey
    )
    with activate(editor.tenant_id):
        entry = AuditEntry.objects.get(model="journeys.journey", object_id=str(path.journey.pk))
        assert entry.changes == {"stages": [[f"Choose: {name}"], [f"Compare: {name}"]]}


def test_an_unchanged_board_leaves_no_entry(save, editor):
    path = make_journey(editor.tenant, stages=["Choose"])
    save([{"id": path.stages[0].pk, "name": "Choose", "steps": [{"touchpoint": path.touchpoints[0].pk}]}], path.journey)
    with activate(editor.tenant_id):
        assert not AuditEntry.objects.exists()


BAD = [
    ("{", "Reload the page and lay it out again."),
    ("[" * 3000, "Reload the page and lay it out again."),
    ("[]", "Reload the page and lay it out again."),
    ('{"stages": [{"name": 5}]}', "Reload the page and lay it out again."),
    ('{"stages": [{"name": "  "}]}', "Stage 1 has no name. Name it or remove it."),
    ('{"stages": [{"name": "Buy", "steps": [{}]}]}', "A new touchpoint in stage “Buy” has no name."),
    ('{"stages": [{"name": "Buy", "steps": [{"name": "a"}, {"name": "A"}]}]}', "has the same touchpoint twice"),
    ('{"stages": [{"name": "%s"}]}' % ("x" * 201), "at most 200 letters"),
    ('{"stages": [{"name": "a\\u0000"}]}', "Stage 1"),
    ('{"stages": [{"name": "Buy", "steps": [{"touchpoint": 999999999999}]}]}', "no longer there"),
    ('{"stages": [{"name": "Buy", "steps": [{"touchpoint": 9223372036854775808}]}]}', "lay it out again"),
]


def test_a_board_that_cannot_be_stored_says_what_to_mend(save, editor):
    with activate(editor.tenant_id), translation.override("en"):
        for board, said in BAD:
            with pytest.raises(ValidationError) as refused:
                BoardField().clean(board)
            assert said in " ".join(refused.value.messages), board[:80]
    for board, said in (BAD[0], BAD[-2]):  # what cannot be read, and what is no longer there
        assert said in " ".join(errors_of(save(board, expect=200)))
    with activate(editor.tenant_id):
        assert not Journey.objects.exists()


def test_nothing_of_another_company_gets_onto_the_board(save, editor):
    theirs = make_journey(make_tenant())
    for stage in (
        {"id": theirs.stages[0].pk, "name": "Theirs"},
        {"name": "Ours", "steps": [{"touchpoint": theirs.touchpoints[0].pk}]},
        {"name": "Ours", "steps": [{"name": "New", "channel": make_channel(make_tenant()).pk}]},
    ):
        assert errors_of(save([stage], expect=200))
