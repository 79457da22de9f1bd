"""Who works here: accesses to the back office, the links that set them up, and signing in."""
