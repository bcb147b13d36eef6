"""The program `report`: its numbers against ones worked out by hand, and against Python's.

Arguments: the programs sweep, report and fake_driver, and fake_mpirun.sh.
"""
import csv
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import unittest

REPORT = os.path.abspath(sys.argv[2])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../common/samples.h"),
          encoding="ascii") as header:
    COLUMNS = [name for name in re.findall(r"X\((\w+)\)", header.read()) if name != "name"]


def row(**cells):
    return {"schema": "1", "run_id": "r", "kernel": "sumsq", "n": "1000", "jobs": "1",
            "model": "serial", "driver": "serial_driver", "cores": "1", "ranks": "1",
            "threads": "1", "grain": "0", "schedule": "static", "lock": "none", "launch": "1",
            "rep": "0", "warmup": "0", "verify": "ok", "error": "0", "oversubscribed": "0",
            "attempt": "1", "status": "ok", **cells}


def launches(medians, spread=0, **cells):
    """Rows of one cell: a launch for each median, with three repetitions and a slow warm-up."""
    rows = []
    for number, median in enumerate(medians, 1):
        walls = [(1, 99), (0, median + spread), (0, median), (0, median - spread / 2)]
        rows += [row(launch=str(number), warmup=str(w), wall_s="%.9f" % s, **cells)
                 for w, s in walls]
    return rows


THREADS = {"model": "threads", "driver": "omp_driver", "cores": "2", "threads": "2", "cell_id": "t"}
SERIAL = {"cell_id": "s"}


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quartet report ")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, rows, columns=None, end="\n"):
        path = os.path.join(self.folder, "samples.csv")
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns or COLUMNS, restval="", lineterminator=end)
            writer.writeheader()
            writer.writerows(rows)
        return path

    def report(self, *arguments, code=0):
        done = subprocess.run([REPORT, *(arguments or [self.folder])], text=True,
                              capture_output=True, check=False, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout == "", code != 0)
        self.assertNotIn("\033", done.stdout)
        return done.stdout if code == 0 else done.stderr

    def line(self, text, model):
        (line,) = [l for l in text.splitlines() if l.startswith("  %s  " % model)]
        return re.sub(" +", " ", line.strip())


class WeakScaling(ReportTest):
    BASE = [.0098, .0099, .0100, .0100, .0101, .0102]  # 10.0 ms [9.8, 10.2]
    TWICE = [.0120, .0124, .0125, .0125, .0126, .0130]

    def cell(self, medians, n, cores, **cells):
        return launches(medians, n=str(n), cores=str(cores), cell_id="%d %d" % (n, cores),
                        **{"driver": "omp_driver", "threads": str(cores), **cells})

    def test_by_hand(self):
        self.write(self.cell(self.TWICE, 141, 2, work_op="1988", oversubscribed="1") +
                   self.cell(self.BASE, 100, 1, work_op="1000"))
        lines = self.report("--weak", self.folder).splitlines()
        at = lines.index("Weak scaling: sumsq")
        self.assertEqual(re.split("  +", lines[at + 2].strip()),
                         ["1", "100", "1.000", "10.0 ms", "[9.80 ms, 10.2 ms]", "base"])
        # 994 / 12.5 ms over 1000 / 10 ms; the ends: 994 / 13.0 over 1000 / 9.8, 994 / 12.0 over 1000 / 10.2
        self.assertEqual(re.split("  +", lines[at + 3].strip()),
                         ["2", "141", "0.994", "12.5 ms", "[12.0 ms, 13.0 ms]",
                          "79.5 % [74.9, 84.5]; oversubscribed"])
        self.assertNotIn("Weak", self.report())

    def test_no_work_no_efficiency(self):
        self.write(self.cell(self.BASE, 100, 1) + self.cell(self.TWICE, 141, 2))
        self.assertNotIn("Weak", self.report("--weak", self.folder))

    def test_the_nearest_base(self):
        self.write(self.cell(self.BASE, 100, 1, work_op="1000") + self.cell(self.BASE, 400, 1, work_op="16000") +
                   self.cell(self.TWICE, 141, 2, work_op="2000") + self.cell(self.TWICE, 566, 2, work_op="32000"))
        text = self.report("--weak", self.folder).partition("Weak scaling")[2]
        self.assertEqual(re.findall(r"^ +\d+ +(\d+) +([\d.]+) .*?(base|[\d.]+ %)", text, re.M),
                         [("100", "1.000", "base"), ("141", "1.000", "80.0 %"),
                          ("400", "1.000", "base"), ("566", "1.000", "80.0 %")])


