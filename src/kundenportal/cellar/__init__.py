"""Readings typed without reception: a browser keeps them and hands them in later (ux.md C5; ADR 19)."""
