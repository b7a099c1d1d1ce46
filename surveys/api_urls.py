"""REST addresses of this room, below `/api/v1/`; no leading and no trailing slash."""

from django.urls import include, path

from surveys.api import Responses
from surveys.asks_api import Asks
from surveys.feedback_api import Unsolicited
from surveys.ivr_api import IvrAnswers, IvrQuestion

urlpatterns = [
    path("asks", Asks.as_view()),
    path("responses", Responses.as_view()),
    path("feedback", Unsolicited.as_view()),
    path("ivr/question", IvrQuestion.as_view()),
    path("ivr/answers", IvrAnswers.as_view()),
    path("", include("surveys.definitions_api")),
    path("", include("surveys.followups.api")),
    path("", include("surveys.followups.figures_api")),
    path("", include("surveys.deeds.api")),
    path("", include("surveys.invited.api")),
    path("", include("surveys.texts.api")),
]
