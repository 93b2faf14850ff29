"""What a PDF says stands on its page, compared with what was read there."""

from __future__ import annotations

from rapidfuzz import fuzz

from autograder.domain.script import Reading

HIDDEN = "\f"
"""In a text layer, parts what stands over ink (before it) from what nothing can be seen of."""
WORDS = 8
"""So many words in a row are looked for in the reading at once."""
APART = 28.0
"""By how many points of likeness (0-100) a row of words falls behind the page's usual one.

Layers that Tesseract made of the scans of the shared data, as copiers do, fall behind by up to 26,
sentences that aren't on the page by 30 and more where the layer is any good."""
WHOLE = 0.75
"""The least share of whole words in a row; a copier's made-up row has fewer."""
PUNCTUATION = ".,;:!?\"'“”‘’()"
LONGEST_QUOTE = 90


def differs(layer: str, reading: Reading) -> str:
    """A sentence for the teacher where the layer says what can't be seen; empty where it doesn't.

    A copier's own attempt at reading the page is not a difference, however poor it is.
    """
    seen, _, hidden = layer.partition(HIDDEN)
    words = hidden.split()
    if not _is_text(words):
        words = _foreign(seen.split(), " ".join(reading.text.lower().split()))
    if not words:
        return ""
    quote = " ".join(words)
    if len(quote) > LONGEST_QUOTE:
        quote = quote[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " ..."
    return (
        f"The PDF says “{quote}”, which can't be seen on the page. Only what can be seen is graded."
    )


def _is_text(words: list[str]) -> bool:
    """Two words or more, so that a stray page number or a speck isn't one."""
    return sum(any(char.isalpha() for char in word) for word in words) >= 2


def _foreign(words: list[str], read: str) -> list[str]:
    """The row of words that is least like anything that was read, where it falls far behind."""
    rows = [words[at : at + WORDS] for at in range(max(1, len(words) - WORDS + 1))]
    likeness = [fuzz.partial_ratio(" ".join(row).lower(), read) for row in rows]
    usual = sorted(likeness)[len(likeness) // 2]
    written = [at for at, row in enumerate(rows) if _is_text(row) and _is_written(row)]
    least = min(written, key=likeness.__getitem__, default=None)
    return [] if least is None or likeness[least] >= usual - APART else rows[least]


def _is_written(words: list[str]) -> bool:
    """Mostly whole words: what a copier makes of handwriting is full of signs and odd capitals."""
    bare = [word.strip(PUNCTUATION) for word in words if any(char.isalpha() for char in word)]
    whole = [word for word in bare if word.isalpha() and word in (word.lower(), word.title())]
    return len(whole) >= WHOLE * len(bare)
