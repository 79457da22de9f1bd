"""What can go wrong between the outbox and a mailbox."""


class ServerUnavailable(Exception):
    """The mail server cannot be reached, trusted or signed in to. No mail is at fault; all of them wait."""


class NoLongerNeeded(Exception):
    """What a mail was for is over: its kind's ``prepare`` says so, and the mail is not sent."""


class MailRefused(Exception):
    """The mail server did not take this one message.

    ``is_final`` tells a mailbox that will never take it from a refusal that may pass.
    """

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final
