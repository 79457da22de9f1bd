"""What device a browser says it runs on, in words for a security mail."""

from django.http import HttpRequest

# The first name that occurs wins: Edge also calls itself Chrome, and Chrome also Safari.
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
             ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Macintosh", "Mac"), ("Linux", "Linux"))  # fmt: skip


def device_name(request: HttpRequest) -> str:
    """Return browser and system, such as ``Firefox, Windows``, or nothing when neither is known.

    Only words of ours are returned: the header itself is a stranger's text.
    """
    agent = request.META.get("HTTP_USER_AGENT", "")
    names = (next((name for mark, name in known if mark in agent), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in names if name)
