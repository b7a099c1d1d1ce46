"""The doors of respondents, outside any tenant's address."""

from django.urls import path

from surveys.doors.go import go
from surveys.doors.kiosk import kiosk, kiosk_answers, kiosk_worker
from surveys.doors.link import survey_page
from surveys.doors.own_views import own_page
from surveys.doors.personal_views import personal_page, stop_page
from surveys.doors.sms_views import incoming_sms
from surveys.doors.widget import widget_answers, widget_ask, widget_left, widget_script
from surveys.invited.root_views import referral

urlpatterns = [
    path("a/<str:token>", personal_page, name="personal_page"),
    path("a/<str:token>/stop", stop_page, name="personal_stop"),
    path("r/<str:token>", own_page, name="own_page"),
    path("sms/<str:key>", incoming_sms, name="incoming_sms"),
    path("go", go, name="go"),
    path("k/worker.js", kiosk_worker, name="kiosk_worker"),
    path("k/<str:code>", kiosk, name="kiosk"),
    path("k/<str:code>/answers", kiosk_answers, name="kiosk_answers"),
    path("s/<str:code>", survey_page, name="survey_page"),
    path("v/<str:token>", referral, name="referral"),
    path("w/<str:key>.js", widget_script, name="widget_script"),
    path("w/<str:key>/answers", widget_answers, name="widget_answers"),
    path("w/<str:key>/ask", widget_ask, name="widget_ask"),
    path("w/<str:key>/left", widget_left, name="widget_left"),
]
