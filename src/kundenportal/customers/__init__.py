"""Customers and their premises: the portal's copy of the billing system's master data."""
