"""The key pages in the settings of a company, below `/t/<slug>/`."""

from django.urls import path

from cxplatform.api.pages import views

urlpatterns = [
    path("settings/keys/", views.key_list, name="settings_keys"),
    path("settings/keys/<int:pk>/rotate/", views.rotate, name="settings_key_rotate"),
    path("settings/keys/<int:pk>/revoke/", views.revoke, name="settings_key_revoke"),
]
