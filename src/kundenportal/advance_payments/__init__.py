"""Advance payments per premise and division."""
