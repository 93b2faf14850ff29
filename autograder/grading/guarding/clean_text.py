"""An answer as the model should read it; the raw answer stays what it is.

Follows Unicode's own lists: compatibility forms (UAX #15), invisible and private characters
(general categories Cf, Co, Cn), look-alikes in words of mixed script (UTS #39).
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field

from autograder.domain.grade import Span

LONGEST = 8000
"""Characters of an answer that are read; more than any exam answer, far less than an attack."""
LONGEST_TOKEN = 100
_SAME_IN_A_ROW = 6
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.I)
_WORD = re.compile(r"[^\W\d_]+")
_UNEVEN = re.compile(rf"^\s|\s$|\s\s|[^\S \n]|(.)\1{{{_SAME_IN_A_ROW}}}|[!-~]{{{LONGEST_TOKEN}}}")
_LABEL = re.compile(
    r"(?:[-*•–]\s+)?(?:(?:my )?(?:answer|ans|solution|response)\s*[:.)-]+\s+)?"
    r"(?:(?:i'?m )?sorry (?:for|about) [^.!\n]{3,40}[.!]\s+)?(?=.*\w)",
    re.I,
)
_NARROWEST, _MARGIN = 20, 12
_WRAP = re.compile(r"(?<=[^\s.!?:;}>\])])(?: )?\n(?=[\"'(]?[a-zäöüß][a-zäöüß' ]{2})")
_TERMINAL = re.compile(r"\S*[\x00\x07\x08\x1b]\S*")  # words with a terminal's control characters
_PLAIN = re.compile(r"[\t\n\r -%'-~]*")  # ASCII without control characters and entities
_LOOKALIKES = str.maketrans(
    "аАВсСԁеЕһНіІјЈкКМоОрРԛѕЅтТхХуУѵԝгпαΑΒεΕΗιΙκΚΜνΝοΟρΡτΤυΥΧΖ",
    "aABcCdeEhHiIjJkKMoOpPqsStTxXyYvwrnaABeEHiIkKMvNoOpPtTuYXZ",
)
_HARMLESS = {"\ufeff", "\u00ad", "\u200c", "\u200d", "\ufe0f", "\ufe0e", "\u2060", "\u200b"}
_ALWAYS_SUSPECT = ("\u202d", "\u202e")
_FILLERS = {"\u3164": " ", "\u115f": " ", "\u1160": " ", "\uffa0": " ", "\u2800": " "}


@dataclass(frozen=True, slots=True)
class CleanText:
    """``text`` for the model; ``origins[i]`` is where its i-th character stood in the raw answer.

    ``hidden`` holds what invisible characters spelled out; ``oddities`` say in words what was
    found and changed; ``cut`` is whether the answer was longer than what is read.
    """

    text: str
    origins: tuple[Span, ...]
    hidden: str = ""
    oddities: tuple[str, ...] = ()
    cut: bool = False

    def raw_span(self, span: Span) -> Span:
        """The span of the raw answer that ``span`` of the clean text came from."""
        inside = self.origins[span[0] : span[1]]
        return (inside[0][0], inside[-1][1]) if inside else (0, 0)


@dataclass(slots=True)
class _Draft:
    characters: list[tuple[str, Span]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    invisible: int = 0
    overrides: bool = False


def clean(raw: str) -> CleanText:
    """Normalises an answer: what a reader wouldn't see or tell apart makes no difference."""
    draft = _Draft()
    read = _without_terminal_words(draft, raw[: 4 * LONGEST])
    if _PLAIN.fullmatch(read):
        draft.characters = [(character, (at, at + 1)) for at, character in enumerate(read)]
    else:
        for start, end in _clusters(read):
            _take(draft, read[start:end], (start, end))
    oddities = _hidden_oddities(draft)
    text = "".join(character for character, _ in draft.characters)
    latin = _as_latin(text)
    if _mixed_words(text) > 1:
        oddities.append("letters of another alphabet that look like Latin ones")
    pairs = list(zip(latin, (origin for _, origin in draft.characters), strict=True))
    kept = _unlabelled(_unwrapped(_squeezed(pairs)))
    return CleanText(
        text="".join(character for character, _ in kept[:LONGEST]),
        origins=tuple(origin for _, origin in kept[:LONGEST]),
        hidden="".join(draft.hidden),
        oddities=tuple(oddities),
        cut=len(kept) > LONGEST or len(raw) > 4 * LONGEST,
    )


def _clusters(raw: str) -> list[Span]:
    """Entities and base characters with their combining marks."""
    entities = {match.start(): match.end() for match in _ENTITY.finditer(raw)}
    found: list[Span] = []
    start = 0
    while start < len(raw):
        end = entities.get(start, start + 1)
        while end < len(raw) and unicodedata.combining(raw[end]):
            end += 1
        found.append((start, end))
        start = end
    return found


def _take(draft: _Draft, cluster: str, origin: Span) -> None:
    if cluster.startswith("&") and len(cluster) > 1:
        cluster = html.unescape(cluster)
    for character in _readable(draft, cluster):
        draft.characters.append((character, origin))


