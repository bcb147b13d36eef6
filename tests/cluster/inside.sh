#!/usr/bin/env bash
# inside.sh COMMAND...: runs a test in namespaces of its own: processes, network, mounts, host name,
# System V memory. Its daemons collide with no others, and all of them are killed by the
# kernel when the command ends or is killed, because the first process of the namespace has ended.
# Prints why and exits with 77 (CTest: skipped) where namespaces are not permitted.
set -euo pipefail

skip() {
  echo "skipped: $*"
  exit 77
}

own_mounts() {
  # Files that daemons want at fixed places are those of the test, not the machine's.
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /dev/shm
  mkdir -p /run/sshd /run/munge /run/quartet
  cp /etc/hosts /run/quartet/hosts
  mount --bind /run/quartet/hosts /etc/hosts
  if [[ -r /etc/shadow ]]; then # sshd refuses users whose password is locked with '!'
    (umask 077 && sed 's/^root:[^:]*:/root:*:/' /etc/shadow >/run/quartet/shadow)
    mount --bind /run/quartet/shadow /etc/shadow
  fi
  ip link set lo up
}

if [[ ${1-} == --within ]]; then
  shift
  own_mounts
  exec "$@"
fi
((EUID == 0)) || skip "needs root"
for tool in unshare nsenter ip; do
  command -v "$tool" >/dev/null || skip "'$tool' not found (Debian: util-linux, iproute2)"
done
namespaces=(--pid --fork --kill-child --mount-proc --mount --net --uts --ipc --propagation private)
reason=$(unshare "${namespaces[@]}" mount -t tmpfs tmpfs /run 2>&1) ||
  skip "namespaces are not permitted: $reason"
# --kill-child ends the namespace when unshare ends; a PID namespace's first process takes no signal
# that it does not handle, so that TERM must end unshare itself.
exec unshare "${namespaces[@]}" "$0" --within "$@"
