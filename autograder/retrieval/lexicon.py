"""Which texts share a query's words, and how telling those words are (BM25)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

K1, B = 1.2, 0.75  # Robertson and Zaragoza 2009, The Probabilistic Relevance Framework, section 3.2
WORD = re.compile(r"[a-z0-9]+(?:[_+#'][a-z0-9]+)*")
LITTLE = frozenset(
    re.findall(
        r"\S+",
        """a about all also an and any are as at be because been between but by can could define do
        does for from give had has have how i if in into is it its let many may me might must my no
        not of on one or our out own s shall should so some such than that the their then there
        these they this those to was we were what when where which while who whom why will with
        would you your""",
    )
)
"""English words that mean little by themselves."""
# Words of asking, which say nothing of what is asked for, and more of the commonest words.
COMMON = LITTLE | frozenset(
    re.findall(
        r"\S+",
        """describe did discuss each else example explain following it's like more most name only
        other over state them two up us use used using whose""",
    )
)


def terms(text: str) -> list[str]:
    """The text's telling words, reduced to their stems (Snowball's English stemmer)."""
    import Stemmer

    words = [word for word in WORD.findall(text.lower()) if word not in COMMON]
    stems: list[str] = Stemmer.Stemmer("english").stemWords(words)
    return stems


class Lexicon:
    """BM25 weights of the terms of n texts, stored term by term.

    ``vocabulary`` names the terms; term i occurs in ``texts[starts[i]:starts[i + 1]]`` with the
    ``weights`` beside them.
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        starts: np.ndarray,
        texts: np.ndarray,
        weights: np.ndarray,
        size: int,
    ) -> None:
        self.vocabulary, self.starts, self.texts = vocabulary, starts, texts
        self.weights, self.size = weights, size
        self._number = {term: number for number, term in enumerate(vocabulary)}

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Lexicon:
        """Weighs the terms of ``texts``."""
        lengths = np.array([len(text) for text in texts], dtype=np.float32)
        rows: list[int] = []
        columns: list[int] = []
        counts: list[int] = []
        number: dict[str, int] = {}
        for place, text in enumerate(texts):
            for term, times in Counter(text).items():
                rows.append(place)
                columns.append(number.setdefault(term, len(number)))
                counts.append(times)
        order = np.argsort(columns, kind="stable")
        row = np.array(rows, np.int32)[order]
        column = np.array(columns, np.int32)[order]
        count = np.array(counts, np.float32)[order]
        frequency = np.bincount(column, minlength=len(number))
        rarity = np.log1p((len(texts) - frequency + 0.5) / (frequency + 0.5))
        length = K1 * (1 - B + B * lengths[row] / max(1.0, float(lengths.mean())))
        weights = (rarity[column] * count / (count + length)).astype(np.float32)
        starts = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int32)
        return cls(list(number), starts, row, weights, len(texts))

    def scores(self, query: Sequence[str]) -> np.ndarray:
        """How well each text matches: (n,), 0 to nearly 1, which is all terms many times over."""
        found, possible = np.zeros(self.size, np.float32), 0.0
        unseen = float(np.log1p(2 * self.size + 1))
        for term in dict.fromkeys(query):
            number = self._number.get(term)
            if number is None:
                possible += unseen
                continue
            here = slice(self.starts[number], self.starts[number + 1])
            found[self.texts[here]] += self.weights[here]
            frequency = here.stop - here.start
            possible += float(np.log1p((self.size - frequency + 0.5) / (frequency + 0.5)))
        return found / max(possible, 1e-9)
