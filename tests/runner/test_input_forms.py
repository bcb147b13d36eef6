"""Files that another program has saved, or that are no plain files: sweep and report agree on what they can
read, and say what is wrong with what they cannot.

Arguments: the programs sweep, report and fake_driver, and a script in the place of mpirun.
"""
import os
import re
import shutil
import subprocess
import unittest

import test_resume
from fake_drivers import REPORT, SWEEP
from test_resume import ResumeTest

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
        message = f"samples.csv {form}: another program has saved it; its rows are read as they are"
        self.assertIn(message, done.stderr)
        self.assertIn(message, report)
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

    def refused(self, data, message):
        self.saved_as(data)
        for command in ("resume", "status", "reference"):
            done = self.sweep(command, "saved")
            self.assertEqual((done.returncode, done.stdout), (2, ""), command)
            self.assertIn(message, done.stderr)
        self.assertEqual(self.read_bytes("saved", "samples.csv"), data)
        done = self.report("saved")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(message, " ".join(done.stderr.split()))

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


    def test_tabs(self):
        for text, place in (("schema: 1\naxes:\n\tn: 3\n", "3:1"), ("axes:\n  n: 3\n \tdriver: x\n", "3:2"),
                            ("kernels:\n-\ta: 1\n", "2:2"), ("a:\n  b: 1\n\n\n\tc: 1\n", "5:1")):
            self.write("tab.yaml", text)
            done = self.sweep("plan", "tab.yaml", "-d", self.drivers)
            self.assertEqual((done.returncode, done.stderr),
                             (2, f"tab.yaml:{place}: not YAML: a tab, where only spaces may stand\n"))


class Streams(FormTest):
    """A config from a pipe: its text is in run.json, and there is nothing else to read it from."""

    def setUp(self):
        super().setUp()
        self.write("shared.yaml", "measure: {launches: 2, reps: 1}\n")
        self.config = re.sub("measure:.*", "include: shared.yaml", test_resume.CONFIG)

    def shell(self, command, **more):
        return subprocess.run(["bash", "-c", command, "bash", SWEEP, self.drivers], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100,
                              env=self.environment(), **more)

    def check(self, command, path):
        self.write("out.yaml", self.config)
        done = self.shell(command)
        self.assertEqual(done.returncode, 1, done.stderr)
        facts = self.facts("out")
        self.assertEqual(facts["config"]["text"], self.config)
        self.assertRegex(facts["config"]["path"], path)
        expected = self.comparable("out")
        for stdin in ("</dev/null", "<shared.yaml", "<out.yaml", "</dev/null"):
            os.truncate(self.path("out", "samples.csv"), 4000)
            done = self.shell('timeout 60 "$1" resume out -q ' + stdin)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertEqual(self.comparable("out"), expected)
            self.assertEqual(len({row["run_id"] for row in self.rows("out")}), 1)
        shutil.rmtree(self.path("out"))

    def test_goes_on(self):
        run = ' -q -d "$2" --out out '
        self.check('cat out.yaml | "$1" run /dev/stdin' + run, "^/dev/stdin$")
        self.check('"$1" run <(cat out.yaml)' + run, "^/dev/fd/[0-9]+$")
        self.check('mkfifo pipe; cat out.yaml >pipe & "$1" run pipe' + run, "/pipe$")
        self.check('"$1" run /dev/stdin' + run + '<out.yaml', "/out.yaml$")

    def test_a_job_needs_a_file(self):
        done = self.shell('cat trial.yaml | "$1" plan /dev/stdin -d "$2" --format slurm')
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("/dev/stdin: a job script needs a config that is a file", done.stderr)
        done = self.shell('"$1" plan /dev/stdin -d "$2" --format slurm <trial.yaml')
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(os.path.realpath(self.path("trial.yaml")), done.stdout)


class Bytes(FormTest):
    """A folder whose name is not UTF-8, nor plain: everything works in it, and run.json gives its bytes back."""
    NAME = b"caf\xe9 \\x41 \xc3\xa9"

    def setUp(self):
        super().setUp()
        self.folder = os.fsdecode(os.path.join(os.fsencode(self.folder), self.NAME))
        os.mkdir(self.folder)
        self.make_drivers()
        self.write("trial.yaml", "include: shared.yaml\n" + test_resume.CONFIG)
        self.write("shared.yaml", "measure: {launches: 3}\n")

    @staticmethod
    def bytes_of(text):
        """What results/README.md says of such texts."""
        return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode("utf-8"))

    def test_facts(self):
        whole = os.path.realpath(os.fsencode(self.folder))
        self.assertEqual(self.run_all(self.path("out")).returncode, 1)
        facts = self.facts("out")
        self.assertEqual(self.bytes_of(facts["config"]["path"]), whole + b"/trial.yaml")
        self.assertEqual(self.bytes_of(facts["config"]["includes"][0]["path"]), whole + b"/shared.yaml")
        self.assertEqual(self.bytes_of(facts["drivers"]), whole + b"/the drivers")
        self.assertEqual(self.bytes_of(facts["argv"][-1]), os.fsencode(self.path("out")))

    def test_goes_on(self):
        """From another folder, with the drivers and files where they were."""
        self.assertEqual(self.run_all(self.path("out")).returncode, 1)
        expected = self.comparable("out")
        os.truncate(self.path("out", "samples.csv"), 3000)
        out = self.path("out")
        self.folder, inside = "/", self.folder
        done = self.sweep("resume", out, "-q")
        self.folder = inside
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(self.comparable("out"), expected)
        self.write("shared.yaml", "measure: {launches: 4}\n")
        done = self.sweep("resume", "out", "-q")
        self.assertEqual(done.returncode, 2)
        self.assertIn("has changed since the run began", done.stderr)

    def test_reports(self):
        self.run_all(self.path("out"))
        for arguments in (["--html"], ["--format=json"], ["--format=csv"], ["--format=junit"], ["--format=markdown"],
                          ["--methods"], ["--pictures=png"]):
            done = subprocess.run([REPORT, *arguments, self.path("out")], capture_output=True, timeout=100, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            done.stdout.decode("utf-8")
        for folder, _, files in os.walk(self.path("out", "report")):
            for name in files:
                if name.endswith((".html", ".svg", ".csv", ".gp")):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        file.read()
        for command in ("status", "reference", "pack"):
            self.assertEqual(self.sweep(command, self.path("out")).returncode, 0, command)


if __name__ == "__main__":
    unittest.main(argv=test_resume.sys.argv[:1])
