"""Messages of customers to their utility, and its answers."""
