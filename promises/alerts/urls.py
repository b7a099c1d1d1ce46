from django.urls import path

from promises.alerts import views

urlpatterns = [
    path("alerts/", views.alerts, name="promise_alerts"),
    path("alerts/choice/", views.choice, name="promise_alert_choice"),
    path("alerts/<int:alert_id>/seen/", views.seen, name="promise_alert_seen"),
]
