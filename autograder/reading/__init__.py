"""Scans become answers."""
