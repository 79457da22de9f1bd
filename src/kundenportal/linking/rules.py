"""When is a registration proven? Plain values in, verdict out; no clock, no database."""
