"""What the tests of the program `report` share: they make a run, and read what is printed of it.

Arguments of each test: the programs report and synthetic.
"""
import csv
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../exports"))
from samples import COLUMNS, RUN, SERIAL, THREADS, failed, launches, row, write  # noqa: E402,F401

REPORT, SYNTHETIC = (os.path.abspath(program) for program in sys.argv[1:3])
FORMATS = ("text", "markdown", "json", "csv", "junit")
WIDTH = 80


def refuse(constant):
    raise ValueError("JSON has no " + constant)


def environment(**variables):
    """No colour and no width from the environment of the tests."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS")}
    return {**kept, "TERM": "xterm", **variables}


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quartet report ")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, rows, run=None, columns=None):
        return write(self.folder, rows, run, columns)

    def synthetic(self, *arguments):
        subprocess.run([SYNTHETIC, *arguments, self.folder], check=True, timeout=60)

    def run_report(self, *arguments, code=0, **variables):
        """Both streams as bytes, of a run that ends with this exit status."""
        done = subprocess.run([REPORT, *arguments], capture_output=True, check=False, timeout=120,
                              cwd=self.folder, env=environment(**variables))
        self.assertEqual(done.returncode, code, done.stderr[-2000:])
        return done.stdout, done.stderr

    def report(self, *arguments):
        out, err = self.run_report(*arguments, self.folder)
        self.assertEqual(err, b"")
        return out.decode("utf-8")

    def error(self, *arguments, code=2):
        """The message; nothing else is printed."""
        out, err = self.run_report(*arguments, code=code)
        self.assertEqual(out, b"")
        return err.decode("utf-8")

    def words(self, *arguments):
        """The text without its line breaks."""
        return " ".join(self.report(*arguments).split())

    def json(self, *arguments):
        return json.loads(self.report("-f", "json", *arguments), parse_constant=refuse)

    def csv(self, *arguments):
        text = self.report("-f", "csv", *arguments)
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def point(self, found, variant, **more):
        """The one point of a variant in the report's JSON."""
        names = [v["name"] for v in found["variants"]]
        point, = [p for p in found["points"] if names[p["variant"]] == variant and
                  all(p[k] == v for k, v in more.items())]
        return point

    def shuffle(self, seed=1):
        path = os.path.join(self.folder, "samples.csv")
        with open(path, encoding="utf-8") as file:
            header, *rows = file.read().splitlines()
        random.Random(seed).shuffle(rows)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join([header, *rows]) + "\n")

    def folder_bytes(self, name):
        """All files below a folder of this one: their names and bytes."""
        found = {}
        for path, _, files in os.walk(os.path.join(self.folder, name)):
            for file in files:
                whole = os.path.join(path, file)
                with open(whole, "rb") as opened:
                    found[os.path.relpath(whole, self.folder)] = opened.read()
        return found

    def assert_fits(self, text, width=WIDTH):
        """No line is wider, other than the last words of one that name a file."""
        for line in text.splitlines():
            if self.folder not in line:
                self.assertLessEqual(len(line), width, line)

    def assert_well_formed(self, *arguments):
        """Each format of this run can be read; returns them by name."""
        made = {form: self.report(*arguments, "-f", form) for form in FORMATS}
        json.loads(made["json"], parse_constant=refuse)
        xml.etree.ElementTree.fromstring(made["junit"])
        for r in csv.reader(io.StringIO(made["csv"], newline=""), strict=True):
            self.assertEqual(len(r), made["csv"].split("\n", 1)[0].count(",") + 1)
        for form in ("text", "markdown"):
            odd = {c for c in made[form] if (c < " " and c != "\n") or c == "\x7f"}
            self.assertEqual(odd, set())
        return made


def main():
    unittest.main(argv=sys.argv[:1], module="__main__")
