"""One module per topic: it tells whether what was typed is well-formed."""
