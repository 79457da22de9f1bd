"""Settings, addresses, health, jobs and the command line: what ties the packages together."""
