"""Everything that is known about English."""
