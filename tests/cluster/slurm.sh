#!/usr/bin/env bash
# A Slurm cluster of two nodes on one machine, for tests; within inside.sh only:
#
#   tests/cluster/inside.sh tests/cluster/slurm.sh bash   a shell beside it, with sinfo, sbatch, ...
#
# n1 and n2 have a host name and folders for temporary files and shared memory of their own, and two
# CPUs each, by Slurm's count; the loopback device joins them. They share all other files. Slurm's
# folder is in QUARTET_SLURM.
set -euo pipefail
self=$(realpath -- "$0")

write_configuration() {
  local host
  host=$(hostname -s)
  cat >slurm.conf <<END
ClusterName=loop
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$PWD/munge/socket,cred_expire=5
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=${QUARTET_SLURM_TASK:-task/affinity}
SwitchType=switch/none
ReturnToService=2
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmctldPidFile=$PWD/slurmctld.pid
SlurmdPidFile=$PWD/slurmd.%n.pid
StateSaveLocation=$PWD/state
SlurmdSpoolDir=$PWD/spool.%n
SlurmctldLogFile=$PWD/log.slurmctld
SlurmdLogFile=$PWD/log.slurmd.%n
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobRequeue=1
TmpFS=$PWD/tmp
KillWait=5
MinJobAge=300
MailProg=/bin/true
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=2 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=30 DefaultTime=5 State=UP
END
}

start() {
  cd -- "$QUARTET_SLURM"
  chmod 755 .
  mkdir -p munge state spool.n1 spool.n2 tmp
  (umask 077 && head -c 1024 /dev/urandom >munge/key)
  # munged refuses sockets and keys below folders that others may write, such as /tmp, without
  # --force.
  munged --force --key-file="$PWD/munge/key" --socket="$PWD/munge/socket" \
    --pid-file="$PWD/munge/pid" --log-file="$PWD/munge/log" --seed-file="$PWD/munge/seed" \
    --num-threads=2 2>munge/messages
  # Names are resolved (AI_ADDRCONFIG) only where an interface beside loopback has an address.
  ip link add cluster0 type veth peer name cluster1
  ip addr add 10.98.0.1/24 dev cluster0
  printf '127.0.0.1 localhost %s n1 n2\n' "$(hostname -s)" >/etc/hosts
  write_configuration
  export SLURM_CONF=$PWD/slurm.conf
  slurmctld -c -f "$SLURM_CONF"
  for node in n1 n2; do
    # Its own host name; and with the same folder for temporary files, srun --mpi=pmix on both nodes
    # would make the same file there.
    # shellcheck disable=SC2016 # for the shell within
    unshare --uts --mount --propagation private bash -c 'hostname "$1" &&
      mount -t tmpfs tmpfs "$PWD/tmp" && mount -t tmpfs tmpfs /dev/shm &&
      exec slurmd -N "$1" -f "$SLURM_CONF"' - "$node"
  done
  for _ in $(seq 50); do
    [[ $(sinfo -h -o %T 2>/dev/null) == idle ]] && break
    sleep 0.2
  done
  cd -- "$OLDPWD"
  [[ $(sinfo -h -o %T) == idle ]] || { sinfo -N -l; cat "$QUARTET_SLURM"/log.*; exit 1; }
}

case ${1-} in
'' | -*)
  sed -n '2,/^set /s/^# \{0,1\}//p' "$self"
  exit 2
  ;;
*)
  for tool in munged slurmctld slurmd sbatch; do
    command -v "$tool" >/dev/null || { echo "skipped: '$tool' not found"; exit 77; }
  done
  QUARTET_SLURM=$(mktemp -d /run/quartet/XXXXXX) # it ends with the namespace
  export QUARTET_SLURM
  start
  "$@"
  ;;
esac
