"""``/hilfe/`` and its topics: questions and answers, with a search (ux.md P5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kundenportal.selfservice.layout import render_for_everybody
from kundenportal.selfservice.modules import has_topic
from kundenportal.ui.texts import store
from kundenportal.ui.texts.search import MAX_LENGTH, answers_of, search

ICONS = {
    "zaehler-ablesen": "gauge",
    "zaehlerstand-melden": "file-text",
    "anmelden": "key-round",
    "sicherheit": "lock",
    "konten-verknuepfen": "link",
    "verbrauch": "chart-column",
    "abschlag": "wallet",
    "adresse": "map-pin",
    "bankverbindung": "landmark",
    "dokumente": "files",
    "kontakt": "message-square",
    "bedienung": "sun-moon",
}
"""The symbols of the topics the portal comes with; a utility's own have a common one."""


@dataclass(frozen=True)
class TopicTile:
    """A topic as its tile shows it."""

    text: store.Text
    icon: str


@require_safe
def help_start(request: HttpRequest) -> HttpResponse:
    """Show the topics and all questions, or those that hold the words of ``?suche=``."""
    typed = " ".join(request.GET.get("suche", "").split())[:MAX_LENGTH]
    topics = _topics()
    answers = answers_of(topics)
    context = {
        "tiles": _tiles(topics),
        "typed": typed,
        "answers": search(answers, typed) if typed else answers,
    }
    return render_for_everybody(request, "selfservice/help/start.html", context)


@require_safe
def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """Show one topic with its answers.

    Raises:
        Http404: when there is no such topic.

    """
    topics = _topics()
    shown = next((each for each in topics if each.slug == topic), None)
    if shown is None:
        raise Http404
    others = _tiles(each for each in topics if each is not shown)
    return render_for_everybody(request, "selfservice/help/topic.html", {"text": shown, "tiles": others})


def _topics() -> list[store.Text]:
    return [text for text in store.help_topics(get_language() or store.FALLBACK) if has_topic(text.slug)]


def _tiles(topics: Iterable[store.Text]) -> list[TopicTile]:
    return [TopicTile(text, ICONS.get(text.slug, "info")) for text in topics]
