"""Reading campaigns: who is asked to read which meters, by mail or card, and who has done so (ux.md 1.8)."""
