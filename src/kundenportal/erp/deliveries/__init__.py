"""Deliveries on their way in: uploaded or found in the inbox, checked, released, imported, filed away."""
