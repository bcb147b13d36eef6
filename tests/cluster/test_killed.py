"""A cluster that is killed leaves nothing: no daemon, and no file in the folder for temporary files.

Argument: the script of the cluster, hosts.sh or slurm.sh.
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
DAEMONS = {"hosts.sh": ["sshd", "sshd"], "slurm.sh": ["munged", "slurmctld", "slurmd", "slurmd"]}
SCRIPT = sys.argv[1]


def namespaces():
    """The PID namespace and the program of each process."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            namespace = os.stat(f"/proc/{pid}/ns/pid").st_ino
            with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
                yield namespace, file.read().strip()
        except OSError:
            pass  # it has ended


class Killed(unittest.TestCase):
    def test_killed(self):
        with tempfile.TemporaryDirectory(prefix="quartet_killed_") as folder:
            # The command runs in the namespace when all daemons are there; it prints the namespace.
            with subprocess.Popen([os.path.join(FOLDER, "inside.sh"), os.path.join(FOLDER, SCRIPT), "bash", "-c",
                                   "stat -Lc %i /proc/self/ns/pid; sleep 1000"], stdout=subprocess.PIPE, text=True,
                                  env={**os.environ, "TMPDIR": folder}) as child:
                first = child.stdout.readline()
                if first.startswith("skipped"):
                    print(first)
                    child.wait()
                    sys.exit(77)
                own = int(first)
                found = [name for namespace, name in namespaces() if namespace == own]
                child.send_signal(signal.SIGKILL)  # unshare, in the place of inside.sh
            for daemon in DAEMONS[SCRIPT]:
                self.assertIn(daemon, found)
                found.remove(daemon)
            end = time.monotonic() + 30
            left = found
            while left and time.monotonic() < end:
                left = [name for namespace, name in namespaces() if namespace == own]
                time.sleep(0.05)
            self.assertEqual(left, [])
            self.assertEqual(os.listdir(folder), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
