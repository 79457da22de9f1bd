"""One module per topic: a selector, a form, one service call."""
