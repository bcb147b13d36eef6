"""`report compare`: runs of known truth, and runs that do not fit together.

Arguments: the programs compare_runs and synthetic.
"""
import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../exports"))
from samples import RUN, SERIAL, THREADS, failed, launches, synthetic, write  # noqa: E402

COMPARE, SYNTHETIC = (os.path.abspath(program) for program in sys.argv[1:3])
FORMATS = ("text", "markdown", "json", "csv", "junit")
POINTS = ("--kernels", "sumsq,stream", "--models", "serial,threads,processes", "--n", "1e6,1e7",
          "--cores", "1,2,4", "--launches", "10")


class CompareTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quartet compare ")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def synthetic(self, name, seed, *arguments):
        synthetic(SYNTHETIC, self.path(name), "--seed", str(seed), *POINTS, *arguments)
        return self.path(name)

    def compare(self, *arguments, code=0):
        done = subprocess.run([COMPARE, *arguments], capture_output=True, check=False, timeout=60,
                              cwd=self.folder, env={**os.environ, "COLUMNS": "80"})
        self.assertEqual(done.returncode, code, done.stderr)
        return (done.stderr if code > 1 else done.stdout).decode("utf-8")

    def points(self, *arguments, code=0):
        return json.loads(self.compare("-f", "json", *arguments, code=code))["points"]

    def pair(self, first, later, first_run=None, later_run=None):
        """Writes two runs of rows, perhaps with a run.json, and returns their folders."""
        return [os.path.dirname(write(self.path(name), rows, run))
                for name, rows, run in (("first", first, first_run), ("later", later, later_run))]

    def words(self, *arguments, code=0):
        """The text without its line breaks."""
        return " ".join(self.compare(*arguments, code=code).split())


class Truth(CompareTest):
    def test_planted_difference(self):
        """The slower points are found, and only these; also in words."""
        first = self.synthetic("first", 1)
        later = self.synthetic("later", 2, "--ratio", "processes=1.1")
        points = self.points(first, later)
        slower = {p["name"] for p in points if p["verdict"] == "slower"}
        self.assertEqual(slower, {p["name"] for p in points if "mpi_driver" in p["name"]})
        self.assertEqual({p["verdict"] for p in points if p["name"] not in slower} - {
            "same", "cannot-tell"}, set())
        for p in points:
            if p["name"] in slower:
                self.assertTrue(1.07 < p["ratio"] < 1.13 and p["low"] < 1.1 < p["high"], p)
                self.assertGreaterEqual(p["level"], 0.95)
                self.assertLess(p["cliffs_delta"], 0)  # of the later run: more is faster
        self.assertIn("of 28 points, 12 are slower by 5 % or more, 0 are faster,",
                      self.words(first, later))
        # In the opposite order.
        self.assertEqual({p["name"] for p in self.points(later, first)
                          if p["verdict"] == "faster"}, slower)

    def test_no_difference(self):
        """At most 5 % of all tables have a false difference; the seeds are fixed."""
        tables = 0
        for seed in range(20):
            runs = [self.synthetic(name, 2 * seed + i, "--sigma", "0.04")
                    for i, name in enumerate("ab")]
            tables += any(p["verdict"] in ("slower", "faster") for p in self.points(*runs))
        self.assertLessEqual(tables, 2)

    def test_holm(self):
        """Over all points of all later runs."""
        runs = [self.synthetic(name, seed) for seed, name in enumerate("abc")]
        found = self.points(*runs)
        adjusted, largest = {}, 0
        for rank, p in enumerate(sorted(p["p"] for p in found)):
            largest = max(largest, min(1, (len(found) - rank) * p))
            adjusted.setdefault(p, largest)
        for p in found:
            self.assertAlmostEqual(p["p_adjusted"], adjusted[p["p"]], 12)

    def test_same_run_twice(self):
        first = self.synthetic("first", 1)
        self.assertEqual({(p["verdict"], p["ratio"]) for p in self.points(first, first)},
                         {("same", 1)})
        few = self.synthetic("few", 1, "--launches", "3")
        self.assertEqual({(p["verdict"], p["undecided"]) for p in self.points(few, few)},
                         {("cannot-tell", "few-launches")})
        self.assertIn("too few launches", self.compare(few, few))

    def test_three_runs(self):
        runs = [self.synthetic("a", 1), self.synthetic("b", 2, "--ratio", "stream=1.1"),
                self.synthetic("c", 3, "--ratio", "sumsq=0.9")]
        found = json.loads(self.compare("-f", "json", *runs))
        self.assertEqual([(c["run"], c["slower"], c["faster"]) for c in found["counts"]],
                         [("B", 14, 0), ("C", 0, 14)])
        self.assertEqual((found["family"], len(found["points"])), (56, 56))
        text = self.words("--all-points", *runs)
        self.assertIn("C against A: of 28 points, 0 are slower, 14 are faster", text)

    def test_margin(self):
        first, later = self.synthetic("first", 1), self.synthetic("later", 2, "--ratio",
                                                                  "threads=1.05")
        for margin, verdict in (("3%", "slower"), ("0.1", "same"), ("10 %", "same")):
            self.assertEqual({p["verdict"] for p in self.points("-M", margin, first, later)
                              if "omp_driver" in p["name"]}, {verdict})
        for margin in ("0", "100%", "x", "-1%"):
            self.assertIn("--margin", self.compare("--margin", margin, first, later, code=2))


