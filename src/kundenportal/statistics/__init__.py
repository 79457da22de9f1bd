"""What the portal counts: figures of each day, without anybody in them."""
