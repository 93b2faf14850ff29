from collections.abc import Callable

from autograder_ui.theme import MOUNT_OPTIONS, THEME


def test_nothing_is_recorded_shared_or_told() -> None:
    off = ("run_history", "show_error", "ssr_mode", "mcp_server", "enable_monitoring")
    assert [MOUNT_OPTIONS[name] for name in off] == [False] * len(off)
    assert MOUNT_OPTIONS["footer_links"] == []
    assert MOUNT_OPTIONS["allowed_paths"] == []


def test_no_font_style_or_script_comes_from_elsewhere() -> None:
    css = "".join(path.read_text("utf-8") for path in MOUNT_OPTIONS["css_paths"])
    theme_css: Callable[[], str] = THEME._get_theme_css
    for text in (css, MOUNT_OPTIONS["head"], theme_css()):
        assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")  # a name, no address
        assert "https://" not in text
