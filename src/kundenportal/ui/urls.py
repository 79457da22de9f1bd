"""The addresses of the utility's brand."""

from django.urls import path

from kundenportal.ui import views

app_name = "ui"

urlpatterns = [
    path("marke.css", views.brand_style, name="brand_style"),
    path("marke-logo", views.brand_logo, name="brand_logo"),
]
