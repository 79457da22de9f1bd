"""What staff change of ``utility.toml`` and of the texts, kept as versions; the files stay the base."""
