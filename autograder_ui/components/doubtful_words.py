"""The word that is looked at: from one doubtful word to the next, what else it may be."""

from __future__ import annotations

from typing import Any

import gradio as gr

MARKUP = """<section class="doubtful-words" aria-label="Doubtful words">
<button type="button" data-word="previous" aria-label="Previous doubtful word">‹</button>
<button type="button" data-word="next">Next doubtful word <kbd>N</kbd></button>
<p role="status"></p>
<button type="button" data-word="other" hidden></button>
<button type="button" data-word="edit" hidden>Correct <kbd>E</kbd></button>
<button type="button" data-word="compare" aria-pressed="false">Compare <kbd>D</kbd></button>
</section>"""


class DoubtfulWords(gr.HTML):
    """Goes through the words in doubt of the answers on the page.

    Its behaviour is in ``static/doubtful_words.js``; all happens in the browser.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            MARKUP,
            js_on_load="AutoGrader.doubtfulWords(element);",
            apply_default_css=False,
            **options,
        )

    def get_block_name(self) -> str:
        """The browser knows it as plain HTML."""
        return "html"
