"""A question in its conversation to a question that stands alone."""
