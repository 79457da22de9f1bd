"""Reports of delivery as mail servers write them."""

import textwrap


def make_report(
    message_id: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <m.bauer@beispiel.de>: Recipient address rejected",
    original: str = "message/rfc822",
) -> bytes:
    """Return a report (RFC 3464) as Postfix sends it.

    Args:
        message_id: that of the mail that came back.
        action: what the server did.
        status: its enhanced code.
        said: what the last server said.
        original: how the mail that came back is enclosed.

    """
    return (
        textwrap.dedent(f"""\
        From: MAILER-DAEMON@mail.example (Mail Delivery System)
        To: portal@stadtwerke.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="X"

        --X
        Content-Type: text/plain; charset=us-ascii

        I'm sorry to have to inform you that your message could not be delivered.

        --X
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.example
        Arrival-Date: Sun, 22 Nov 2026 12:00:00 +0100 (CET)

        Final-Recipient: rfc822; m.bauer@beispiel.de
        Action: {action}
        Status: {status}
        Diagnostic-Code: {said}

        --X
        Content-Type: {original}

        Return-Path: <portal@stadtwerke.example>
        Message-ID: {message_id}
        Subject: Ihr Link: geheim

        --X--
        """)
    ).encode()
