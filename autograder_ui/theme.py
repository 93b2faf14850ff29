"""How the teacher's window looks: one accent colour, system fonts, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.themes.utils import colors, sizes

STATIC = Path(__file__).parent / "static"

ACCENT = colors.Color(
    name="ink",
    c50="#eef7f5",
    c100="#d5ece7",
    c200="#aedad1",
    c300="#7cc1b5",
    c400="#46a294",
    c500="#1f8577",
    c600="#0f6b60",
    c700="#0d564d",
    c800="#0d453f",
    c900="#0c3934",
    c950="#06211e",
)
SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Arial", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

THEME = gr.themes.Base(
    primary_hue=ACCENT,
    secondary_hue=ACCENT,
    neutral_hue=colors.stone,
    spacing_size=sizes.spacing_md,
    radius_size=sizes.radius_md,
    text_size=sizes.text_md,
    font=SANS,
    font_mono=MONO,
).set(
    body_background_fill="*neutral_50",
    body_background_fill_dark="*neutral_950",
    background_fill_primary="white",
    background_fill_primary_dark="*neutral_900",
    block_background_fill="transparent",
    block_background_fill_dark="transparent",
    block_border_width="0px",
    block_border_width_dark="0px",
    block_shadow="none",
    block_padding="0px",
    block_label_background_fill="transparent",
    block_label_background_fill_dark="transparent",
    block_title_text_weight="500",
    block_title_text_color="*neutral_600",
    block_title_text_color_dark="*neutral_300",
    block_info_text_color="*neutral_600",
    block_info_text_color_dark="*neutral_400",
    input_background_fill="white",
    input_background_fill_dark="*neutral_800",
    input_border_width="1px",
    input_border_color="*neutral_300",
    input_border_color_dark="*neutral_600",
    input_border_color_focus="*primary_600",
    input_border_color_focus_dark="*primary_400",
    input_shadow="none",
    button_primary_background_fill="*primary_600",
    button_primary_background_fill_hover="*primary_700",
    button_primary_background_fill_dark="*primary_600",
    button_primary_background_fill_hover_dark="*primary_700",
    button_primary_text_color="white",
    button_secondary_background_fill="white",
    button_secondary_background_fill_dark="*neutral_800",
    button_secondary_border_color="*neutral_300",
    button_secondary_border_color_dark="*neutral_600",
    button_border_width="1px",
    button_primary_shadow="none",
    button_secondary_shadow="none",
)

COLOUR_SCHEME = '<meta name="color-scheme" content="light dark">'


def mount_options() -> dict[str, Any]:
    """What ``gr.mount_gradio_app`` needs beside the app, its blocks and its path.

    Nothing leaves the machine and nothing of a student stays in the browser: no run history, no
    footer with the API, no remote font, no error details, no server-side rendering, no monitor.
    """
    scripts = [f"<script>{path.read_text('utf-8')}</script>" for path in _static("js")]
    return {
        "theme": THEME,
        "css_paths": _static("css"),
        "head": "".join([COLOUR_SCHEME, *scripts]),
        "footer_links": [],
        "run_history": False,
        "show_error": False,
        "ssr_mode": False,
        "mcp_server": False,
        "enable_monitoring": False,
        "allowed_paths": [],
        "max_file_size": "2gb",  # a class as one ZIP; each scan has its own, smaller limit
        "app_kwargs": {"docs_url": None, "redoc_url": None, "openapi_url": None},
    }


def _static(kind: str) -> list[Path]:
    return sorted(STATIC.glob(f"*.{kind}"))


MOUNT_OPTIONS: dict[str, Any] = mount_options()
