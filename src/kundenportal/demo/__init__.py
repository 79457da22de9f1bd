"""The fictional utility of the demo command, built through the import and the services."""
