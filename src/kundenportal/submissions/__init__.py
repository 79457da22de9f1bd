"""The one spine of everything a customer sends, and the batches it leaves in."""