class Numbers(ReportTest):
    def test_by_hand(self):
        # Six launches: the median is between 3 and 4 ms, the interval at 96.9 % is (x1, x6).
        self.write(launches([.003, .001, .006, .002, .005, .004], spread=.0005, **SERIAL) +
                   launches([.0007, .0005, .0006, .0005, .0007, .0009], **THREADS))
        text = self.report()
        self.assertEqual(self.line(text, "serial"),
                         "serial serial_driver 1 3.50 ms [1.00, 6.00] ms base exact")
        # median 0.65 ms; 3.5 / 0.65 = 5.38
        self.assertEqual(self.line(text, "threads"),
                         "threads omp_driver 2 650 us [500, 900] us 5.38x exact")
        self.assertIn("over serial_driver on 1 core, 3.50 ms.", text)
        self.assertIn("6 launches; the intervals' level is 96.9 %.", text)
        self.assertIn("Winner: threads (omp_driver, 2 cores), 650 us;", text)
        self.assertIn("interval of the next, serial (serial_driver, 1 core), does not overlap", text)
        self.assertIn("All 48 rows: %s/samples.csv" % self.folder, text)
        self.assertTrue(text.startswith("sumsq, n = 1000\n"))
        self.assertLessEqual(max(map(len, text.splitlines()[:-1])), 100)

    def test_median_of_launches_not_of_repetitions(self):
        # Pooled, the median would be 1 ms: the fast launches have more repetitions.
        rows = [row(launch=l, wall_s=w, **SERIAL)
                for l, walls in (("1", ["0.001"] * 9), ("2", ["0.003"]), ("3", ["0.003"]))
                for w in walls]
        self.write(rows)
        self.assertIn("3.00 ms 1.00 .. 3.00 ms", self.line(self.report(), "serial"))

    def test_against_python(self):
        chance = random.Random(4711)
        for count in (6, 9, 10, 20, 31, 50):
            medians = [chance.lognormvariate(-5.5, .2) for _ in range(count)]
            self.write(launches(medians, spread=1e-5, **SERIAL))
            # The largest j with P(Bin(count, 1/2) < j) <= 2.5 %.
            below = [sum(math.comb(count, k) for k in range(j)) / 2 ** count
                     for j in range(count + 1)]
            j = max(j for j in range(1, count + 1) if below[j] <= .025)
            ranked = sorted(medians)
            text = self.report()
            words = self.line(text, "serial").split(" ", 3)[3]
            median, low, high = (self.seconds(v) for v in (
                statistics.median(medians), ranked[j - 1], ranked[count - j]))
            expected = (median, low.split()[0], high) if low.split()[1] == high.split()[1] else None
            self.assertIsNotNone(expected, "choose another seed")
            self.assertEqual(words, "%s [%s, %s] %s base exact" % (
                median, low.split()[0], *high.split()))
            self.assertIn("level is %.1f %%" % (100 * (1 - 2 * below[j])), text)

    @staticmethod
    def seconds(value):
        scale, unit = (1e3, "ms") if value >= 1e-3 else (1e6, "us")
        return "%.*f %s" % (2 if value * scale < 10 else 1 if value * scale < 100 else 0,
                            value * scale, unit)

    def test_range_below_six(self):
        self.write(launches([.003, .001, .002, .009, .004], **SERIAL))
        text = self.report()
        self.assertEqual(self.line(text, "serial"),
                         "serial serial_driver 1 3.00 ms 1.00 .. 9.00 ms base exact")
        self.assertIn("min .. max", text)
        self.assertIn("5 launches; a 95 % interval [a, b] needs 6", text)
        self.assertIn("Only serial (serial_driver, 1 core) ran", text)

    def test_overlap(self):
        self.write(launches([.003, .004, .005, .006, .007, .008], **SERIAL) +
                   launches([.001, .002, .003, .004, .005, .006], **THREADS))
        text = self.report()
        self.assertIn("No clear winner: threads (omp_driver, 2 cores), 3.50 ms;", text)
        self.assertIn("serial (serial_driver, 1 core), overlaps its own.", text)

    def test_few_launches_prove_nothing(self):
        self.write(launches([.004, .005], **SERIAL) + launches([.001, .002], **THREADS))
        text = self.report()
        self.assertIn("Fastest: threads (omp_driver, 2 cores), 1.50 ms;\n  too few launches for an "
                      "interval that could tell it from the next, serial (serial_driver, 1 core).",
                      text)
        self.assertNotIn("inner", text)

    def test_baseline(self):
        self.write(launches([.004] * 6, **SERIAL) + launches([.002] * 6, **THREADS) +
                   launches([.006] * 6, **{**THREADS, "cell_id": "t1", "cores": "1"}))
        text = self.report("--baseline", "omp_driver", self.folder)
        self.assertIn("over omp_driver on 1 core, 6.00 ms.", text)
        self.assertIn(" 1.50x ", self.line(text, "serial"))
        self.assertIn("No speedup: mpi_driver has no verified time here.",
                      self.report("-b", "mpi_driver", self.folder))


