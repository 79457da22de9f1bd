"""Kundenportal: the self-hosted customer portal for municipal utilities."""
