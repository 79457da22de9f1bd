"""Meters, registers and readings; the rule that assesses a reading."""
