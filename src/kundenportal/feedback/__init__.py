"""What people tell of the portal itself: barriers they met."""
