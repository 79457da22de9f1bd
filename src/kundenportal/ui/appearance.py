"""How a visitor wants pages to look; kept in a cookie, drawn by the server (ux.md P5, ``/darstellung/``)."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""

THEMES = ("hell", "dunkel")


@dataclass(frozen=True)
class Appearance:
    """A visitor's wishes; the defaults are those of the device."""

    theme: str = ""
    shows_labels: bool = False
    large_text: bool = False

    @classmethod
    def from_cookie(cls, text: str) -> "Appearance":
        """Return the wishes kept in a cookie; words it does not know are left out."""
        words = set(text.split("."))
        theme = next((each for each in THEMES if each in words), "")
        return cls(theme, "worte" in words, "gross" in words)

    def to_cookie(self) -> str:
        """Return the wishes as the cookie keeps them, such as ``dunkel.gross``."""
        words = (self.theme, "worte" if self.shows_labels else "", "gross" if self.large_text else "")
        return ".".join(filter(None, words))


def appearance_of(request: HttpRequest) -> Appearance:
    """Return the wishes that a browser keeps."""
    return Appearance.from_cookie(request.COOKIES.get(settings.APPEARANCE_COOKIE_NAME, ""))


def remember_appearance(response: HttpResponse, appearance: Appearance) -> None:
    """Let the browser keep wishes; the server reads them, so that no page flashes."""
    response.set_cookie(
        settings.APPEARANCE_COOKIE_NAME,
        appearance.to_cookie(),
        max_age=COOKIE_SECONDS,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
