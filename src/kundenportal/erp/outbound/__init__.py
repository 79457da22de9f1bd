"""Submissions on their way to the billing system."""
