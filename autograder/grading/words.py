"""The words of a text that carry its meaning, brought to their stems."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

_TOKEN = re.compile(r"[^\W_]+(?:['’][a-z]+)?|[\u4e00-\u9fff\u3040-\u30ff]", re.I)
_IDEOGRAPH = re.compile(r"([\u4e00-\u9fff\u3040-\u30ff])")
_FUNCTION_WORDS = """
    a about above after again all also although am an and any are as at be because been before
    being below between both but by can could did do does doing done down during each either else
    even ever every few for from further get gets given gives had has have having he her here hers
    him his how however i if in into is isn't it its it's itself just know like made make makes many
    may me might more most much must my neither no nor not now of off on once one only or other our
    out over own same shall she should since so some such than that that's the their them then there
    therefore these they this those through thus to too under until up upon us use used very was we
    well were what when where whether which while who whom whose why will with within without would
    yes you your yours
    """
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
_NEGATIONS = """
    no not never none neither nor cannot can't don't doesn't didn't isn't aren't wasn't weren't
    won't wouldn't without nothing false wrong incorrect
    """
NEGATIONS = frozenset(_NEGATIONS.split())
_stemmer = Stemmer.Stemmer("english")


def tokens(text: str) -> list[str]:
    """Lower-case words, numbers, and single ideographs."""
    return _TOKEN.findall(_IDEOGRAPH.sub(r" \1 ", text.replace("’", "'").lower()))


def stems(text: str) -> list[str]:
    """Stems of the content words, in order."""
    return [stem(word) for word in tokens(text) if word not in FUNCTION_WORDS]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Porter's stem (Snowball's English)."""
    return str(_stemmer.stemWord(word))