class Failures(ReportTest):
    FAILED = {**THREADS, "wall_s": "", "rep": "", "warmup": "", "verify": "", "error": ""}

    def test_some_fail(self):
        self.write(launches([.004] * 6, **SERIAL) + launches([.001] * 5, **THREADS) +
                   [row(**{**self.FAILED, "launch": "6", "status": "timeout"})])
        text = self.report()
        self.assertEqual(self.line(text, "threads"), "threads omp_driver 2 1.00 ms 1.00 .. 1.00 ms "
                         "4.00x exact; timeout 1 of 6")
        # It was faster, but what fails now and then has not won.
        self.assertIn("Only serial (serial_driver, 1 core) ran and verified in every launch", text)

    def test_all_fail(self):
        self.write(launches([.004] * 6, **SERIAL) +
                   [row(**{**self.FAILED, "launch": str(i), "status": s, "oversubscribed": "1"})
                    for i, s in enumerate(["oom", "fail", "skipped"])])
        self.assertEqual(self.line(self.report(), "threads"),
                         "threads omp_driver 2 - - fail 1, oom 1, skipped 1 of 3; oversubscribed")

    def test_wrong(self):
        self.write(launches([.004] * 6, **SERIAL) + launches([.001] * 5, **THREADS) +
                   [row(**{**self.FAILED, "launch": "6", "status": "wrong"})])
        text = self.report()
        self.assertTrue(self.line(text, "threads").endswith("WRONG 1 of 6"), text)
        self.assertNotIn("Winner: threads", text)

    def test_base_fails(self):
        self.write(launches([.001] * 6, **THREADS) + [row(**{**SERIAL, "status": "fail", "wall_s": ""})])
        text = self.report()
        self.assertIn("No speedup: serial_driver has no verified time here.", text)
        self.assertTrue(self.line(text, "threads").endswith(" - exact"))

    def test_nothing_verified(self):
        self.write([row(**self.FAILED | {"status": "fail"})])
        self.assertIn("No winner: nothing ran and verified in every launch.", self.report())

    def test_failed_row_joins_its_group(self):
        """The runner knows the options that the config sets; a driver tells all of them."""
        self.write([row(**{**self.FAILED, "status": "fail", "options": "delay=1ms"})] +
                   launches([.004] * 6, options="count=2;delay=1ms", **SERIAL))
        text = self.report()
        self.assertEqual(text.count("sumsq, n = 1000"), 1)
        self.assertIn("sumsq, n = 1000, count=2;delay=1ms", text)
        self.assertIn("fail 1 of 1", text)


