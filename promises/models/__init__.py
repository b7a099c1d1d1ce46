from promises.models.definitions import Calendar, Promise, Rule
from promises.models.history import JudgedHistory
from promises.models.outcomes import OutcomeRollup, PromiseOutcome, Status

__all__ = ["Calendar", "JudgedHistory", "OutcomeRollup", "Promise", "PromiseOutcome", "Rule", "Status"]
