"""Bank accounts with their SEPA mandates, encrypted at rest."""
