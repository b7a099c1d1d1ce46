"""The quarantine in the settings of a company, below `/t/<slug>/`."""

from django.urls import path

from cxplatform.pipeline import views

urlpatterns = [path("settings/quarantine/", views.quarantined, name="settings_quarantine")]
