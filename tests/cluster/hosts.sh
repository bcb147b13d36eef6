#!/usr/bin/env bash
# Two hosts on one machine, for tests; within inside.sh only:
#
#   tests/cluster/inside.sh tests/cluster/hosts.sh bash     a shell; in it, and in tests:
#     tests/cluster/hosts.sh on h1 COMMAND...               a command on a host
#     tests/cluster/hosts.sh link h2 down|up                pulls a host's cable, or plugs it
#     tests/cluster/hosts.sh processes h2 NAME              the processes of a program there
#
# h1 and h2 have a network, a host name, shared memory and an ssh daemon of their own, and half of
# the cores each; a cable joins them. They share all files, as by a network file system. The command
# gets a folder for temporary files, QUARTET_HOSTS, and variables with which Open MPI's and MPICH's
# mpirun reach both hosts, one slot on each.
set -euo pipefail
self=$(realpath -- "$0")

# cores_of HOST: numbers of its cores, "0,1". Ranks that spin on one core would wait for each
# other's time slices. With one core both have it.
cores_of() {
  local half first=1
  half=$(($(nproc) / 2))
  [[ $1 == h1 ]] || first=$((half + 1))
  ((half > 0)) || { half=1 first=1; }
  awk '/^Cpus_allowed_list:/ { print $2 }' /proc/1/status | tr , '\n' |
    while IFS=- read -r from to; do seq "$from" "${to:-$from}"; done |
    tail -n "+$first" | head -n "$half" | paste -sd ,
}

write_keys() {
  ssh-keygen -q -t ed25519 -N '' -f key
  cp key.pub authorized
  cat >sshd_config <<END
HostKey $PWD/key
AuthorizedKeysFile $PWD/authorized
StrictModes no
PermitRootLogin yes
UsePAM no
PidFile none
END
  cat >ssh_config <<END
Host *
  IdentityFile $PWD/key
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
  ConnectTimeout 10
END
}

start_host() { # HOST
  # shellcheck disable=SC2016 # for the shell within
  taskset -c "$(cores_of "$1")" unshare --net --uts --mount --propagation private \
    bash -c 'hostname "$1" && ip link set lo up && mount -t tmpfs tmpfs /dev/shm &&
      echo $$ >"pid.$1.new" && mv "pid.$1.new" "pid.$1" &&
      exec /usr/sbin/sshd -D -e -f "$PWD/sshd_config"' - "$1" 2>"sshd.$1" &
}

start() {
  cd -- "$QUARTET_HOSTS"
  write_keys
  printf '127.0.0.1 localhost\n10.99.0.1 h1\n10.99.0.2 h2\n' >/etc/hosts
  for host in h1 h2; do
    start_host "$host"
    echo "$host slots=1" >>hostfile
    echo "$host:1" >>hostfile.mpich
  done
  for host in h1 h2; do
    until [[ -e pid.$host ]]; do
      sleep 0.02
    done
  done
  ip link add eth0 netns "$(<pid.h1)" type veth peer name eth0 netns "$(<pid.h2)"
  for host in h1 h2; do
    on "$host" ip addr add "10.99.0.${host#h}/24" dev eth0
    on "$host" ip link set eth0 up
  done
  cd -- "$OLDPWD"
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  export OMPI_MCA_plm=rsh "OMPI_MCA_plm_rsh_agent=ssh -F $QUARTET_HOSTS/ssh_config"
  export OMPI_MCA_orte_default_hostfile=$QUARTET_HOSTS/hostfile
  export OMPI_MCA_oob_tcp_if_include=eth0 OMPI_MCA_btl_tcp_if_include=eth0
  export HYDRA_LAUNCHER=ssh HYDRA_LAUNCHER_EXTRA_ARGS="-F $QUARTET_HOSTS/ssh_config"
  export HYDRA_HOST_FILE=$QUARTET_HOSTS/hostfile.mpich HYDRA_IFACE=eth0
}

on() { # HOST COMMAND...
  local host=$1
  shift
  taskset -c "$(cores_of "$host")" nsenter --target "$(<"$QUARTET_HOSTS/pid.$host")" --net --uts \
    --mount --wd="$PWD" "$@"
}

processes() { # HOST NAME
  local pid net
  net=$(readlink "/proc/$(<"$QUARTET_HOSTS/pid.$1")/ns/net")
  for pid in $(cd /proc && echo [0-9]*); do
    [[ $(readlink "/proc/$pid/ns/net") != "$net" || $(<"/proc/$pid/comm") != "$2" ]] ||
      echo "$pid"
  done 2>/dev/null
}

case ${1-} in
on | processes) "$@" ;;
link) on "$2" ip link set eth0 "$3" ;;
'' | -*)
  sed -n '2,/^set /s/^# \{0,1\}//p' "$self"
  exit 2
  ;;
*)
  for tool in /usr/sbin/sshd ssh ip taskset nsenter; do
    command -v "$tool" >/dev/null || { echo "skipped: '$tool' not found"; exit 77; }
  done
  QUARTET_HOSTS=$(mktemp -d /run/quartet/XXXXXX) # it ends with the namespace
  export QUARTET_HOSTS
  start
  "$@"
  ;;
esac
