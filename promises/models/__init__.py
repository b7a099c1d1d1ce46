from promises.models.definitions import Calendar, Promise, Rule
from promises.models.outcomes import OutcomeRollup, PromiseOutcome, Status

__all__ = ["Calendar", "OutcomeRollup", "Promise", "PromiseOutcome", "Rule", "Status"]
