"""The outbox: mails are rows of the caller's transaction and leave through run_jobs."""
