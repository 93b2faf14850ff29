"""What pages share, and the larger parts of a page."""
