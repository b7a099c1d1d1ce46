"""The webhook pages in the settings of a company, below `/t/<slug>/`."""

from django.urls import path

from cxplatform.deliveries.pages import views

urlpatterns = [
    path("settings/webhooks/", views.webhook_list, name="settings_webhooks"),
    path("settings/webhooks/<int:pk>/", views.webhook_page, name="settings_webhook"),
    path("settings/webhooks/<int:pk>/<str:action>/", views.change, name="settings_webhook_change"),
]