class FailOn(CompareTest):
    def check(self, fail_on, code, *runs):
        self.compare("--fail-on", fail_on, *runs, code=code)
        junit = xml.etree.ElementTree.fromstring(
            self.compare("-f", "junit", "--fail-on", fail_on, *runs, code=code))
        return [failure.get("type") for failure in junit.iter("failure")]

    def test_differences(self):
        runs = [self.synthetic("a", 1), self.synthetic("b", 2, "--ratio", "threads=1.1", "--ratio",
                                                       "processes=0.9")]
        self.assertEqual(self.check("slower:5%", 1, *runs), ["slower"] * 12)
        self.assertEqual(self.check("slower:20%", 0, *runs), [])
        self.assertEqual(self.check("slower", 1, *runs), ["slower"] * 12)
        self.assertEqual(self.check("faster:0.05", 1, *runs), ["faster"] * 12)
        self.assertEqual(self.check("faster:15%", 0, *runs), [])
        self.assertEqual(self.check("different:5%", 1, *runs), ["different"] * 24)
        self.assertEqual(self.check("slower:20%,different:5 %", 1, *runs), ["different"] * 24)
        self.assertIn("--fail-on: failed, as 12 points are slower by 5 % or more.",
                      self.words("--fail-on", "slower:5%", *runs, code=1))
        self.assertIn("--fail-on: passed.", self.compare("--fail-on", "slower:20%", *runs))
        self.assertEqual(sum(p["fails"] == "slower" for p in self.points(
            "--fail-on", "slower:5%", *runs, code=1)), 12)

    def test_missing_failed_and_undecided(self):
        times = [0.5, 0.51, 0.52, 0.5, 0.49, 0.5]
        runs = self.pair(launches(times, **SERIAL) + launches(times, **THREADS),
                         launches(times, **SERIAL) + [failed("wrong", 7, exit_code="1", **SERIAL)])
        self.assertEqual(self.check("slower,different", 0, *runs), [])
        self.assertEqual(self.check("missing", 1, *runs), ["missing"])
        self.assertEqual(self.check("failed", 1, *runs), ["failed"])
        self.assertEqual(self.check("missing,failed", 1, *runs), ["failed", "missing"])
        self.assertEqual(self.check("cannot-tell", 1, *runs), ["cannot-tell"])
        self.assertEqual(self.check("missing", 0, runs[1], runs[0]), [])

    def test_nothing_in_common(self):
        """A comparison of nothing must not pass."""
        runs = self.pair(launches([1.0] * 6, **SERIAL), launches([1.0] * 6, **THREADS))
        self.compare(*runs)
        self.assertIn("nothing of B could be compared",
                      self.compare("--fail-on", "slower", *runs, code=1))

    def test_usage(self):
        runs = self.pair(launches([1.0], **SERIAL), launches([1.0], **SERIAL))
        for text, message in (("slowr", "did you mean 'slower'?"), ("", "must be one of: slower, "),
                              ("missing:5%", "'missing' takes no threshold"),
                              ("slower:x", "--fail-on: 'x'"), ("slower:-1", "--fail-on: '-1'"),
                              ("slower,,faster", "must be one of: ")):
            self.assertIn(message, self.compare("--fail-on", text, *runs, code=2))
        self.assertIn("expected two runs or more, found 1", self.compare(runs[0], code=2))
        self.assertIn("did you mean 'junit'?", self.compare("-f", "juni", *runs, code=2))
        self.assertIn("No such file", self.compare(runs[0], "/nonexistent", code=2))
        self.compare("--nope", *runs, code=2)
        help_text = self.compare("--help")
        self.assertLessEqual(max(map(len, help_text.splitlines())), 80)
        self.assertIn("--fail-on", help_text)


