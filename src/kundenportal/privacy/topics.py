"""What is handed out to a person who asks for his data: every model, by topic (Art. 15 and 20 GDPR).

A model that is new to the portal gets a line in one of these functions, or in
``privacy.without_personal_data`` with the reason; ``tests/architecture/test_personal_data.py`` fails until it
has. Passwords, keys, tokens and hashes of them are left out: they protect the person, and tell nothing of
him. An IBAN is handed out in full, as the only place in the portal that does.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from cryptography.exceptions import InvalidTag
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.addresses.models import AddressChange, BillingAddress
from kundenportal.advance_payments.models import AdvancePayment, AdvancePaymentChange, WantedAmount
from kundenportal.audit.models import AuditEntry
from kundenportal.banking.models import BankAccount, BankDetailsChange, MandateProof, WantedAccount
from kundenportal.banking.sealing import SealedRow, open_iban
from kundenportal.campaigns.models import Invitation, InvitationLink, InvitedMeter
from kundenportal.casework.models import Note
from kundenportal.cellar.models import PreparedDevice, WaitingReadings
from kundenportal.contact.models import Attachment, ContactMessage, ContactSubmission, ContactThread
from kundenportal.customers.models import Customer, Premise
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.feedback.models import BarrierReport
from kundenportal.identity.models import (
    AuthenticatorApp,
    EmailChange,
    Passkey,
    RecoveryCode,
    SecurityEvent,
    SignedInDevice,
    User,
)
from kundenportal.linking.models import (
    AccountLink,
    ActivationLetter,
    DeletionNotice,
    LinkRequest,
    LoginMerge,
    Registration,
    Viewing,
)
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import (
    Meter,
    MeterReading,
    PublicReport,
    ReadingLink,
    ReadingPhoto,
    ReadingSubmission,
    Register,
    ReportedValue,
    SubmittedReading,
)
from kundenportal.privacy.models import Consent, DataExport, MailOptOut
from kundenportal.privacy.records import Records
from kundenportal.privacy.subjects import Subject
from kundenportal.submissions.models import Submission, SubmissionQuestion

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Topic:
    """One file of a data export.

    Attributes:
        name: the file's name, without its ending.
        title: what it holds.
        records: returns the rows of a person.

    """

    name: str
    title: str | Promise
    records: Callable[[Subject], list[Records]]

    @property
    def file_name(self) -> str:
        """The file's name."""
        return f"{self.name}.json"


def _login(subject: Subject) -> list[Records]:
    user = subject.user
    return [
        Records(User.objects.filter(pk=user.pk), without=["password", "device_epoch"]),
        Records(Passkey.objects.filter(user=user), without=["credential_id", "credential", "sign_count"]),
        Records(AuthenticatorApp.objects.filter(user=user), without=["sealed_key", "last_step"]),
        Records(RecoveryCode.objects.filter(user=user), without=["mark", "digest"]),
        Records(SignedInDevice.objects.filter(user=user), without=["session_id"]),
        Records(PreparedDevice.objects.filter(user=user), without=["secret_id"]),
        Records(WaitingReadings.objects.filter(user=user)),
        Records(EmailChange.objects.filter(user=user)),
        Records(SecurityEvent.objects.filter(user=user)),
    ]


def _accounts(subject: Subject) -> list[Records]:
    user, customers = subject.user, subject.customers
    numbers = [customer.customer_number for customer in customers]
    registrations = Q(user=user) | Q(customer_number__in=numbers, email__in=subject.addresses)
    return [
        Records(AccountLink.objects.filter(user=user)),
        Records(LoginMerge.objects.filter(Q(kept=user) | Q(absorbed=user))),
        Records(LinkRequest.objects.filter(user=user)),
        Records(DeletionNotice.objects.filter(user=user)),
        Records(Registration.objects.filter(registrations), without=["secret_id", "start_password"]),
        Records(ActivationLetter.objects.filter(customer__in=customers), without=["secret_id"]),
    ]


def _master_data(subject: Subject) -> list[Records]:
    customers = subject.customers
    return [
        Records(
            Customer.objects.filter(pk__in=[customer.pk for customer in customers]), without=["search_words"]
        ),
        Records(BillingAddress.objects.filter(customer__in=customers)),
        Records(Premise.objects.filter(customer__in=customers), without=["search_words"]),
    ]


def _meters(subject: Subject) -> list[Records]:
    customers = subject.customers
    return [
        Records(Meter.objects.filter(premise__customer__in=customers), without=["number_key"]),
        Records(Register.objects.filter(meter__premise__customer__in=customers)),
        Records(MeterReading.objects.filter(register__meter__premise__customer__in=customers)),
    ]


def _payments(subject: Subject) -> list[Records]:
    return [
        Records(AdvancePayment.objects.filter(premise__customer__in=subject.customers)),
        Records(bank_accounts(subject), without=["iban_sealed"], opened={"iban": iban_of}),
    ]


def _submissions(subject: Subject) -> list[Records]:
    customers = subject.customers
    return [
        Records(Submission.objects.filter(customer__in=customers), without=["idempotency_key"]),
        Records(SubmissionQuestion.objects.filter(submission__customer__in=customers)),
        Records(Note.objects.filter(submission__customer__in=customers)),
        *_sent_readings(subject),
        *_readings_asked_for(subject),
        *_sent_changes(subject),
        Records(BarrierReport.objects.filter(email__in=subject.addresses), without=["key"]),
    ]


