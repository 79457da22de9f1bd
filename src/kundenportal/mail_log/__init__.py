"""What became of the mails that left: finding them, reading and repeating them, and those that came back."""
