"""How far training has come, by course and unit, beside the training that promises' instructions take."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cxplatform.tenancy.models import Membership
from dashboards.models import ChangeAgent, Course, CourseDone
from journeys.models import Unit
from promises.instructions.concern import LIVE
from promises.models import Instruction, Training


@dataclass(frozen=True)
class Tally:
    """`done` of the `concerned` members."""

    done: int
    concerned: int

    @property
    def share(self) -> float | None:
        return 100 * self.done / self.concerned if self.concerned else None


@dataclass(frozen=True)
class Line:
    """A course, or an instruction's training (`course` None), of everybody and of each unit in the page's order."""

    name: str
    about: str
    course: Course | None
    all: Tally
    units: tuple[Tally, ...]


@dataclass(frozen=True)
class TrainingPage:
    """`units` are those that a member belongs to by name. `without` are units that no change agent carries."""

    units: tuple[Unit, ...]
    courses: tuple[Line, ...]
    instructions: tuple[Line, ...]
    agents: tuple[ChangeAgent, ...]
    without: tuple[Unit, ...]


def load_training(*, tenant_id: int, own_units: Sequence[int] = ()) -> TrainingPage:
    """The whole company's, or that of a manager's own units: members named to one of them. Seven queries."""
    members = [
        member
        for member in Membership.objects.filter(tenant_id=tenant_id, user__is_active=True)
        if not own_units or set(member.unit_ids) & set(own_units)
    ]
    named = {unit for member in members for unit in member.unit_ids if not own_units or unit in own_units}
    in_use = list(Unit.objects.in_use().order_by("name"))
    units = tuple(unit for unit in in_use if unit.pk in named)
    courses = list(Course.objects.filter(archived_at=None))
    done = _pairs(CourseDone.objects.filter(course__in=courses).values_list("course_id", "user_id"))
    live = Instruction.objects.in_use().filter(promise__lifecycle__in=LIVE, promise__archived_at=None)
    instructions = list(live.exclude(training="").select_related("promise"))
    trained = _pairs(Training.objects.filter(instruction__in=instructions).values_list("instruction_id", "user_id"))
    agents = [
        agent
        for agent in ChangeAgent.objects.select_related("user", "unit").order_by("unit__name", "pk")
        if not own_units or agent.unit_id in own_units
    ]
    carried = {agent.unit_id for agent in agents}
    return TrainingPage(
        units=units,
        courses=tuple(
            _line(
                course.name,
                course.about,
                course,
                [member for member in members if course.audience in ("", member.role)],
                done.get(course.pk, set()),
                units,
            )
            for course in courses
        ),
        instructions=tuple(
            _line(
                f"{each.role} · {each.promise.name}",
                each.training,
                None,
                [member for member in members if _concerns(each)(member)],
                trained.get(each.pk, set()),
                units,
            )
            for each in instructions
        ),
        agents=tuple(agents),
        without=tuple(
            unit for unit in in_use if unit.pk not in carried and not unit.partner and (not own_units or unit in units)
        ),
    )


def _pairs(rows: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for of, user in rows:
        found.setdefault(of, set()).add(user)
    return found


def _concerns(instruction: Instruction) -> Callable[[Membership], bool]:
    """As `promises.instructions.concern.members_of` has it."""

    def concerned(member: Membership) -> bool:
        in_unit = instruction.unit_id is None or not member.unit_ids or instruction.unit_id in member.unit_ids
        return instruction.audience in ("", member.role) and in_unit

    return concerned


def _line(
    name: str,
    about: str,
    course: Course | None,
    concerned: Sequence[Membership],
    done: set[int],
    units: Sequence[Unit],
) -> Line:
    def tally(members: Sequence[Membership]) -> Tally:
        return Tally(sum(member.user_id in done for member in members), len(members))

    by_unit = tuple(tally([member for member in concerned if unit.pk in member.unit_ids]) for unit in units)
    return Line(name, about, course, tally(concerned), by_unit)
