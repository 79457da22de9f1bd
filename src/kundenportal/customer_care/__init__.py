"""What staff see of a customer and do for him: finding him, and all about him on one page."""
