"""One file for each shape of answer that is more than a span."""
