"""How likely it is that what was written is read as something else: a noisy channel.

The model of Kernighan, Church and Gale ("A spelling correction program based on a noisy channel
model", COLING 1990), its rates and confusions counted on real handwriting by
``benchmarks/misreadings.py``.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

CHANNEL = Path(__file__).with_name("misreadings.json")
SYMBOLS = 37
"""Letters, digits and the blank: what one character may be taken for."""
SHAPES = ("aszx", "eoc", "nmu", "rvw", "dhkb", "tilf", "gpjyq", "0123456789")
"""Characters alike, the letters after H. Bouma, "Visual recognition of isolated lower-case
letters", Vision Research 11 (1971)."""
_ALIKE = {symbol: group.replace(symbol, "") for group in SHAPES for symbol in group}


@dataclass(frozen=True)
class Channel:
    """Shares (0-1) of characters that are misread, dropped, and added beside a written one."""

    misread: float
    dropped: float
    added: float
    hands: Sequence[float]
    """How many times these shares some hands have; each is as frequent as the others."""
    any: float
    """How many counts "any character" is worth beside a character's own confusions."""
    confusions: Mapping[str, int]
    """How often the first character of the key was read as the second."""

    def chance(self, written: str, read: str) -> float:
        """The probability that ``written`` is read as ``read``, summed over all alignments."""
        return sum(self._chance(written, read, hand) for hand in self.hands) / len(self.hands)

    def confusion(self, written: str, read: str) -> float:
        """The probability that a character that is misread is read as that one."""
        alike = _ALIKE.get(written, "")
        near = (read in alike) / len(alike) if alike else 1 / SYMBOLS
        own = self.confusions.get(written + read, 0) + self.any * (near + 1 / SYMBOLS) / 2
        return own / (self._counted[written] + self.any)

    def right(self, hand: float = 1.0) -> float:
        """The probability that a character is read as it was written."""
        return 1 - hand * (self.misread + self.dropped)

    def _chance(self, written: str, read: str, hand: float) -> float:
        added, dropped = hand * self.added / SYMBOLS, hand * self.dropped
        right, misread = self.right(hand), hand * self.misread
        row = [added**place for place in range(len(read) + 1)]
        for symbol in written:
            above, row = row, [row[0] * dropped]
            for place, seen in enumerate(read):
                same = right if seen == symbol else misread * self.confusion(symbol, seen)
                along = above[place] * same
                row.append(along + above[place + 1] * dropped + row[place] * added)
        return row[-1]

    @cached_property
    def _counted(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for pair, count in self.confusions.items():
            found[pair[0]] += count
        return found


@cache
def handwriting() -> Channel:
    """The channel as it was counted."""
    return Channel(**json.loads(CHANNEL.read_text("utf-8")))


def plain(text: str) -> str:
    """Letters and digits without case and accents, words apart: what a name is compared by."""
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).casefold().split())
