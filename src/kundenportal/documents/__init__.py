"""Documents the utility or a topic files for a customer: bills, contracts, notices, mandates."""
