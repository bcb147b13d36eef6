"""The files of a run are replaced, removed or changed while it runs: it stops before the next launch, and what
was measured is kept in a folder from which a resume continues. A driver does the harm, within a launch, so that
nothing depends on the time.

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
LAUNCHES, HARMED = 6, 3
CONFIG = ("schema: 1\nname: trial\nkernels: [{fake: {n: 1}}]\naxes: {driver: serial_driver}\n"
          "measure: {launches: %d, reps: 2, warmup: 0}\n" % LAUNCHES)
# Counts its launches in a file and does harm in one; it copies the journal in the launch before.
DRIVER = """#!/bin/sh
case " $* " in *--work*|*--build*) exec %(fake)s/serial_driver "$@";; esac
echo >>%(marks)s
case $(grep -c '' %(marks)s) in
2) cp out/samples.csv %(folder)s/old;;
3) %(harm)s;;
esac
exec %(fake)s/serial_driver "$@"
"""


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="quartet_files_"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.fake, self.drivers = self.path("fake"), self.path("drivers")
        os.mkdir(self.fake)
        os.mkdir(self.drivers)
        os.symlink(FAKE, os.path.join(self.fake, "serial_driver"))
        with open(self.path("trial.yaml"), "w", encoding="utf-8") as file:
            file.write(CONFIG)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def sweep(self, *arguments):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "FAKE_"))}
        environment.update(QUARTET_MPIRUN=MPIRUN, TMPDIR=self.folder)
        return subprocess.run([SWEEP, *arguments], cwd=self.folder, text=True, capture_output=True,
                              env=environment, timeout=100, check=False)

    def run_harmed(self, harm):
        if os.path.exists(self.path("marks")):
            os.remove(self.path("marks"))
        driver = os.path.join(self.drivers, "serial_driver")
        with open(driver, "w", encoding="utf-8") as file:
            file.write(DRIVER % {"fake": self.fake, "marks": self.path("marks"),
                                 "folder": self.folder, "harm": harm})
        os.chmod(driver, 0o755)
        return self.sweep("run", "trial.yaml", "-q", "-d", self.drivers, "--out", "out")

    def launches(self, folder):
        with open(self.path(folder, "samples.csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file, strict=True))
        self.assertEqual({row["status"] for row in rows}, {"ok"})
        return [int(row["launch"]) for row in rows if row["rep"] == "1"]

    def check_rescue(self, harm, what, kept=HARMED):
        done = self.run_harmed(harm)
        self.assertEqual(done.returncode, 3, done.stderr)
        printed = " ".join(done.stderr.split())
        self.assertIn("samples.csv " + what, printed)
        self.assertIn("resume out.rescued", printed)
        self.assertEqual(self.launches("out.rescued"), list(range(1, kept + 1)))
        again = self.sweep("resume", "out.rescued", "-q", "-d", self.fake, "--anyway")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(self.launches("out.rescued"), list(range(1, LAUNCHES + 1)))
        with open(self.path("out.rescued", "run.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["result"], "done")

    def test_undisturbed(self):
        done = self.run_harmed(":")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.launches("out"), list(range(1, LAUNCHES + 1)))
        self.assertFalse(os.path.exists(self.path("out.rescued")))

    def test_replaced(self):
        self.check_rescue("cp out/samples.csv out/x && mv out/x out/samples.csv", "was replaced")

    def test_removed(self):
        self.check_rescue("rm out/samples.csv", "was removed")

    def test_folder_removed(self):
        """The driver has no space for the rows of this launch, which does not count as failed."""
        self.check_rescue("rm -r out", "was removed", HARMED - 1)

    def test_truncated(self):
        self.check_rescue(": >out/samples.csv", "was changed")

    def test_saved_in_place(self):
        self.check_rescue("cat %s/old >out/samples.csv" % self.folder, "was changed")

    def test_written_anew(self):
        """As many bytes, but others."""
        self.check_rescue("sed s/ok/OK/g out/samples.csv >%s/new; cat %s/new >out/samples.csv"
                          % (self.folder, self.folder), "was changed")

    def test_in_the_last_launch(self):
        done = self.run_harmed(":")
        self.assertEqual(done.returncode, 0)
        shutil.rmtree(self.path("out"))
        script = self.path("drivers", "serial_driver")
        with open(script, encoding="utf-8") as file:
            text = file.read()
        with open(script, "w", encoding="utf-8") as file:
            file.write(text.replace("3) :", "%d) rm out/samples.csv" % LAUNCHES))
        os.remove(self.path("marks"))
        done = self.sweep("run", "trial.yaml", "-q", "-d", self.drivers, "--out", "out")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(self.launches("out.rescued"), list(range(1, LAUNCHES + 1)))

    def test_no_rescue_is_overwritten(self):
        for name in ("out.rescued", "out.rescued.1"):
            done = self.run_harmed("rm out/samples.csv")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertEqual(self.launches(name), list(range(1, HARMED + 1)))
            shutil.rmtree(self.path("out"))

    def test_run_json(self):
        """Nothing is lost with it: it is written again."""
        done = self.run_harmed("rm out/run.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("run.json was removed", done.stderr)
        self.assertEqual(self.launches("out"), list(range(1, LAUNCHES + 1)))
        with open(self.path("out", "run.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["launches_done"], LAUNCHES)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