def _readable(draft: _Draft, cluster: str) -> str:
    shown = "".join(character for character in cluster if not _invisible(draft, character))
    plain = unicodedata.normalize("NFKC", shown)
    marks = [c for c in unicodedata.normalize("NFD", plain) if "\u0300" <= c <= "\u036f"]
    if len(marks) > 2:
        bare = unicodedata.normalize("NFD", plain)
        plain = "".join(c for c in bare if not unicodedata.combining(c))
    return "".join(_letter_of_flag(character) for character in plain)


def _letter_of_flag(character: str) -> str:
    """Regional indicators, two of which make a flag, can spell words."""
    if 0x1F1E6 <= ord(character) <= 0x1F1FF:
        return chr(ord("A") + ord(character) - 0x1F1E6)
    return _FILLERS.get(character, character)


def _invisible(draft: _Draft, character: str) -> bool:
    code = ord(character)
    if 0xE0000 <= code <= 0xE007F:  # tag characters: an invisible copy of ASCII
        draft.hidden.append(chr(code - 0xE0000) if code >= 0xE0020 else "")
    elif 0xE0100 <= code <= 0xE01EF:  # variation selectors, used to smuggle bytes
        draft.hidden.append(chr((code - 0xE0100 + 16) % 128))
    elif character in _ALWAYS_SUSPECT:
        draft.overrides = True
    elif character in _HARMLESS or unicodedata.category(character) in ("Cf", "Co", "Cn", "Cs"):
        shows = unicodedata.category(character) == "Co"  # a word processor's bullet, say
        draft.invisible += not shows and character not in ("\ufeff", "\ufe0f", "\ufe0e")
    elif unicodedata.category(character) == "Cc" and character not in "\n\r\t\x0b\x0c\x85":
        draft.invisible += 3 * character.isascii()  # the others come of broken encodings
    else:
        return False
    return True


def _without_terminal_words(draft: _Draft, raw: str) -> str:
    """Blanks in place of a few words that no keyboard writes; many are a broken encoding."""
    words = _TERMINAL.findall(raw)
    if not words or 3 * len(words) > len(raw.split()):
        return raw
    draft.invisible += 3 * len(words)
    return _TERMINAL.sub(lambda word: " " * len(word.group()), raw)


def _hidden_oddities(draft: _Draft) -> list[str]:
    oddities = []
    if draft.hidden or draft.invisible > 2:
        oddities.append("characters that can't be seen")
    if draft.overrides:
        oddities.append("a mark that turns the direction of the writing around")
    return oddities


def _scripts(word: str) -> set[str]:
    return {unicodedata.name(letter, "?").split(" ", 1)[0] for letter in word}


def _mixed_words(text: str) -> int:
    words = (_scripts(word) for word in _WORD.findall(text) if not word.isascii())
    return sum("LATIN" in scripts and "CYRILLIC" in scripts for scripts in words)


def _as_latin(text: str) -> str:
    """Look-alikes become Latin in words that mix scripts, or that stand among Latin words."""
    if text.isascii():
        return text
    latin = sum("LATIN" in _scripts(word) for word in _WORD.findall(text))
    other = len(_WORD.findall(text)) - latin

    def mapped(match: re.Match[str]) -> str:
        word = match.group()
        changed = word.translate(_LOOKALIKES)
        whole = latin > other and changed.isascii()
        return changed if "LATIN" in _scripts(word) or whole else word

    return _WORD.sub(mapped, text)


def _squeezed(pairs: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """Runs of blanks become one, endless runs of a character and endless words are cut."""
    if not _UNEVEN.search("".join(character for character, _ in pairs)):
        return pairs
    kept: list[tuple[str, Span]] = []
    run = length = 0
    for character, origin in pairs:
        blank = character.isspace()
        shown = (
            ("\n" if character in "\n\r\x0b\x0c\x85\u2028\u2029" else " ") if blank else character
        )
        if blank and kept and kept[-1][0].isspace():
            if shown == "\n":
                kept[-1] = ("\n", kept[-1][1])
            continue
        run = run + 1 if kept and kept[-1][0] == shown else 1
        length = 0 if blank or not shown.isascii() else length + 1
        if run <= _SAME_IN_A_ROW and length <= LONGEST_TOKEN:
            kept.append((shown, origin))
    while kept and kept[-1][0].isspace():
        kept.pop()
    return kept[1:] if kept and kept[0][0].isspace() else kept


def _unwrapped(pairs: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """Lines that were only wrapped at the margin become one: a break there ends no sentence."""
    text = "".join(character for character, _ in pairs)
    for found in _WRAP.finditer(text):
        before = text.rfind("\n", 0, found.start()) + 1
        after = text.find("\n", found.end())
        following = (len(text) if after < 0 else after) - found.end()
        width = found.start() - before
        if width >= _NARROWEST and following <= width + _MARGIN:
            pairs[found.start()] = (" ", pairs[found.start()][1])
    return pairs


def _unlabelled(pairs: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """Without "Answer:", a lone bullet or an excuse for the handwriting at the very start."""
    label = _LABEL.match("".join(character for character, _ in pairs[:80]))
    return pairs[label.end() :] if label else pairs
