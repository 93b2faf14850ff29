"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

PICTURES = ("jpeg", "png", "webp", "tiff", "heif")
SCANNED = ("pdf", "tiff")
"""What scanners make; the other kinds may be photos."""

_STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""Brands of ISO/IEC 23008-12 files; iPhones write the first."""
_EXPORT = "export it as PDF, or take a photo of it, and add that."
_SAVE = "save it as .docx or .odt, or export it as PDF, and add that."
_REFUSALS = (
    (b"MZ", "it is a Windows program, not a scan. Don't open it; ask who sent it."),
    (b"\x7fELF", "it is a Linux program, not a scan. Don't open it; ask who sent it."),
    (b"\xcf\xfa\xed\xfe", "it is a Mac program, not a scan. Don't open it; ask who sent it."),
    (b"#!", "it is a script, not a scan. Don't open it; ask who sent it."),
    (b"\xd0\xcf\x11\xe0", f"it is an Office document of an old kind; {_SAVE}"),
    (b"{\\rtf", f"it is a rich text document; {_SAVE}"),
    (b"GIF8", f"GIF pictures can't be read; {_EXPORT}"),
    (b"BM", f"BMP pictures can't be read; {_EXPORT}"),
    (b"Rar!", "it is a RAR archive; unpack it and add the scans, or pack them as ZIP."),
    (b"7z\xbc\xaf", "it is a 7z archive; unpack it and add the scans, or pack them as ZIP."),
)


def kind_of(start: bytes) -> str:
    """``pdf``, one of ``PICTURES``, ``zip``, or an empty text; ``start``: the first 1024 bytes."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "webp"
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC:
        return "heif"
    found = next((kind for magic, kind in _STARTS if start.startswith(magic)), "")
    # ISO 32000-1 annex H: readers accept the header anywhere in the first 1024 bytes.
    return found or ("pdf" if b"%PDF-" in start else "")


def refusal(start: bytes) -> str:
    """Why a file of another kind can't be used, and what to do."""
    if kind_of(start) == "zip":
        return f"it is a ZIP or an Office document; {_SAVE}"
    reason = next((why for magic, why in _REFUSALS if start.startswith(magic)), "")
    return reason or (
        "it is not a scan; add PDF, JPEG, PNG, WebP, HEIC or TIFF files, typed text or code, "
        "or a ZIP of those."
    )
