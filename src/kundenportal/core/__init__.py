"""Plain Python that every package may use: numbers, dates, names, references. No Django."""
