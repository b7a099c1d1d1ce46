from surveys.models.answers import Response, ScoreRollup
from surveys.models.asking import Question, Survey, SurveyLink, SurveyVersion, Widget
from surveys.models.consent import OptOut, PrizeEntry
from surveys.models.contact import AskQuota, ContactRule, SurveyRound, SurveyTrigger
from surveys.models.counts import AskRollup, MonthlyCount
from surveys.models.encounters import EncounterMark, EncounterRollup
from surveys.models.followups import (
    AgreedItem,
    Cause,
    Deed,
    EmpowermentLimit,
    FollowUp,
    FollowUpRule,
    FollowUpSetting,
    FollowUpStep,
    OwnerNotice,
)
from surveys.models.invitations import Invitation, Method
from surveys.models.invited import CoDeveloper
from surveys.models.sms import IncomingSms, SmsDoor
from surveys.models.texts import Teller, Topic, TopicExample, TopicRollup, Verbatim

__all__ = [
    "AgreedItem",
    "AskQuota",
    "AskRollup",
    "Cause",
    "CoDeveloper",
    "ContactRule",
    "Deed",
    "EmpowermentLimit",
    "EncounterMark",
    "EncounterRollup",
    "FollowUp",
    "FollowUpRule",
    "FollowUpSetting",
    "FollowUpStep",
    "IncomingSms",
    "Invitation",
    "Method",
    "MonthlyCount",
    "OptOut",
    "OwnerNotice",
    "PrizeEntry",
    "Question",
    "Response",
    "ScoreRollup",
    "SmsDoor",
    "Survey",
    "SurveyLink",
    "SurveyRound",
    "SurveyTrigger",
    "SurveyVersion",
    "Teller",
    "Topic",
    "TopicExample",
    "TopicRollup",
    "Verbatim",
    "Widget",
]