class Matching(CompareTest):
    TIMES = [1.0, 1.01, 1.02, 1.0, 0.99, 1.0]

    def check(self, first, later, expected):
        """(name, in the first run, in the later one) of each point."""
        found = self.points(*self.pair(first, later))
        self.assertCountEqual([(p["name"].split("/", 1)[1], p["first"] is not None,
                                p["later"] is not None) for p in found], expected)

    def test_missing_points(self):
        self.check(launches(self.TIMES, **SERIAL) + launches(self.TIMES, **THREADS),
                   launches(self.TIMES, **SERIAL) + launches(self.TIMES, n="7", cell_id="7"),
                   [("serial_driver/n:1000/cores:1", True, True),
                    ("omp_driver/n:1000/cores:2", True, False),
                    ("serial_driver/n:7/cores:1", False, True)])
        text = self.compare(self.path("first"), self.path("later"))
        self.assertIn("Only in A, not in B: 1 point.", text)
        self.assertIn("sumsq, n = 1000, threads on 2 cores", text)
        self.assertIn("Only in B, not in A: 1 point.", text)

    def test_by_factors(self):
        """A driver's own rows have no cell_id; other settings without a column change it."""
        for cell in ("", "other"):
            self.check(launches(self.TIMES, **SERIAL), launches(self.TIMES, cell_id=cell),
                       [("serial_driver/n:1000/cores:1", True, True)])
        for cells in ({"jobs": "2"}, {"options": "a=1"}, {"lock": "global"}, {"grain": "5"},
                      {"schedule": "dynamic"}, {"driver": "x"}, {"model": "x"}, {"n": "7"}):
            found = self.points(*self.pair(launches(self.TIMES, cell_id="a"),
                                           launches(self.TIMES, cell_id="b", **cells)))
            self.assertEqual({p["verdict"] for p in found}, {"missing"}, cells)

    def test_older_than_path(self):
        """Runs from before the setting `path` measured what path=tuned measures today."""
        for cell in ("", "other"):
            for old, new, same in (("", "path=tuned", True), ("a=1", "a=1;path=tuned", True),
                                   ("a=1;b=2", "a=1;path=tuned;b=2", True),
                                   ("a=1", "a=1;path=reference", False),
                                   ("a=1", "b=1;path=tuned", False),
                                   ("a=1;path=tuned", "a=1;path=reference", False)):
                for pair in ((old, new), (new, old)):
                    first, later = (launches(self.TIMES, options=text, cell_id=cell and cell + text)
                                    for text in pair)
                    found = self.points(*self.pair(first, later))
                    self.assertEqual("missing" not in {p["verdict"] for p in found}, same, pair)
                    for p in found:  # so that the history of a point continues
                        self.assertNotIn("path:tuned", p["name"])

    def test_ambiguous(self):
        """Two points that differ in nothing but the cell_id match only by it."""
        both = launches(self.TIMES, cell_id="a") + launches(self.TIMES, cell_id="b")
        name = "serial_driver/n:1000/cores:1/cell:%s"
        self.check(both, both, [(name % c, True, True) for c in "ab"])
        self.check(both, launches(self.TIMES, cell_id="c"),
                   [(name % "a", True, False), (name % "b", True, False),
                    ("serial_driver/n:1000/cores:1", False, True)])

    def test_machines(self):
        """Two machines are compared where each run has one; otherwise the same hosts."""
        one = launches(self.TIMES, hosts="n1", **SERIAL)
        other = launches(self.TIMES, hosts="n2", **SERIAL)
        self.check(one, other, [("serial_driver/n:1000/cores:1", True, True)])
        self.assertIn("hosts  n1  n2", self.compare(self.path("first"), self.path("later")))
        self.check(one, one + other, [("serial_driver/n:1000/cores:1", True, True),
                                      ("serial_driver/n:1000/cores:1/hosts:n2", False, True)])

    def test_builds(self):
        gcc = launches(self.TIMES, build="gcc", **SERIAL)
        clang = launches(self.TIMES, build="clang", **SERIAL)
        self.check(gcc, clang, [("serial_driver/n:1000/cores:1/build:gcc", True, True)])
        self.check(gcc + clang, clang + gcc,
                   [("serial_driver/n:1000/cores:1/build:" + b, True, True)
                    for b in ("gcc", "clang")])

    def test_failed_launches(self):
        runs = self.pair(launches(self.TIMES, **SERIAL) + launches(self.TIMES, **THREADS),
                         launches(self.TIMES, **SERIAL) + [failed("timeout", 7, **SERIAL)] +
                         [failed("fail", i, signal="11", **THREADS) for i in range(1, 7)])
        found = {p["name"].split("/")[1]: p for p in self.points(*runs)}
        self.assertEqual((found["serial_driver"]["failed_later"], found["omp_driver"]["verdict"]),
                         (1, "failed"))
        text = self.words(*runs)
        self.assertIn("1 of 7 launches failed: 1 timeout", text)
        self.assertIn("6 of 6 launches failed: 6 fail (signal 11)", text)


