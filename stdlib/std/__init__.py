"""Types and ops that interfaces share."""
