"""Questions find their textbook page."""
