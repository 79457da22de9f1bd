"""Deliveries and answers of the billing system, on their way into the portal."""
