"""The addresses of the utility's brand, and of the files for programs."""

from django.urls import path

from kundenportal.ui import machine_files, views

app_name = "ui"

urlpatterns = [
    path("marke.css", views.brand_style, name="brand_style"),
    path("marke-logo", views.brand_logo, name="brand_logo"),
    path("marke-zeichen", views.brand_icon, name="brand_icon"),
    path(".well-known/security.txt", machine_files.security_txt, name="security_txt"),
    path("robots.txt", machine_files.robots_txt, name="robots_txt"),
]
