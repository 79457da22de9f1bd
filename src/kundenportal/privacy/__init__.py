"""What people decide about their own data: which mails they get, what they agree to, what they take along."""
