"""The addresses of the customer site."""

from django.urls import URLPattern, URLResolver, path

from kundenportal.selfservice.views import appearance, home, selection

app_name = "selfservice"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", selection.root, name="root"),
    path("auswahl/", selection.selection, name="selection"),
    path("darstellung/", appearance.appearance, name="appearance"),
    path("vs/<str:premise_id>/", home.home, name="home"),
]
