"""A file handed straight to the browser."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from uuid import uuid4

from autograder_ui.components.markup import Markup

SAVE_FILE = """
watch('value', () => {
    if (!props.value) return;
    const file = JSON.parse(props.value);
    const bytes = Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], {type: file.type}));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    props.value = '';
});
"""


class Download(Markup):
    """Saves the file that it is given. Marks of students never lie in a folder that is served."""

    def __init__(self) -> None:
        super().__init__(html_template="", js_on_load=SAVE_FILE, elem_classes="unseen")


def file(name: str, content: bytes, mime: str) -> str:
    """The value that makes a ``Download`` save ``content`` as ``name``, each time anew."""
    encoded = b64encode(content).decode("ascii")
    return json.dumps({"id": uuid4().hex, "name": name, "type": mime, "content": encoded})


def file_name(title: str) -> str:
    """A title as a file's name on any system."""
    return re.sub(r"[^\w.-]+", "-", title).strip("-.")[:80] or "exam"
