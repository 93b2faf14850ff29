"""The tiny language model of the grading tests."""

from __future__ import annotations

from tests.grading.conftest import tiny_adapter, tiny_base

__all__ = ["tiny_adapter", "tiny_base"]
