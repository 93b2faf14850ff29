#!/bin/sh
# Finds or installs a Chromium for the browser tests. Argument: the virtual environment's python.
set -eu
python=$1
found() {
    [ -n "${AUTOGRADER_CHROMIUM:-}" ] && [ -x "$AUTOGRADER_CHROMIUM" ] && return 0
    command -v chromium >/dev/null 2>&1 && return 0
    "$python" - <<'PY' 2>/dev/null
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
PY
}
found && exit 0
if command -v apt-get >/dev/null 2>&1; then
    run=""
    [ "$(id -u)" = 0 ] || run="sudo -n"
    if $run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq chromium; then
        found && exit 0
    fi >/dev/null 2>&1
fi
"$python" -m playwright install chromium >/dev/null 2>&1 && found && exit 0
echo "The browser tests need a Chromium: install your system's chromium package, or set AUTOGRADER_CHROMIUM to one." >&2
exit 1
