"""The ZIP of a data export: a PDF to read, a table of the readings, and every row as JSON."""

import datetime as dt
import json
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template import engines
from django.utils import translation

from kundenportal.files.printing import render_pdf
from kundenportal.mailing.messages import TEXT_ENGINE
from kundenportal.privacy.overview import ListedFile, overview_of
from kundenportal.privacy.readings_table import readings_csv
from kundenportal.privacy.subjects import Subject
from kundenportal.privacy.topics import TOPICS, Topic

OVERVIEW, READINGS, README = "uebersicht.pdf", "zaehlerstaende.csv", "LIESMICH.txt"


def build_archive(subject: Subject, *, now: dt.datetime) -> bytes:
    """Return everything the portal holds about a person as one ZIP; takes some seconds.

    Args:
        subject: whose data.
        now: when, aware; the readable files tell it.

    """
    content = BytesIO()
    with translation.override(subject.user.language), ZipFile(content, "w", ZIP_DEFLATED) as archive:
        files = [_write_topic(archive, topic, subject) for topic in TOPICS]
        context = overview_of(subject, files, now=now)
        language = subject.user.language
        archive.writestr(OVERVIEW, render_pdf("privacy/overview.html", context, language=language))
        archive.writestr(READINGS, readings_csv(subject))
        archive.writestr(README, _readme(files, now))
    return content.getvalue()


def _write_topic(archive: ZipFile, topic: Topic, subject: Subject) -> ListedFile:
    rows = {records.model.__name__: list(records.rows()) for records in topic.records(subject)}
    text = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    archive.writestr(topic.file_name, text + "\n")
    return ListedFile(topic, sum(len(each) for each in rows.values()))


def _readme(files: list[ListedFile], now: dt.datetime) -> str:
    template = engines[TEXT_ENGINE].get_template("privacy/readme.txt")
    return template.render({"files": files, "made_at": now, "utility": settings.UTILITY})