class Facts(CompareTest):
    def facts(self, first, later):
        rows = launches([1.0] * 6, **SERIAL)
        runs = self.pair(rows, rows, first_run=first, later_run=later)
        found = json.loads(self.compare("-f", "json", *runs))["facts"]
        return {fact["name"]: fact["values"] for fact in found}, self.compare(*runs)

    def test_what_differs(self):
        other = json.loads(json.dumps(RUN))
        other["build"].update(compiler="Clang 14", git_revision="0123456789abcdef" * 2 + "01234567",
                              git_dirty=True)
        other["machine"].update(memory_bytes=2**30, governor=None)
        other["environment"] = {"OMP_PROC_BIND": "close"}
        other["config"] = {"sha256": "ab" * 32}
        found, text = self.facts(RUN, other)
        self.assertEqual(found, {
            "compiler": ["GNU 12.2.0", "Clang 14"], "uncommitted changes": [None, "yes"],
            "git revision": [None, "0123456789abcdef" * 2 + "01234567"],
            "memory": [None, "1.00 GiB"], "governor": ["powersave", None],
            "OMP_PROC_BIND": [None, "close"], "config sha256": [None, "ab" * 32]})
        self.assertIn("0123456789ab...", text)

    def test_the_same(self):
        found, text = self.facts(RUN, RUN)
        self.assertEqual(found, {})
        self.assertIn("Nothing that the runs record", text)

    def test_no_run_json(self):
        rows = launches([1.0] * 6, **SERIAL)
        self.assertIn("A has no run.json", self.compare(*self.pair(rows, rows)))
        runs = self.pair(rows, rows, first_run="{")
        self.assertIn("run.json:", self.compare(*runs, code=2))


class Figures(CompareTest):
    def figures(self, *arguments):
        self.compare("--out", self.path("page"), *arguments)
        with open(os.path.join(self.path("page"), "figures.txt"), encoding="utf-8") as file:
            return [line.rstrip("\n").split("\t") for line in file]

    def test_one_for_all_points(self):
        first = self.synthetic("a", 1)
        self.assertEqual(self.figures(first, first), [
            ["changes-B-1", "28", "28", "0", "Change of the time from A to B"],
            ["times-B", "0", "28", "0", "Times of B against A"]])

    def test_one_for_each_work(self):
        """More points than a figure holds; of a work with too many the largest differences."""
        first = self.synthetic("a", 1, "--sizes", "10")
        self.assertEqual(self.figures(first, first, first), [
            [text.replace("%s", run) for text in row] for run in "BC" for row in (
                ("changes-%s-1", "60", "60", "1", "Change of the time from A to %s: sumsq"),
                ("changes-%s-2", "60", "60", "1", "Change of the time from A to %s: stream"),
                ("times-%s", "0", "140", "0", "Times of %s against A"))])

    def test_none(self):
        """Points that cannot be compared are in no figure."""
        runs = self.pair(launches([1.0] * 6, **SERIAL), launches([1.0] * 6, **THREADS))
        self.assertEqual(self.figures(*runs), [])


