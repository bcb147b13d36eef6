"""The sweep on disks that are full or may not be written: real ones, small file systems in memory, in a
mount namespace of this test's own. Skipped (77) where the machine allows no such thing.

Arguments: the programs sweep, report and fake_driver, and fake_mpirun.sh.
"""
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

SWEEP, REPORT, FAKE, MPIRUN = map(os.path.abspath, sys.argv[1:5])
REPS, LAUNCHES = 20, 60
CONFIG = ("schema: 1\nname: trial\nkernels: [{fake: {mode: %s, note: '%s'}}]\n"
          "axes: {driver: serial_driver, n: 1}\n"
          "measure: {launches: " + "%d, reps: %d, warmup: 0}\n" % (LAUNCHES, REPS))


def enter_namespace():
    """This program again, where it may mount; mounts end with it."""
    if os.environ.get("QUARTET_MAY_MOUNT"):
        return
    words = ["unshare", "-m" if os.geteuid() == 0 else "-rm"]
    trial = "mount -t tmpfs -o size=64k none /tmp && mount -o remount,ro /tmp"
    try:
        tried = subprocess.run([*words, "sh", "-c", trial], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        print("skipped: no unshare")
        sys.exit(77)
    if tried.returncode != 0:
        print("skipped: nothing can be mounted here:", tried.stderr.strip())
        sys.exit(77)
    os.environ["QUARTET_MAY_MOUNT"] = "1"
    os.execvp(words[0], [*words, sys.executable, *sys.argv])


class DiskTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quartet disk ")
        self.addCleanup(shutil.rmtree, self.folder)
        self.disk, drivers = os.path.join(self.folder, "disk"), os.path.join(self.folder, "drivers")
        self.drivers, self.mark = drivers, os.path.join(self.folder, "mark")
        os.mkdir(self.disk)
        os.mkdir(drivers)
        os.symlink(FAKE, os.path.join(drivers, "serial_driver"))

    def mount(self, *options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "none", self.disk], check=True)
        if "remount" not in options:
            self.addCleanup(subprocess.run, ["umount", self.disk], check=True)

    def sweep(self, *arguments):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "FAKE_"))}
        return subprocess.run([SWEEP, *arguments], cwd=self.disk, text=True, capture_output=True,
                              env={**environment, "QUARTET_MPIRUN": MPIRUN}, timeout=100, check=False)

    def run_all(self, *arguments, mode="ok"):
        config = os.path.join(self.folder, "trial.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG % (mode, self.mark))
        return self.sweep("run", config, "-q", "-d", self.drivers, *arguments)

    def text(self):
        with open(os.path.join(self.disk, "results/trial/samples.csv"), newline="",
                  encoding="utf-8") as file:
            return file.read()

    def check_rows(self):
        """Whole launches only; returns how many."""
        text = self.text()
        self.assertTrue(text.endswith("\n"))
        rows = list(csv.DictReader(text.splitlines(), strict=True))
        self.assertEqual([(r["seq"], r["launch"], r["rep"], r["status"]) for r in rows],
                         [(str(i + 1), str(i // REPS + 1), str(i % REPS), "ok")
                          for i in range(len(rows))])
        self.assertEqual(len(rows) % REPS, 0)
        return len(rows) // REPS


class Full(DiskTest):
    def test_full_and_freed(self):
        self.mount("size=80k")
        done = self.run_all()
        self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
        # The driver's own file of rows or samples.csv, whichever is the first not to fit.
        self.assertRegex(done.stderr, "^sweep: results/trial: (samples.csv|the rows of a launch) cannot be "
                         "written: No space left on device; [^\n]* whole[^\n]*\n$")
        before, launches = self.text(), self.check_rows()
        self.assertTrue(0 < launches < LAUNCHES, launches)
        again = self.sweep("resume", "results/trial", "-q")
        self.assertEqual(again.returncode, 3, "still full: " + again.stderr)
        self.assertIn("No space left on device", again.stderr)
        self.assertTrue(self.text().startswith(before))
        self.mount("remount", "size=4m")
        again = self.sweep("resume", "results/trial", "-q")
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(self.check_rows(), LAUNCHES)
        self.assertTrue(self.text().startswith(before), "what was there stays, byte by byte")
        with open(os.path.join(self.disk, "results/trial/run.json"), encoding="utf-8") as file:
            facts = json.load(file)
        self.assertEqual((facts["result"], facts["launches_done"]), ("done", LAUNCHES))
        self.assertEqual(sorted(os.listdir(os.path.join(self.disk, "results/trial"))),
                         ["run.json", "samples.csv"])

    def test_full_from_the_start(self):
        self.mount("size=4k")
        done = self.run_all(mode="flaky")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertRegex(done.stderr, r"^sweep: results/trial: (run\.json|samples\.csv) cannot be "
                         r"(written|created): No space left on device[^\n]*\n$")
        self.assertFalse(os.path.exists(self.mark), "nothing was launched")
        self.mount("remount", "size=4m")
        self.assertEqual(self.run_all().returncode, 0)
        self.assertEqual(self.check_rows(), LAUNCHES)


class ReadOnly(DiskTest):
    def refused(self, done, message):
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertEqual(done.stderr, message + ": Read-only file system\n")
        self.assertFalse(os.path.exists(self.mark), "nothing was launched")

    def test_no_folder(self):
        self.mount("size=1m")
        self.mount("remount", "ro")
        self.refused(self.run_all(mode="flaky"), "sweep: results/trial cannot be created")
        self.assertEqual(os.listdir(self.disk), [])

    def test_empty_folder(self):
        self.mount("size=1m")
        os.mkdir(os.path.join(self.disk, "out"))
        self.mount("remount", "ro")
        self.refused(self.run_all("--out", "out", mode="flaky"),
                     "sweep: out: samples.csv cannot be created")

    def test_folder_of_a_run(self):
        self.mount("size=1m")
        self.assertEqual(self.run_all().returncode, 0)
        path = os.path.join(self.disk, "results/trial/samples.csv")
        os.truncate(path, os.path.getsize(path) - 5)
        before = self.text()
        self.mount("remount", "ro")
        self.refused(self.run_all(mode="flaky"), "sweep: results/trial cannot be renamed")
        self.refused(self.sweep("resume", "results/trial", "-q", "--anyway"),
                     "sweep: results/trial: samples.csv cannot be opened")
        done = self.sweep("status", "results/trial")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("resume removes them", " ".join(done.stdout.split()))
        self.assertEqual(self.text(), before)


if __name__ == "__main__":
    enter_namespace()
    unittest.main(argv=sys.argv[:1])
