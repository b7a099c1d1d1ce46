"""Addresses of this room inside a tenant."""

from django.urls import path

from journeys import import_views, mapping_views, notes_views

urlpatterns = [
    path("mapping/", mapping_views.mapping, name="mapping"),
    path("mapping/runs", mapping_views.mapping_runs, name="mapping_runs"),
    path("mapping/known/", mapping_views.take_known, name="mapping_known"),
    path("import/", import_views.uploads, name="import"),
    path("import/<int:pk>/", import_views.upload, name="import_upload"),
    path("import/<int:pk>/progress", import_views.progress, name="import_progress"),
    path("import/<int:pk>/rejected.xlsx", import_views.rejected, name="import_rejected"),
    path("import/<int:pk>/remove/", import_views.remove, name="import_remove"),
    path("notes/files/<int:pk>", notes_views.note_file, name="note_file"),
]
