"""What is to be expected of a ZIP from elsewhere."""

from __future__ import annotations

import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile

PACKED = (ZIP_STORED, ZIP_DEFLATED)
"""Other ways unpack to gigabytes from next to nothing, and fail in errors of their own."""
BROKEN = (BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, zlib.error)
"""What ``zipfile`` raises where an archive is damaged, locked or written in a way that it doesn't
know."""
