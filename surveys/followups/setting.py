"""What holds for all follow-ups of the active tenant."""

from decimal import Decimal

from surveys.models import FollowUp, FollowUpSetting


def current() -> FollowUpSetting:
    """The stored setting, or an unsaved one of what is usual."""
    return FollowUpSetting.objects.first() or FollowUpSetting()


def repeats(follow_up: FollowUp) -> int:
    """How many times more than once the customer had to be in touch about the same matter."""
    return max(0, follow_up.contacts - 1)


def repeat_cost(follow_up: FollowUp, setting: FollowUpSetting) -> Decimal | None:
    """What these contacts cost, in the setting's currency; None where the cost of one is not known."""
    return None if setting.cost_of_contact is None else repeats(follow_up) * setting.cost_of_contact
