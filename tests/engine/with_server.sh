#!/bin/sh
# with_server.sh SERVER COMMAND...: runs the command with a server of documents beside it, as the case of
# kernel fetch has it, and stops the server. Without a server that can run, the command runs alone, and
# the tests leave fetch out.
set -u
server=$1
shift
if [ ! -x "$server" ]; then
  exec "$@"
fi
folder=$(mktemp -d) || exit 2
mkfifo "$folder/said" || exit 2
"$server" --latency 1ms --body 100 --errors 0.2 --drop 0.05 --seed 1 >"$folder/said" &
pid=$!
trap 'kill "$pid" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
read -r _ _ url <"$folder/said" || exit 2
QUARTET_TEST_SERVER=$url "$@"
