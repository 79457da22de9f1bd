"""The rule that assesses a meter reading: dataclasses in, verdict out; no clock, no database."""
