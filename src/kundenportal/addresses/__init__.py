"""Billing addresses."""
