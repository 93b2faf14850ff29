"""Parts of an answer in another writing or language than the question and the rest of it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from autograder.grading.guarding.given import Given
from autograder.grading.guarding.remark import Remark
from autograder.grading.sentences import spans

_WORD = re.compile(r"[^\W\d_]+")
_SMALL_WORDS = {
    "en": "the is are of to and that it you this be with for not what will which have has an as by",
    "de": "der die das und ist nicht ein eine mit für auf wird sich den dem von zu bitte mir diese "
    "dieser deine alle gib volle ich sind werden im zum zur auch bei als oder wie man durch",
    "fr": "le les des est une et ne pas que qui pour cette dans du moi vous tous donne donnez au "
    "aux avec sur ce mettez il plaît tenez meilleure merci accorder maximum note",
    "es": "el los las una que por para esta este con del mi lo todos como favor se su al puntos "
    "respuesta ponme da gracias nota buena profe máxima",
    "it": "il gli una che per questa questo con del della mi tutti è le di al sono dammi ti "
    "voti voto grazie massimo",
    "pt": "os uma que para esta este com do da dos das não todos resposta à ao é seja dê",
    "nl": "het een van en dat niet voor met deze dit alle op aan je geef mij zijn wordt",
    "pl": "jest nie na że się do za tę dla proszę wszystkie mi oraz to przez punktów",
    "tr": "bu ve için bir tam lütfen ver olarak bana puan cevaba",
    "sv": "och att det är inte ett för med den här som på ge alla full poäng svar",
    "id": "yang dan ini untuk dengan tolong beri jawaban semua nilai tidak saya",
    "vi": "này cho hãy và là của trả lời câu điểm tối đa không một các được",
    "la": "et sed non ut ad sit amet est cum dolor lorem ipsum do tempor",
    "ro": "și este nu pentru acest această toate la vă rog dați un punctele",
    "cs": "je se na že pro tuto všechny mi prosím dej body odpověď není",
    "da": "og det er ikke til for den alle giv mig point svar dette som",
    "fi": "ja on ei tämä kaikki anna pisteet vastaus täydet tälle minulle",
    "hu": "az és nem ez egy kérem adj minden pontot válasz erre teljes",
}
_LANGUAGES = {name: frozenset(words.split()) for name, words in _SMALL_WORDS.items()}
MOST, MOST_SENTENCES = 0.25, 2
SHORT = 6
_REASON = "This part is in another language than the question."


def remarks(text: str, given: Given) -> list[Remark]:
    """Sentences in another language than what was given, where the rest of the answer is not."""
    if text.isascii() and not _may_be_foreign(text, _language(given.question)):
        return []
    home = _of(given)
    parts = spans(text)
    odd = [
        span
        for span in parts
        if not given.ties(text[slice(*span)]) and _is_foreign(text[slice(*span)], *home)
    ]
    share = sum(end - start for start, end in odd) / max(1, len(text.strip()))
    if len(odd) == len(parts) or (len(odd) > MOST_SENTENCES and share > MOST):
        return []  # who answers in another language has answered
    return [Remark("language", _REASON, span) for span in odd]


def _of(given: Given) -> tuple[str, str]:
    return _script(given.question + given.reference), _language(given.question + given.reference)


def _is_foreign(sentence: str, script: str, language: str) -> bool:
    own = _script(sentence)
    letters = sum(character.isalpha() for character in sentence)
    if own and script and own not in (script, "LATIN"):
        return letters >= (3 if own in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL") else 8)
    other = _language(sentence)
    return bool(other and language and other != language)


def _may_be_foreign(text: str, language: str) -> bool:
    words = set(_WORD.findall(text.lower()))
    return any(
        len(words & small) > 1 for name, small in _LANGUAGES.items() if name != (language or "en")
    )


@lru_cache(maxsize=512)
def _script(text: str) -> str:
    """The script of most letters; empty if there are none."""
    counts: dict[str, int] = {}
    for character in text[:2000]:
        if character.isalpha():
            name = "LATIN" if character.isascii() else unicodedata.name(character, "?").split()[0]
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else ""


@lru_cache(maxsize=512)
def _language(text: str) -> str:
    """The language with the most small words, where it has clearly more than any other."""
    words = _WORD.findall(text.lower())
    counts = sorted(
        ((sum(word in small for word in words), name) for name, small in _LANGUAGES.items()),
        reverse=True,
    )
    (most, name), (second, _) = counts[:2]
    if most >= 3 and most >= 2 * second and most >= 0.15 * len(words):
        return name
    home = any(word in _LANGUAGES["en"] for word in words)
    return name if most == 2 and not second and not home and len(words) <= SHORT else ""
