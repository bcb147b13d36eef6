"""Files that another program has saved, or that are no plain files: sweep and report agree on what they can
read, and say what is wrong with what they cannot.

Arguments: the programs sweep, report and fake_driver, and a script in the place of mpirun.
"""
import os
import shutil
import subprocess
import unittest

import test_resume
from test_resume import REPORT, ResumeTest

MARK = b"\xef\xbb\xbf"
FOREIGN = {"utf-16": "UTF-16 (little-endian)", "utf-16-le": "UTF-16 (little-endian)",
           "utf-16-be": "UTF-16 (big-endian)", "utf-32": "UTF-32 (little-endian)",
           "utf-32-le": "UTF-32 (little-endian)", "utf-32-be": "UTF-32 (big-endian)"}


class FormTest(ResumeTest):
    def read_bytes(self, *parts):
        with open(self.path(*parts), "rb") as file:
            return file.read()

    def write_bytes(self, data, *parts):
        with open(self.path(*parts), "wb") as file:
            file.write(data)

    def goes_on(self, out):
        done = self.sweep("resume", out, "-q")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done

    def report(self, *arguments):
        return subprocess.run([REPORT, *arguments], cwd=self.folder, text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100)


class Samples(FormTest):
    """samples.csv after an editor or a spreadsheet has saved it."""

    def setUp(self):
        super().setUp()
        self.assertEqual(self.run_all("whole").returncode, 1)
        self.expected = self.comparable("whole")
        self.plain = self.read_bytes("whole", "samples.csv")

    def saved_as(self, data):
        shutil.rmtree(self.path("saved"), ignore_errors=True)
        shutil.copytree(self.path("whole"), self.path("saved"))
        self.write_bytes(data, "saved", "samples.csv")

    def goes_on_from(self, data, form):
        """From whatever of the file: cut at its middle it is completed."""
        self.saved_as(data)
        report = " ".join(self.report("saved").stdout.split())
        done = self.goes_on("saved")
        told = f"samples.csv {form}: another program has saved it; its rows are read as they are"
        self.assertIn(told, done.stderr)
        self.assertIn(told, report)
        self.assertEqual(self.sweep("status", "saved").returncode, 0)
        text = self.read_bytes("saved", "samples.csv").removeprefix(MARK).replace(b"\r\n", b"\n")
        self.write_bytes(text, "saved", "samples.csv")
        self.assertEqual(self.comparable("saved"), self.expected)
        self.assertEqual(self.report("saved").returncode, 0)

    def test_mark_and_line_ends(self):
        crlf = self.plain.replace(b"\n", b"\r\n")
        for data in (self.plain, self.plain[:len(self.plain) // 2]):
            self.goes_on_from(MARK + data, "begins with a byte-order mark")
        for data in (crlf, crlf[:len(crlf) // 2], crlf[:-1]):
            self.goes_on_from(data, "has lines that end with CRLF")
            self.goes_on_from(MARK + data, "begins with a byte-order mark and has lines that end with CRLF")

    def test_quoted_cells(self):
        header, rows = self.plain.split(b"\n", 1)
        self.saved_as(b",".join(b'"%s"' % name for name in header.split(b",")) + b"\n" + rows)
        self.assertEqual(self.report("saved").returncode, 0)
        self.goes_on("saved")
        self.assertEqual(self.comparable("saved"), self.expected)

    def refused(self, data, told):
        self.saved_as(data)
        for command in ("resume", "status", "reference"):
            done = self.sweep(command, "saved")
            self.assertEqual((done.returncode, done.stdout), (2, ""), command)
            self.assertIn(told, done.stderr)
        self.assertEqual(self.read_bytes("saved", "samples.csv"), data)
        done = self.report("saved")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(told, " ".join(done.stderr.split()))

    def test_encodings(self):
        for codec, name in FOREIGN.items():
            self.refused(self.plain.decode("utf-8").encode(codec), f"is encoded as {name}; it must be UTF-8")

    def test_other_forms(self):
        for separator, name in ((b";", "semicolons"), (b"\t", "tabs")):
            self.refused(self.plain.replace(b",", separator), f"cells are separated by {name} instead of commas")
        self.refused(self.plain.replace(b"\n", b"\r"), "a carriage return inside a line")
        lines = self.plain.split(b"\n")
        lines[2] = lines[2].replace(b",", b",\0", 1)
        self.refused(b"\n".join(lines), "samples.csv:3: a NUL byte")


class Facts(FormTest):
    """run.json after an editor has saved it."""

    def setUp(self):
        super().setUp()
        self.assertEqual(self.run_all("out").returncode, 1)
        self.plain = self.read_bytes("out", "run.json")

    def test_mark(self):
        self.write_bytes(MARK + self.plain, "out", "run.json")
        self.assertEqual(self.report("out").returncode, 0)
        self.goes_on("out")

    def test_encodings(self):
        for codec, name in FOREIGN.items():
            self.write_bytes(self.plain.decode("utf-8").encode(codec), "out", "run.json")
            for done in (self.report("out"), self.sweep("resume", "out")):
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(f"run.json: is encoded as {name}; it must be UTF-8", " ".join(done.stderr.split()))


class Config(FormTest):
    def setUp(self):
        super().setUp()
        self.plain = self.read_bytes("trial.yaml")

    def test_mark(self):
        self.write_bytes(MARK + self.plain.replace(b"\n", b"\r\n"), "trial.yaml")
        self.assertEqual(self.run_all("out").returncode, 1)
        self.goes_on("out")
        os.remove(self.path("trial.yaml"))
        self.goes_on("out")

    def test_encodings(self):
        for codec, name in FOREIGN.items():
            self.write_bytes(self.plain.decode("utf-8").encode(codec), "trial.yaml")
            for command in ("plan", "run"):
                done = self.sweep(command, "trial.yaml", "-d", self.drivers)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertEqual(done.stderr, f"trial.yaml: is encoded as {name}; it must be UTF-8\n")
            self.assertFalse(os.path.exists(self.path("results")))
            self.write_bytes(b"schema: 1\nname: t\ninclude: trial.yaml\naxes: {driver: serial_driver, n: 1}\n",
                             "main.yaml")
            done = self.sweep("plan", "main.yaml", "-d", self.drivers)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"trial.yaml: is encoded as {name}; it must be UTF-8", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=test_resume.sys.argv[:1])
