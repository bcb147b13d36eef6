#!/bin/sh
# browser.sh DEMO MODULES: the page in headless Chromium, or 77 with the reason why it is skipped.
set -u
command -v node >/dev/null || {
  echo "skipped: no node (JavaScript outside a browser)"
  exit 77
}
for browser in chromium chromium-browser google-chrome; do
  path=$(command -v "$browser") && break
done
exec node "$(dirname -- "$0")/check.mjs" "$1" "$2" "${path:-}"