def _sent_readings(subject: Subject) -> list[Records]:
    customers = subject.customers
    return [
        Records(ReadingSubmission.objects.filter(submission__customer__in=customers)),
        Records(SubmittedReading.objects.filter(reading_submission__submission__customer__in=customers)),
        Records(
            ReadingPhoto.objects.filter(reading_submission__submission__customer__in=customers),
            without=["file_id"],
        ),
        # Anybody may have typed the address: what else he wrote of himself or others is not for this person.
        Records(
            PublicReport.objects.filter(email__in=subject.addresses),
            without=["number_key", "postal_code", "street", "name", "remark", "placement"],
        ),
        Records(ReportedValue.objects.filter(report__email__in=subject.addresses)),
    ]


def _readings_asked_for(subject: Subject) -> list[Records]:
    customers = subject.customers
    return [
        Records(ReadingLink.objects.filter(customer__in=customers), without=["secret_id"]),
        Records(Invitation.objects.filter(customer__in=customers), without=["mail_id"]),
        Records(InvitedMeter.objects.filter(invitation__customer__in=customers)),
        Records(InvitationLink.objects.filter(invitation__customer__in=customers)),
    ]


def _sent_changes(subject: Subject) -> list[Records]:
    customers = subject.customers
    numbers = [customer.customer_number for customer in customers]
    return [
        Records(AdvancePaymentChange.objects.filter(submission__customer__in=customers)),
        Records(WantedAmount.objects.filter(change__submission__customer__in=customers)),
        Records(AddressChange.objects.filter(submission__customer__in=customers)),
        Records(BankDetailsChange.objects.filter(submission__customer__in=customers)),
        Records(
            WantedAccount.objects.filter(customer__in=customers),
            without=["iban_sealed"],
            opened={"iban": iban_of},
        ),
        Records(
            MandateProof.objects.filter(customer_number__in=numbers),
            without=["iban_sealed"],
            opened={"iban": iban_of},
        ),
    ]


def _messages(subject: Subject) -> list[Records]:
    own = ContactThread.objects.filter(opened_by__customer__in=subject.customers)
    # Who of the staff answered is nobody's but the utility's.
    return [
        Records(own),
        Records(ContactMessage.objects.filter(thread__in=own), without=["written_by_id"]),
        Records(ContactSubmission.objects.filter(message__thread__in=own)),
        Records(Attachment.objects.filter(message__thread__in=own), without=["file_id"]),
    ]


def _documents(subject: Subject) -> list[Records]:
    # What was recalled may never have been his.
    documents = Document.objects.filter(customer__in=subject.customers, recalled_at=None)
    return [
        Records(documents, without=["search_text", "file_id"]),
        Records(DocumentAccess.objects.filter(Q(user=subject.user) | Q(document__in=documents))),
    ]


def _mails(subject: Subject) -> list[Records]:
    # A mailbox may be shared: what was written about somebody else's contract is not for this person.
    own = Q(customer_id=None) | Q(customer_id__in=[customer.pk for customer in subject.customers])
    for_machine = ["context", "attempts", "next_try_at", "last_error", "sent_digest"]
    return [
        Records(MailOptOut.objects.filter(user=subject.user)),
        Records(Consent.objects.filter(Q(user=subject.user) | Q(customer__in=subject.customers))),
        Records(OutgoingMail.objects.filter(own, recipient__in=subject.addresses), without=for_machine),
    ]


def _log(subject: Subject) -> list[Records]:
    user, customers = subject.user, subject.customers
    about = Q(customer_id__in=[customer.pk for customer in customers]) | Q(actor=f"user:{user.pk}")
    # When and why staff saw somebody's data is for him to know, which of them it was is not: ECJ C-579/21.
    return [
        Records(AuditEntry.objects.filter(about), without=["mark", "number", "seal"]),
        Records(Viewing.objects.filter(user=user), without=["viewed_by_id"]),
        Records(DataExport.objects.filter(user=user), without=["file_id", "next_try_at"]),
    ]


TOPICS = (
    Topic("zugang", _("Ihr Online-Zugang"), _login),
    Topic("kundenkonten", _("Registrierung und verknüpfte Kundenkonten"), _accounts),
    Topic("stammdaten", _("Name, Anschriften und Verbrauchsstellen"), _master_data),
    Topic("zaehler", _("Zähler und Zählerstände"), _meters),
    Topic("zahlungen", _("Abschläge und Bankverbindungen"), _payments),
    Topic("vorgaenge", _("Was Sie uns gesendet haben"), _submissions),
    Topic("nachrichten", _("Ihre Nachrichten und unsere Antworten"), _messages),
    Topic("dokumente", _("Liste Ihrer Dokumente"), _documents),
    Topic("e-mails", _("E-Mails an Sie und Ihre Einwilligungen"), _mails),
    Topic("protokoll", _("Protokoll der Änderungen"), _log),
)
"""The files of a data export, in the order in which people care for them."""


def bank_accounts(subject: Subject) -> QuerySet[BankAccount]:
    """Return the bank accounts of a person's customers."""
    return BankAccount.objects.filter(customer__in=subject.customers).select_related("customer", "premise")


def iban_of(row: SealedRow) -> str:
    """Return an IBAN in full; masked when it was sealed with a key that is lost, empty when there is none."""
    if row.iban_sealed is None:
        return ""
    try:
        return open_iban(row)
    except (InvalidTag, ValueError):
        log.exception("iban.unreadable", row=row.pk)
        return str(row)
