from django.urls import path

from dashboards.digests import views

urlpatterns = [
    path("digests/", views.digests, name="digests"),
    path("digests/preview/", views.preview, name="digest_preview"),
    path("digests/<int:pk>/remove/", views.remove, name="digest_remove"),
]
