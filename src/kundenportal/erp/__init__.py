"""The billing system's side: deliveries in, batches out, results back."""