class Tables(ReportTest):
    def test_groups(self):
        self.write(launches([.004] * 6, jobs="4", **SERIAL) +
                   launches([.004] * 6, kernel="wait", n="7", options="delay=1ms", **SERIAL) +
                   launches([.004] * 6, n="2000", **SERIAL))
        titles = [l for l in self.report().splitlines() if l and not l.startswith(" ")]
        self.assertEqual(titles[:3], ["sumsq, 4 jobs of n = 1000", "wait, n = 7, delay=1ms",
                                      "sumsq, n = 2000"])

    def test_factors_that_differ_are_told(self):
        self.write(launches([.004] * 6, error="2.5e-13", **THREADS) +
                   launches([.003] * 6, **{**THREADS, "cell_id": "g", "grain": "100",
                                           "schedule": "dynamic,4", "oversubscribed": "1"}))
        lines = [re.sub(" +", " ", l.strip()) for l in self.report().splitlines()]
        self.assertTrue(lines[2].endswith("ok, error 2.5e-13; grain=0; schedule=static"), lines[2])
        self.assertTrue(lines[3].endswith("exact; oversubscribed; grain=100; schedule=dynamic,4"),
                        lines[3])

    def test_drivers_own_rows(self):
        """What `omp_driver --csv` prints has no cell_id."""
        rows = launches([.004], **SERIAL) + launches([.002], **THREADS)
        path = self.write([{**r, "cell_id": "", "run_id": ""} for r in rows])
        text = self.report(path)
        self.assertIn("4.00 ms 4.00 .. 4.00 ms base", self.line(text, "serial"))
        self.assertIn(" 2.00x ", self.line(text, "threads"))

    def test_foreign_csv(self):
        """Lines may end as Windows has it, columns may be moved and added."""
        rows = launches([.004] * 6, **SERIAL)
        self.write([{**r, "extra": "1, \"2\"\r\n3"} for r in rows],
                   columns=["extra", *reversed(COLUMNS)], end="\r\n")
        self.assertIn(" 4.00 ms ", self.line(self.report(), "serial"))

    def test_older_columns(self):
        """Files of before these columns are read; any other column must be there."""
        rows = launches([.004] * 6, **SERIAL)
        self.write([{k: v for k, v in r.items() if k not in ("work_unit", "build")} for r in rows],
                   columns=[c for c in COLUMNS if c not in ("work_unit", "build")])
        self.assertIn(" 4.00 ms ", self.line(self.report(), "serial"))

    def test_control_characters(self):
        self.write(launches([.004] * 6, options="a=\033[31m\nb", **SERIAL))
        self.assertIn("sumsq, n = 1000, a=?[31m?b\n", self.report())


class BadInput(ReportTest):
    def check(self, text, *expected):
        path = os.path.join(self.folder, "samples.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        told = self.report(code=2)
        for word in expected:
            self.assertIn(word, told)

    def test_not_samples(self):
        header, good = ",".join(COLUMNS), ",".join(row(wall_s="1").get(c, "") for c in COLUMNS)
        self.check("", "samples.csv is empty")
        self.check("a,b\n1,2\n", "has no column 'schema'; is it a samples.csv?")
        self.check(header + "\n1,2\n", f"samples.csv:2: 2 cells, but the header has {len(COLUMNS)}")
        self.check(header + "\n" + good.replace("1", "9", 1) + "\n", ":2: the schema is not 1: '9'")
        self.check(header + "\n" + good.replace(",ok,", ",okay,").replace("okay", "ok", 1) + "\n",
                   ":2: unknown status 'okay'")
        self.check(header + "\n" + good + "\n" + good[:-20], ":3: ")

    def test_wall(self):
        for wall in ("", "nan", "-1", "1e", "inf", "0x1"):
            self.write([row(wall_s=wall)])
            self.assertIn("samples.csv:2: wall_s is not a time: '%s'" % wall, self.report(code=2))

    def test_usage(self):
        self.assertIn("no results are named", self.report("--baseline", "x", code=2))
        self.assertIn("more than one", self.report("a", "b", code=2))
        self.assertIn("No such file", self.report("/nonexistent", code=2))
        self.assertIn("samples.csv: No such file", self.report(self.folder, code=2))
        self.report("--nope", code=2)
        self.assertIn("--baseline", self.report("--help"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
