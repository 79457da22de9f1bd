"""One module per screen: one selector, a form, one service call."""
