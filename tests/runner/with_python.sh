#!/bin/sh
# Runs a test that is written in Python; skipped (77) if Python is missing.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
exec python3 "$@"
