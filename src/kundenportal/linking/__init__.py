"""Who may see which customer: grants, registration and its proofs."""
