"""The program `report`: its numbers against ones worked out by hand, and against Python's.

Arguments: the programs sweep, report and fake_driver, and fake_mpirun.sh.
"""
import csv
import json
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


RUN = {"run_id": "r", "start": "2026-01-02T03:04:05.678Z", "argv": ["build/sweep", "run", "x.yaml"],
       "load_average_at_start": 0.25,
       "machine": {"host": "ho\u00dft", "cores_online": 8, "processor": "P \"1\"",
                   "governor": "powersave", "topology": None},
       "build": {"build_type": "RelWithDebInfo", "compiler": "GNU 12.2.0", "version": "0.1.0",
                 "git_revision": None}}


class Exports(ReportTest):
    """What other programs read. Google Benchmark: the fields that its compare.py and its
    documentation name; Extra-P: docs/file-formats.md there."""

    def export(self, form, *arguments):
        done = subprocess.run([REPORT, "--export", form, *(arguments or [self.folder])],
                              capture_output=True, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode("utf-8")

    def benchmarks(self):
        return json.loads(self.export("google-benchmark"))["benchmarks"]

    def lines(self):
        return [json.loads(line) for line in self.export("extra-p").splitlines()]

    def names(self):
        return list(dict.fromkeys(b["run_name"] for b in self.benchmarks()))

    def ways(self):
        return list(dict.fromkeys(line["callpath"] for line in self.lines()))

    def write_run(self, run):
        with open(os.path.join(self.folder, "run.json"), "w", encoding="utf-8") as file:
            file.write(run if isinstance(run, str) else json.dumps(run))

    def random_rows(self, **cells):
        chance = random.Random(42)
        return [row(launch=str(launch), rep=str(rep), warmup=str(int(rep < 0)), n="10000000",
                    wall_s="%.9f" % chance.lognormvariate(-5, 1),
                    cpu_s="%.9f" % chance.lognormvariate(-4, 1), work_op="20000000",
                    work_byte="1.5e6", **cells) for launch in (1, 2, 3) for rep in (-1, 0, 1, 2)]

    def test_benchmark_numbers(self):
        rows = self.random_rows(**THREADS)
        self.write(rows)
        timed = [r for r in rows if r["warmup"] == "0"]
        found = self.benchmarks()
        self.assertEqual(len(found), 9 + 3)
        for index, (r, b) in enumerate(zip(timed, found)):
            wall = float(r["wall_s"])
            self.assertEqual(
                b, {"name": "sumsq/omp_driver/n:10000000/cores:2",
                    "run_name": "sumsq/omp_driver/n:10000000/cores:2", "family_index": 0,
                    "per_family_instance_index": 0, "run_type": "iteration", "repetitions": 9,
                    "repetition_index": index, "threads": 2, "iterations": 1, "time_unit": "ns",
                    # exact: the CSV's decimals with the point moved
                    "real_time": float(r["wall_s"] + "e9"), "cpu_time": float(r["cpu_s"] + "e9"),
                    "items_per_second": 2e7 / wall, "bytes_per_second": 1.5e6 / wall,
                    "launch": int(r["launch"]), "rep": int(r["rep"])})
        for b, (name, of) in zip(found[9:], (("mean", statistics.mean), (
                "median", statistics.median), ("stddev", statistics.stdev))):
            self.assertEqual((b["name"], b["run_name"], b["aggregate_name"], b["run_type"]), (
                found[0]["name"] + "_" + name, found[0]["name"], name, "aggregate"))
            self.assertEqual((b["aggregate_unit"], b["iterations"], b["repetitions"]), ("time", 9, 9))
            for field, column in (("real_time", "wall_s"), ("cpu_time", "cpu_s")):
                self.assertAlmostEqual(b[field] / of([float(r[column]) * 1e9 for r in timed]), 1, 12)
            self.assertEqual("items_per_second" in b, name != "stddev")
            if name != "stddev":
                self.assertAlmostEqual(b["items_per_second"] * b["real_time"] / 1e9 / 2e7, 1, 12)

    def test_extra_p_numbers(self):
        rows = self.random_rows(**THREADS) + self.random_rows(cell_id="4", cores="4", threads="4",
                                                              driver="omp_driver", model="threads")
        self.write(rows)
        self.assertEqual(self.lines(), [
            {"params": {"n": 10000000, "cores": int(r["cores"])}, "callpath": "sumsq",
             "metric": "time", "value": float(r["wall_s"])} for r in rows if r["warmup"] == "0"])

    def test_one_repetition_has_no_aggregates(self):
        self.write([row(wall_s="1e-05", **SERIAL)])
        (b,) = self.benchmarks()
        self.assertAlmostEqual(b["real_time"], 1e4)
        # What the row does not tell is not there.
        self.assertFalse({"cpu_time", "items_per_second", "bytes_per_second"} & set(b))

    def test_failed_rows_are_left_out(self):
        failed = {**THREADS, "wall_s": "", "rep": "", "warmup": "", "work_op": ""}
        self.write(self.random_rows(**SERIAL) +
                   [row(**{**failed, "status": s, "launch": str(i)}) for i, s in enumerate(
                       ["fail", "timeout", "oom", "skipped"])] +
                   [row(**{**THREADS, "status": "wrong", "wall_s": "0.001"})])
        self.assertEqual(self.names(), ["sumsq/serial_driver/n:10000000/cores:1"])
        self.assertEqual(len(self.lines()), 9)

    def test_no_rows(self):
        for rows in ([], [row(warmup="1", wall_s="1")], [row(status="fail")]):
            self.write(rows)
            self.assertEqual(self.benchmarks(), [])
            self.assertEqual(self.export("extra-p"), "")

    def test_names(self):
        """The unusual is in the name, whatever else is in the file; Extra-P's tells what differs."""
        hybrid = {"cell_id": "h", "model": "hybrid", "driver": "mpi_driver", "cores": "4",
                  "ranks": "2", "threads": "2"}
        ranks = {**hybrid, "cell_id": "p", "model": "processes", "ranks": "4", "threads": "1"}
        tasks = [{"cell_id": "a%s" % n, "driver": "async_driver", "n": n, "tasks": n, "kernel": "wait",
                  "options": "delay=1ms;seed=a=b;word"} for n in ("10", "20")]
        more = {**THREADS, "cell_id": "m", "jobs": "4", "grain": "100", "schedule": "dynamic,4",
                "lock": "global,0.5"}
        self.write([row(wall_s="1", **cells) for cells in (SERIAL, hybrid, ranks, *tasks, more)])
        wait = "delay:1ms%sseed:a=b%sword"
        self.assertEqual(self.names(), [
            "sumsq/serial_driver/n:1000/cores:1", "sumsq/mpi_driver/n:1000/cores:4/threads:2",
            "sumsq/mpi_driver/n:1000/cores:4",
            "wait/async_driver/n:10/cores:1/" + wait % ("/", "/") + "/tasks:10",
            "wait/async_driver/n:20/cores:1/" + wait % ("/", "/") + "/tasks:20",
            "sumsq/omp_driver/n:1000/cores:2/jobs:4/grain:100/schedule:dynamic,4/lock:global,0.5"])
        # Both sizes of wait are one way of running, as the tasks follow n.
        self.assertEqual(self.ways(), [
            "sumsq->serial_driver", "sumsq->mpi_driver->threads:2", "sumsq->mpi_driver", "wait",
            "sumsq->omp_driver->jobs:4->grain:100->schedule:dynamic,4->lock:global,0.5"])

    def test_tasks_that_are_swept(self):
        self.write([row(wall_s="1", cell_id=t, driver="async_driver", tasks=t) for t in ("4", "8")])
        self.assertEqual(self.ways(), ["sumsq->tasks:4", "sumsq->tasks:8"])

    def test_what_no_column_tells(self):
        """Points that differ in a setting without a column are kept apart by their cell_id."""
        self.write([row(wall_s="1", cell_id=c) for c in ("abc", "def")])
        self.assertEqual(self.names(), ["sumsq/serial_driver/n:1000/cores:1/cell:" + c
                                        for c in ("abc", "def")])
        self.assertEqual(self.ways(), ["sumsq->cell:abc", "sumsq->cell:def"])

    def test_odd_characters(self):
        odd = "a=\"\\\t\n\u0001/\u00fc\U0001f600,"
        self.write([row(wall_s="1", options=odd, **SERIAL)])
        self.assertEqual(self.names(), ["sumsq/serial_driver/n:1000/cores:1/" +
                                        odd.replace("=", ":", 1)])
        with open(os.path.join(self.folder, "samples.csv"), "r+b") as file:
            text = file.read().replace("\u00fc\U0001f600".encode(), b"\xff\xc3")
            file.seek(0)
            file.truncate()
            file.write(text)
        self.assertTrue(self.names()[0].endswith("/??,"), self.names())
        for line in self.export("extra-p").splitlines():
            json.loads(line)

    def test_context(self):
        self.write(self.random_rows(**SERIAL, hosts="n1+n2", start_ns="1700000000000000001"))
        context = json.loads(self.export("google-benchmark"))["context"]
        self.assertEqual(context, {"date": "2023-11-14T22:13:20+00:00", "host_name": "n1+n2",
                                   "json_schema_version": 1})
        self.write_run(RUN)
        context = json.loads(self.export("google-benchmark"))["context"]
        self.assertEqual(context, {
            "date": RUN["start"], "host_name": "ho\u00dft", "num_cpus": 8, "load_avg": [0.25],
            "cpu_scaling_enabled": True, "library_build_type": "release",
            "executable": "build/sweep", "run_id": "r", "processor": "P \"1\"",
            "compiler": "GNU 12.2.0", "quartet_version": "0.1.0", "json_schema_version": 1})
        # A driver's own CSV is not what the run.json beside it is of.
        path = os.path.join(self.folder, "samples.csv")
        own = shutil.copy(path, os.path.join(self.folder, "own.csv"))
        self.assertNotIn("executable", self.export("google-benchmark", own))
        self.assertIn("executable", self.export("google-benchmark", path))
        self.write_run({"machine": 1, "build": [], "argv": "x"})
        self.assertEqual(len(self.benchmarks()), 12)

    def test_torn_run_json(self):
        self.write(self.random_rows(**SERIAL))
        self.write_run("{\n")
        self.assertIn("run.json:", self.report("--export=google-benchmark", self.folder, code=2))

    def test_bad_input(self):
        for cells, told in (({"wall_s": "x"}, "wall_s is not a time: 'x'"),
                            ({"wall_s": "inf"}, "wall_s is not a time: 'inf'"),
                            ({"wall_s": "1", "n": "1.5"}, "n is not a count: '1.5'"),
                            ({"wall_s": "1", "launch": "a"}, "launch is not a count: 'a'"),
                            ({"status": "okay"}, "unknown status 'okay'"),
                            ({"schema": "2"}, "the schema is not 1: '2'")):
            self.write([row(wall_s="1"), row(**cells)])
            for form in ("google-benchmark", "extra-p"):
                self.assertIn("samples.csv:3: " + told,
                              self.report("-e", form, self.folder, code=2))

    def test_usage(self):
        self.write([row(wall_s="1")])
        for name, told in (("google-benchmarks", "did you mean 'google-benchmark'?"),
                           ("extrap", "did you mean 'extra-p'?"),
                           ("xml", "there are google-benchmark and extra-p")):
            self.assertIn("no format '%s'; %s" % (name, told),
                          self.report("--export", name, self.folder, code=2))
        self.assertIn("--baseline is of the table",
                      self.report("-b", "x", "-e", "extra-p", self.folder, code=2))
        self.assertIn("No such file", self.report("-e", "extra-p", "/nonexistent", code=2))
        self.report("--export", code=2)
        self.assertIn("report --export extra-p ", self.report("--help"))

    def test_full_disk(self):
        self.write(self.random_rows(**SERIAL))
        for form in ("google-benchmark", "extra-p"):
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run([REPORT, "-e", form, self.folder], stdout=full, text=True,
                                      stderr=subprocess.PIPE, check=False, timeout=60)
            self.assertEqual(done.returncode, 3)
            self.assertIn("cannot write", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
