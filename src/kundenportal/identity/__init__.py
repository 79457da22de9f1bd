"""Logins: users, passwords, one-time secrets, sessions and throttling."""
