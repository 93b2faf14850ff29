"""The steps that make a page straight: each finds one thing and is measured by itself."""