class Files(CompareTest):
    def test_order_of_rows(self):
        """All formats are the same to the byte when the rows are shuffled."""
        runs = [self.synthetic("a", 1), self.synthetic("b", 2, "--ratio", "threads=1.1")]
        before = [self.compare("-a", "-f", form, *runs) for form in FORMATS]
        for run in runs:
            path = os.path.join(run, "samples.csv")
            with open(path, encoding="utf-8") as file:
                header, *rows = file.read().splitlines()
            random.Random(1).shuffle(rows)
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join([header, *rows]) + "\n")
        self.assertEqual([self.compare("-a", "-f", form, *runs) for form in FORMATS], before)

    def test_junit(self):
        runs = [self.synthetic("a", 1), self.synthetic("b", 2, "--ratio", "threads=1.1")]
        root = xml.etree.ElementTree.fromstring(
            self.compare("-f", "junit", "--fail-on", "slower:5%", *runs, code=1))
        self.assertEqual((root.tag, root.attrib), ("testsuites", {
            "name": "Quartet comparison", "tests": "28", "failures": "12", "errors": "0",
            "skipped": "0", "time": root.get("time")}))
        self.assertEqual([s.get("name") for s in root],
                         ["B against A: sumsq", "B against A: stream/operation:triad"])
        for suite in root:
            cases = suite.findall("testcase")
            self.assertEqual(len(suite), len(cases))
            self.assertEqual((suite.get("tests"), suite.get("failures")), (
                str(len(cases)), str(len(suite.findall("testcase/failure")))))
            for case in cases:
                self.assertEqual(case.get("classname"), suite.get("name"))
                self.assertEqual(case.find("failure") is not None, "omp_driver" in case.get("name"))
                self.assertGreater(float(case.get("time")), 0)
        message = root.find(".//failure").get("message")
        self.assertRegex(message, r"^time \+\d+\.\d % \[\+.*\] %, slower, adjusted p = ")

    def test_hostile_texts(self):
        hostile = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "a\x1b[31m\x07\"&'>", "@x\u202e",
                   "]]>", "\ud7ff\uffff", "-1+1", "+A1", "\tx"]
        rows = [r for i, text in enumerate(hostile) for r in launches(
            [1.0, 1.1, 1.2, 1.3, 1.4, 1.5], kernel=text, options=text + "=" + text, cell_id=str(i),
            driver=text, hosts="h", model=text, lock=text)]
        run = {**RUN, "name": hostile[1], "environment": {"OMP_X": hostile[2]}}
        runs = self.pair(rows, rows, first_run=run, later_run={**run, "name": hostile[0]})
        self.assertEqual({p["ratio"] for p in self.points(*runs)}, {1})
        for cells in csv.reader(io.StringIO(self.compare("-f", "csv", *runs))):
            for cell in cells:
                self.assertFalse(cell[:1] in ("=", "+", "@", "\t") or re.match("-[^0-9.]|-1\\+", cell),
                                 cell)
        root = xml.etree.ElementTree.fromstring(self.compare("-f", "junit", *runs))
        self.assertEqual(len(root.findall("testsuite/testcase")), len(hostile))
        for form in ("text", "markdown"):
            for arguments in ((), ("-a",)):
                text = self.compare("-f", form, *arguments, *runs)
                self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f\u202e]")
                self.assertNotIn("<script>", text if form == "markdown" else "")

    def test_text_width(self):
        runs = [self.synthetic("a", 1), self.synthetic("b", 2, "--ratio", "threads=1.1")]
        for arguments in ((), ("-a",)):
            for line in self.compare(*arguments, *runs).splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_no_rows(self):
        runs = self.pair([], [])
        for form in FORMATS:
            self.compare("-f", form, *runs)
        self.assertIn("no point has a verified time", self.compare(*runs))

    def test_full_disk(self):
        run = self.synthetic("a", 1)
        for form in FORMATS:
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run([COMPARE, "-f", form, run, run], stdout=full, text=True,
                                      stderr=subprocess.PIPE, check=False, timeout=60)
            self.assertEqual(done.returncode, 3)
            self.assertIn("cannot write", done.stderr)



class Populations(CompareTest):
    """A run that went on on another host, or after a rebuild, is compared population by population."""
    FAST, SLOW = [0.010 + i * 1e-5 for i in range(6)], [0.100 + i * 1e-4 for i in range(6)]

    def check(self, first, later, rest):
        points = self.points(*self.pair(first, later))
        same, other = sorted(points, key=lambda p: p["later"] is None or p["first"] is None)
        self.assertAlmostEqual(same["ratio"], 1, 1)
        self.assertIsNone(other["first"])
        self.assertIn(rest, self.words(self.path("first"), self.path("later")))

    def test_hosts(self):
        first = launches(self.FAST, hosts="node01", **SERIAL)
        self.check(first, first + launches(self.SLOW, hosts="node02", **SERIAL),
                   "serial on 1 core of node02")

    def test_builds(self):
        first = launches(self.FAST, build_id="aaaaaaaa1111", run_id="r1", **SERIAL)
        self.check(first, first + launches(self.SLOW, build_id="bbbbbbbb2222", run_id="r2", **SERIAL),
                   "serial build2-bbbbbbbb on 1 core")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
