"""Reading reports of delivery, and whatever else strangers send to the box."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.mail_log.reports import MOST_BYTES, Report, Unusable, UnusableReport, read_report
from tests.bounces import make_report

ID = f"<{uuid.UUID(int=7)}@portal.stadtwerke.example>"
SAID = "550 5.1.1 <m.bauer@beispiel.de>: Recipient address rejected"


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_says_which_mail_came_back_and_why(original: str) -> None:
    assert read_report(make_report(ID, original=original)) == Report(ID, has_failed=True, answer=SAID)


def test_a_server_that_still_tries_is_told_from_one_that_gave_up() -> None:
    report = read_report(make_report(ID, action="delayed", status="4.4.1", said="smtp; timed out"))
    assert report == Report(ID, has_failed=False, answer="4.4.1 timed out")


def test_a_report_that_encloses_nothing_may_answer_to_the_mail() -> None:
    content = make_report("<none>").replace(b"Subject: Und", f"In-Reply-To: {ID}\nSubject: Und".encode())
    assert read_report(content).message_id == ID


NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number) for number in range(3000)
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Unusable.NO_REPORT),
        (b"Subject: Abwesend\n\nIch bin im Urlaub.", Unusable.NO_REPORT),
        (make_report(ID, action="delivered"), Unusable.NO_REPORT),
        (make_report("<fremd@beispiel.de>"), Unusable.NO_MESSAGE_ID),
        (b"x" * (MOST_BYTES + 1), Unusable.TOO_LARGE),
        (b"\xff\xfe\x00" * 1000, Unusable.NO_REPORT),
        (
            make_report(ID).replace(b"charset=us-ascii", b"charset=\xff\x00").replace(b"failed", b"fai"),
            Unusable.NO_REPORT,
        ),
    ],
)
def test_what_is_no_report_is_refused(content: bytes, reason: Unusable) -> None:
    with pytest.raises(UnusableReport) as refused:
        read_report(content)
    assert refused.value.reason == reason


def test_a_mail_in_a_mail_in_a_mail_ends_somewhere() -> None:
    with pytest.raises(UnusableReport):
        read_report(NESTED)


def test_what_a_server_says_is_one_short_line() -> None:
    said = "smtp; 550 5.1.1 " + "x" * 5000 + "\r\n <script>"
    answer = read_report(make_report(ID, said=said.replace("\r\n", " "))).answer
    assert len(answer) <= 250
    assert "\n" not in answer


@given(st.binary(max_size=400))
def test_nothing_in_the_box_breaks_anything(content: bytes) -> None:
    with pytest.raises(UnusableReport):
        read_report(content)
