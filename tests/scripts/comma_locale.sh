#!/usr/bin/env bash
# comma_locale.sh COMMAND...: runs the command in a locale that writes one and a half as 1,5. It is
# made in a folder that is removed again. Skipped (77) where it is not available.
set -u
folder=$(mktemp -d) || exit 2
trap 'rm -rf -- "$folder"' EXIT

# True also for a locale of the system. This runs the program, since bash ignores LOCPATH.
has_comma() { [[ $(LC_ALL=C env LC_ALL=de_DE.UTF-8 printf %.1f 1 2>/dev/null) == 1,0 ]]; }

if command -v localedef >/dev/null; then
  # 1: it was made, with warnings
  localedef -i de_DE -f UTF-8 "$folder/de_DE.UTF-8" 2>/dev/null
  export LOCPATH=$folder
fi
has_comma || unset LOCPATH
has_comma || {
  echo "skipped: no locale with a decimal comma (Debian's package locales)"
  exit 77
}
env LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$@"
