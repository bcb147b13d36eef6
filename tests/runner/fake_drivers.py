"""What the tests of sweep share: a folder of its own for each test, with drivers that misbehave on demand.

Arguments of such a test: the programs sweep, report and fake_driver, and a script in the place of mpirun.
"""
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SWEEP, REPORT, FAKE, MPIRUN = map(os.path.abspath, sys.argv[1:5])
DRIVERS = ("serial_driver", "omp_driver", "async_driver", "mpi_driver")


class FakeDriversTest(unittest.TestCase):
    DRIVERS_FOLDER = "the drivers"  # spaces must not matter

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quartet sweep ")
        self.addCleanup(shutil.rmtree, self.folder)
        self.make_drivers()

    def make_drivers(self):
        self.drivers = self.path(self.DRIVERS_FOLDER)
        os.mkdir(self.drivers)
        for name in DRIVERS:
            os.symlink(FAKE, os.path.join(self.drivers, name))

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "OMPI_", "FAKE_"))}
        return {**kept, "QUARTET_MPIRUN": MPIRUN, **more}

    def sweep(self, *arguments, program=SWEEP, **environment):
        done = subprocess.run([program, *arguments], cwd=self.folder, text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100,
                              env=self.environment(**environment))
        # Messages are folded to fit 80 columns: here each stands on one line.
        done.stderr = re.sub(r"\n {2,}", " ", done.stderr)
        return done

    def text(self, out):
        with open(self.path(out, "samples.csv"), newline="", encoding="utf-8") as file:
            return file.read()

    def rows(self, out):
        return list(csv.DictReader(self.text(out).splitlines(keepends=True), strict=True))

    def facts(self, out):
        with open(self.path(out, "run.json"), encoding="utf-8") as file:
            return json.load(file)

    def change_facts(self, out, change):
        facts = self.facts(out)
        change(facts)
        self.write(os.path.join(out, "run.json"), json.dumps(facts))
