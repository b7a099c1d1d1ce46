from django.urls import path

from dashboards.out import views

urlpatterns = [
    path("out/", views.out, name="out"),
    path("out/leadership.xlsx", views.workbook, name="out_workbook"),
    path("out/leadership.pptx", views.slides, name="out_slides"),
    path("out/<str:key>.csv", views.commas, name="out_commas"),
]
