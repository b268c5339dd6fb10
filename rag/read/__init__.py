"""Question and passages to candidate spans: the readers, their spans, and the calibration that belongs to them."""
