"""What a message asks: one question or several, its shape, and what it leaves to its conversation."""
