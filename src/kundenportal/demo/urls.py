"""The addresses of the demo's mail box."""

from django.urls import path

from kundenportal.demo import views

app_name = "demo"

urlpatterns = [
    path("postfach/", views.list_box, name="mailbox"),
    path("postfach/<str:key>/", views.show_mail, name="mail"),
    path("postfach/<str:key>/html/", views.show_html, name="mail_html"),
]
