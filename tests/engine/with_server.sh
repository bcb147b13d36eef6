#!/bin/sh
# with_server.sh SERVER COMMAND...: runs the command with a server of documents beside it, as the
# test case of kernel fetch requires, and stops the server. If the server is not built, the command
# runs alone, and the tests skip fetch.
# Scratch files lie on a disk: where TMPDIR is in memory, kernel readfile refuses cache=dropped.
set -u
case $(stat -f -c %T "${TMPDIR:-/var/tmp}") in tmpfs | ramfs) export TMPDIR=/var/tmp ;; esac
server=$1
shift
if [ ! -x "$server" ]; then
  exec "$@"
fi
folder=$(mktemp -d) || exit 2
mkfifo "$folder/address" || exit 2
"$server" --latency 1ms --body 100 --errors 0.2 --drop 0.05 --seed 1 >"$folder/address" &
pid=$!
trap 'kill "$pid" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
read -r _ _ url <"$folder/address" || exit 2
QUARTET_TEST_SERVER=$url "$@"
