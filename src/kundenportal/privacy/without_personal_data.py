"""The models that a data export leaves out: they tell of nobody who could ask for it (Art. 15 GDPR)."""

from collections.abc import Mapping

WITHOUT_PERSONAL_DATA: Mapping[str, str] = {
    "audit.AuditChain": "how many entries of the log are sealed",
    "audit.TrailCheck": "which member of staff had the log checked, and what was found",
    "banking.ProofChain": "how many proofs of mandates there are",
    "campaigns.Campaign": "a call to read meters; whom it asked say its invitations",
    "campaigns.CardFile": "how many cards are in a file; what is in it say its invitations",
    "campaigns.CardOrder": "how many reading cards were made, and which member of staff wanted them",
    "casework.Presence": "which submission somebody who works here has in view now",
    "casework.Proposal": "who proposed a release; the log tells of it",
    "config.JobRunnerSeen": "tells which job runner lives",
    "documents.DocumentBatch": "what somebody who works here uploaded; its documents are told one by one",
    "customers.SearchWord": "made of names and addresses that are handed out with the master data",
    "documents.QuarantinedDocument": "waits because nobody can tell yet whose it is",
    "erp.Delivery": "counts and sums of a whole delivery, and who among staff decided about it",
    "erp.DeliveryFault": "what was wrong in a row that was not imported, so that nobody can tell whose it "
    "is; gone after 90 days",
    "erp.DeliveryPiece": "a part of a delivery that is not imported yet; sealed, and gone when it has ended",
    "erp.OutboxRun": "when batches were to be written, and whether they were",
    "files.StoredFile": "a random name and a checksum; what the file is for says the row that points to it",
    "identity.AttemptCounter": "keyed hashes that fade within a day and name nobody",
    "identity.FailureStreak": "keyed hashes that name nobody",
    "identity.KeptForm": "what was typed when a session ended; sealed, and gone within an hour",
    "identity.OneTimeSecret": "hashes of secrets, gone some weeks after their end; registrations, changes of "
    "address and the log tell what each was for",
    "identity.StaffMember": "people who work here; their logins hold no customer, and ask nobody for a copy",
    "identity.UsedChallenge": "hashes of answers of passkeys",
    "linking.PasswordResetRequest": "a queue: a row goes as soon as it is answered",
    "linking.SignInLinkRequest": "a queue: a row goes as soon as it is answered",
    "statistics.DailyCount": "how many there were of something on a day",
    "statistics.RollUp": "until which day that was counted",
    "submissions.ExportBatch": "counts and checksums of what left for the billing system",
    "submissions.Upload": "a file whose form is being filled; it is sent or gone within an hour",
    "utility_settings.LogoImage": "the utility's logo",
    "utility_settings.SettingsVersion": "what the utility says of itself, and which member of staff wrote it",
}
"""Models that are handed out to nobody, each with the reason."""
