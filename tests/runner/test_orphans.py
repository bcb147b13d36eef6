"""A sweep of the real mpi_driver under the real mpirun, stopped at any moment: nothing that it has started
is left. Skipped (77) without mpirun or mpi_driver.

Argument: the program sweep.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SWEEP = os.path.abspath(sys.argv[1])
MOMENTS = 3 if os.environ.get("QUARTET_DISTURBANCES") else 8
CONFIG = """schema: 1
name: trial
kernel: {wait: {n: 2, delay: 300s}}
axes: {driver: [{mpi_driver: {threads: 1}}], cores: 2}
measure: {launches: 1, reps: 1, warmup: 0}
"""


class OrphansTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quartet orphans ")
        self.addCleanup(shutil.rmtree, self.folder)
        with open(os.path.join(self.folder, "trial.yaml"), "w", encoding="utf-8") as file:
            file.write(CONFIG)
        # Whatever is started inherits it, wherever it goes.
        self.mark = ("QUARTET_TEST_MARK=" + self.folder).encode()
        self.addCleanup(self.kill_all)

    def start(self, number):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OMP_")}
        return subprocess.Popen([SWEEP, "run", "trial.yaml", "-q", "--out", "out%d" % number],
                                cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env={**environment, "QUARTET_TEST_MARK": self.folder})

    def ours(self):
        """What runs with the mark: process numbers and names."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/environ" % pid, "rb") as file:
                    if self.mark not in file.read().split(b"\0"):
                        continue
                with open("/proc/%s/comm" % pid, encoding="utf-8", errors="replace") as file:
                    found[int(pid)] = file.read().strip()
            except OSError:
                pass
        return found

    def kill_all(self):
        for pid in self.ours():
            os.kill(pid, signal.SIGKILL)

    def wait_for_ranks(self, child):
        deadline = time.monotonic() + 60
        while list(self.ours().values()).count("mpi_driver") < 2:
            self.assertIsNone(child.poll(), "it has ended by itself")
            self.assertLess(time.monotonic(), deadline, self.ours())
            time.sleep(0.02)

    def check_none_is_left(self, seconds):
        deadline = time.monotonic() + seconds
        while self.ours():
            self.assertLess(time.monotonic(), deadline, "left over: %s" % self.ours())
            time.sleep(0.02)

    def stop(self, child, number):
        child.send_signal(number)
        _, printed = child.communicate(timeout=60)
        return printed.decode()

    def test_killed(self):
        child = self.start(0)
        self.wait_for_ranks(child)
        self.stop(child, signal.SIGKILL)
        # mpirun is ending; its ranks notice.
        self.check_none_is_left(20)

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            child = self.start(number)
            self.wait_for_ranks(child)
            printed = self.stop(child, number)
            self.assertEqual(child.returncode, 130, printed)
            self.assertIn("interrupted; 0 of 1 launches", printed)
            self.assertEqual(self.ours(), {}, "none, as soon as it has ended")

    def test_at_any_moment(self):
        moments = random.Random(1)
        for i in range(MOMENTS):
            number = (signal.SIGKILL, signal.SIGINT)[i % 2]
            with self.subTest("%d: signal %d" % (i, number)):
                child = self.start(i)
                time.sleep(moments.uniform(0, 1))
                self.stop(child, number)
                self.check_none_is_left(20)


if __name__ == "__main__":
    if not os.access(os.path.join(os.path.dirname(SWEEP), "mpi_driver"), os.X_OK):
        print("skipped: no mpi_driver beside sweep")
        sys.exit(77)
    if shutil.which(os.environ.get("QUARTET_MPIRUN", "mpirun")) is None:
        print("skipped: no mpirun")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
