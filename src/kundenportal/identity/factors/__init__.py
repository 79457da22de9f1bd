"""Second factors: passkeys, an authenticator app, recovery codes (ADR 5)."""
