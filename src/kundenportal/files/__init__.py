"""Files that only the portal hands out: stored under random names, outside of what a web server serves."""
