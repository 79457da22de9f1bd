"""Commands around the settings of the utility."""
