"""What staff do with submissions: the inbox, decisions, notes, four eyes (Vorgangsbearbeitung)."""
