"""The sweep over two hosts: results of the kernels that communicate, and faults in the midst of a launch. A
launch that a fault ended is a row, the sweep continues, and on no host a process or shared memory is left.

Runs within hosts.sh. Arguments: the folder of the programs, and the class of tests, Results or Faults.
"""
import csv
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAMS = os.path.abspath(sys.argv[1])
HOSTS_SH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hosts.sh")
TIMEOUT_S = 9


def hosts(*arguments):
    return subprocess.run([HOSTS_SH, *arguments], stdout=subprocess.PIPE, text=True, timeout=60).stdout


def net_of(pid):
    return os.stat(f"/proc/{pid}/ns/net").st_ino


def processes(host, *names, argument=""):
    """Numbers of the processes of these programs on a host that have that argument."""
    found = []
    with open(os.path.join(os.environ["QUARTET_HOSTS"], f"pid.{host}"), encoding="ascii") as file:
        net = net_of(file.read().strip())
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                words = file.read().split("\0")
            if (os.path.basename(words[0]) in names and (not argument or argument in words)
                    and net_of(pid) == net):
                found.append(int(pid))
        except OSError:
            pass  # it has ended
    return found


def wait_until(condition, seconds):
    """Whether it became true; looks ten times a second."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


class HostsTest(unittest.TestCase):
    SLOTS = 1  # ranks on each host

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quartet hosts ")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start_sweep(self, config):
        with open(os.path.join(self.folder, "t.yaml"), "w", encoding="utf-8") as file:
            file.write("schema: 1\nname: t\n" + config +
                       "launcher: {kind: openmpi, hostfile: hostfile}\n")
        with open(os.path.join(self.folder, "hostfile"), "w", encoding="ascii") as file:
            file.write(f"h1 slots={self.SLOTS}\nh2 slots={self.SLOTS}\n")
        command = [HOSTS_SH, "on", "h1", os.path.join(PROGRAMS, "sweep"), "run", "t.yaml", "-q", "--out", "out"]
        return subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE, text=True,
                                env={**os.environ, "OMPI_MCA_mpi_yield_when_idle": "1"})

    def rows(self):
        with open(os.path.join(self.folder, "out", "samples.csv"), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def left(self):
        return {host: (processes(host, "mpi_driver", "orted", "mpirun"), hosts("on", host, "ls", "/dev/shm").split())
                for host in ("h1", "h2")}

    def check_nothing_left(self, seconds):
        """No process and no shared memory on any host."""
        nothing = {"h1": ([], []), "h2": ([], [])}
        wait_until(lambda: self.left() == nothing, seconds)
        self.assertEqual(self.left(), nothing)


class Results(HostsTest):
    KERNELS = {"allreduce": 1000, "barrier": 100, "cg": 200, "dgemm": 200, "dot": 100000, "fft": 65536,
               "gups": 65536, "nbody": 500, "pingpong": 1000, "reduce": 1000, "sparse": 64, "stencil": 500,
               "stream": 100000, "transpose": 500, "wavefront": 300}

    def run_rows(self, kernels, driver="mpi_driver"):
        """The rows of a sweep, all of which are right, with one rank on each host that starts at an agreed time.

        A clock is compared through the network, so the error is no 0, however quiet the hosts are."""
        child = self.start_sweep(
            f"kernels: [{kernels}]\naxes: {{driver: {driver}, cores: 2, nodes: 2}}\n"
            "measure: {launches: 1, reps: 1, warmup: 0, timeout: 30s}\n")
        _, errors = child.communicate(timeout=200)
        self.assertEqual(child.returncode, 0, errors)
        rows = self.rows()
        for row in rows:
            self.assertEqual((row["status"], row["verify"], row["hosts"], row["ranks"], row["nodes"], row["sync"]),
                             ("ok", "ok", "h1+h2", "2", "2", "window"), row)
            self.assertGreater(float(row["clock_error_s"]), 0, row)
            self.assertGreaterEqual(float(row["start_skew_s"]), 0, row)
        self.check_nothing_left(10)
        return rows

    def test_schedules(self):
        """Ranks of two hosts take work from one counter."""
        rows = self.run_rows("{mandelbrot: {n: 100}}",
                             "[{mpi_driver: {schedule: dynamic}}, {mpi_driver: {schedule: guided}}]")
        self.assertEqual([r["schedule"] for r in rows], ["dynamic", "guided"])
        self.assertEqual(len({r["value"] for r in rows}), 1, rows)

    def test_kernels(self):
        listed = subprocess.run([os.path.join(PROGRAMS, "serial_driver"), "--list"], check=True, text=True,
                                stdout=subprocess.PIPE).stdout
        kernels = [k for k in self.KERNELS if k in listed.split()]
        given = ", ".join(f"{{{k}: {{n: {self.KERNELS[k]}}}}}" for k in kernels)
        rows = self.run_rows(given)
        self.assertEqual([r["kernel"] for r in rows], kernels)


class Faults(HostsTest):
    """Each fault meets one launch, of 3 repetitions of 1 s, which waits and so needs no quiet machine. Its
    size identifies it."""

    SIZE = 40
    SLOTS = 2  # ranks on one host share memory

    def rank_of(self, number, host="h2"):
        """Waits for the rank of that launch on a host."""
        found = []

        def look():
            found[:] = processes(host, "mpi_driver", argument=str(self.SIZE + number))
            return found
        wait_until(lambda: look() or self.child.poll() is not None, 60)
        self.assertTrue(found, f"launch {number} does not start")
        time.sleep(1.5)  # past MPI_Init
        return found[0]

    def kill_rank(self, number):
        os.kill(self.rank_of(number), signal.SIGKILL)

    def kill_daemon(self, number):
        self.rank_of(number)
        os.kill(processes("h2", "orted")[0], signal.SIGKILL)

    def stop_rank(self, number):
        os.kill(self.rank_of(number), signal.SIGSTOP)

    def link_for_a_while(self, number):
        self.rank_of(number)
        hosts("link", "h2", "down")
        time.sleep(1)
        hosts("link", "h2", "up")

    def link_for_good(self, number):
        self.rank_of(number)
        hosts("link", "h2", "down")

    def run_with(self, *faults):
        kernels = ", ".join(f"{{wait: {{n: {self.SIZE + i}, delay: 100ms}}}}" for i in range(len(faults)))
        self.child = child = self.start_sweep(
            f"kernels: [{kernels}]\naxes: {{driver: mpi_driver, cores: {2 * self.SLOTS}, nodes: 2}}\n"
            f"measure: {{launches: 1, reps: 3, warmup: 0, timeout: {TIMEOUT_S}s}}\n")
        for number, fault in enumerate(faults):
            if fault is not None:
                fault(number)
        _, errors = child.communicate(timeout=200)
        self.assertEqual(child.returncode, 1, errors)
        statuses = {}
        for row in self.rows():
            statuses[int(row["n"]) - self.SIZE] = row["status"]
        return [statuses[i] for i in range(len(faults))]

    def test_faults(self):
        self.assertEqual(
            self.run_with(self.kill_rank, self.kill_daemon, self.stop_rank, self.link_for_a_while, None),
            ["fail", "fail", "timeout", "ok", "ok"])
        self.check_nothing_left(30)

    def test_link_down_for_good(self):
        """The ranks on the other host cannot be reached: they end by themselves."""
        self.addCleanup(hosts, "link", "h2", "up")
        self.assertEqual(self.run_with(self.link_for_good), ["timeout"])
        self.check_nothing_left(30)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], sys.argv[2]], verbosity=2)
