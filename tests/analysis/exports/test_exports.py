"""What other programs read. Google Benchmark: the fields that its compare.py and its documentation
name; Extra-P: docs/file-formats.md there.

Argument: the program export_file.
"""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import unittest

from samples import RUN, SERIAL, THREADS, failed, launches, row, write

EXPORT = os.path.abspath(sys.argv[1])


class ExportTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quartet exports ")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, rows, run=None):
        return write(self.folder, rows, run)

    def export(self, form, results=None, code=0):
        done = subprocess.run([EXPORT, form, results or self.folder], capture_output=True,
                              check=False, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        return (done.stderr if code else done.stdout).decode("utf-8")

    def benchmarks(self):
        return json.loads(self.export("google-benchmark"))["benchmarks"]

    def lines(self):
        return [json.loads(line) for line in self.export("extra-p").splitlines()]

    def names(self):
        return list(dict.fromkeys(b["run_name"] for b in self.benchmarks()))

    def callpaths(self):
        return list(dict.fromkeys(line["callpath"] for line in self.lines()))

    def random_rows(self, **cells):
        """Three launches of three timed repetitions each, and a warm-up."""
        chance = random.Random(42)
        return [row(launch=str(launch), rep=str(rep), warmup=str(int(rep < 0)), n="10000000",
                    wall_s="%.9f" % chance.lognormvariate(-5, 1),
                    cpu_s="%.9f" % chance.lognormvariate(-4, 1), work_op="20000000",
                    work_byte="1.5e6", **cells) for launch in (1, 2, 3) for rep in (-1, 0, 1, 2)]

    def test_one_entry_for_each_launch(self):
        rows = self.random_rows(**THREADS)
        self.write(rows)
        timed = [r for r in rows if r["warmup"] == "0"]
        found = self.benchmarks()
        self.assertEqual(len(found), 3 + 3)
        walls = [statistics.median(float(r["wall_s"]) for r in timed[i:i + 3]) for i in (0, 3, 6)]
        cpus = [sum(float(r["cpu_s"]) for r in timed[i:i + 3]) / 3 for i in (0, 3, 6)]
        for index, b in enumerate(found[:3]):
            for field, value in (("real_time", walls[index] * 1e9), ("cpu_time", cpus[index] * 1e9),
                                 ("items_per_second", 2e7 / walls[index]),
                                 ("bytes_per_second", 1.5e6 / walls[index])):
                self.assertAlmostEqual(b.pop(field) / value, 1, 12)
            self.assertEqual(
                b, {"name": "sumsq/omp_driver/n:10000000/cores:2",
                    "run_name": "sumsq/omp_driver/n:10000000/cores:2", "family_index": 0,
                    "per_family_instance_index": 0, "run_type": "iteration", "repetitions": 3,
                    "repetition_index": index, "threads": 2, "iterations": 3, "time_unit": "ns",
                    "launch": index + 1})
        for b, (name, of) in zip(found[3:], (("mean", statistics.mean), (
                "median", statistics.median), ("stddev", statistics.stdev))):
            self.assertEqual((b["name"], b["run_name"], b["aggregate_name"], b["run_type"]), (
                found[0]["name"] + "_" + name, found[0]["name"], name, "aggregate"))
            self.assertEqual((b["aggregate_unit"], b["iterations"], b["repetitions"]), ("time", 3, 3))
            for field, values in (("real_time", walls), ("cpu_time", cpus)):
                self.assertAlmostEqual(b[field] / of(values) / 1e9, 1, 12)
            self.assertEqual("items_per_second" in b, name != "stddev")
            if name != "stddev":
                self.assertAlmostEqual(b["items_per_second"] * b["real_time"] / 1e9 / 2e7, 1, 12)

    def test_extra_p_numbers(self):
        self.write(launches([0.5, 0.25], **THREADS) + launches(
            [0.125], **{**THREADS, "cell_id": "4", "cores": "4", "threads": "4", "n": "2000"}))
        self.assertEqual(self.lines(), [
            {"params": {"n": n, "cores": cores}, "callpath": "sumsq", "metric": "time",
             "value": value} for n, cores, value in ((1000, 2, 0.5), (1000, 2, 0.25),
                                                     (2000, 4, 0.125))])

    def test_one_launch_has_no_aggregates(self):
        self.write([row(wall_s="1e-05", **SERIAL)])
        (b,) = self.benchmarks()
        self.assertAlmostEqual(b["real_time"], 1e4)
        # What the row does not say is not there.
        self.assertFalse({"cpu_time", "items_per_second", "bytes_per_second"} & set(b))

    def test_failed_launches_are_left_out(self):
        self.write(self.random_rows(**SERIAL) +
                   [failed(status, i, **THREADS) for i, status in enumerate(
                       ["fail", "timeout", "oom", "skipped"], 1)] +
                   [row(**{**THREADS, "status": "wrong", "wall_s": "0.001", "launch": "5"})])
        self.assertEqual(self.names(), ["sumsq/serial_driver/n:10000000/cores:1"])
        self.assertEqual(len(self.lines()), 3)

    def test_no_rows(self):
        for rows in ([], [row(warmup="1", wall_s="1")], [failed("fail", 1)]):
            self.write(rows)
            self.assertEqual(self.benchmarks(), [])
            self.assertEqual(self.export("extra-p"), "")

    def test_names(self):
        """The unusual is in the name, whatever else is in the file; Extra-P's has what differs."""
        hybrid = {"cell_id": "h", "model": "hybrid", "driver": "mpi_driver", "cores": "4",
                  "ranks": "2", "threads": "2"}
        ranks = {**hybrid, "cell_id": "p", "model": "processes", "ranks": "4", "threads": "1"}
        tasks = [{"cell_id": "a%s" % n, "model": "async", "driver": "async_driver", "n": n,
                  "tasks": n, "kernel": "wait", "options": "delay=1ms;seed=a=b;word"}
                 for n in ("10", "20")]
        more = {**THREADS, "cell_id": "m", "jobs": "4", "grain": "100", "schedule": "dynamic,4",
                "lock": "global,0.5"}
        self.write([row(wall_s="1", **cells) for cells in (SERIAL, hybrid, ranks, *tasks, more)])
        wait = "delay:1ms%sseed:a=b%sword"
        self.assertCountEqual(self.names(), [
            "sumsq/serial_driver/n:1000/cores:1", "sumsq/mpi_driver/n:1000/cores:4/threads:2",
            "sumsq/mpi_driver/n:1000/cores:4",
            "wait/async_driver/n:10/cores:1/" + wait % ("/", "/") + "/tasks:10",
            "wait/async_driver/n:20/cores:1/" + wait % ("/", "/") + "/tasks:20",
            "sumsq/omp_driver/n:1000/cores:2/jobs:4/grain:100/schedule:dynamic,4/lock:global,0.5"])
        # Both sizes of wait are one callpath, as the tasks follow n.
        self.assertCountEqual(self.callpaths(), [
            "sumsq->serial_driver", "sumsq->mpi_driver->threads:2", "sumsq->mpi_driver", "wait",
            "sumsq->omp_driver->jobs:4->grain:100->schedule:dynamic,4->lock:global,0.5"])

    def test_tasks_that_are_swept(self):
        self.write([row(wall_s="1", cell_id=t, model="async", driver="async_driver", tasks=t)
                    for t in ("4", "8")])
        self.assertEqual(self.callpaths(), ["sumsq->tasks:4", "sumsq->tasks:8"])

    def test_builds(self):
        self.write([row(wall_s="1", cell_id="s", build=build) for build in ("gcc", "clang")])
        self.assertCountEqual(self.names(), ["sumsq/serial_driver/n:1000/cores:1/build:" + build
                                             for build in ("gcc", "clang")])

    def test_what_has_no_column(self):
        """Points that differ in a setting without a column are distinguished by their cell_id."""
        self.write([row(wall_s="1", cell_id=c) for c in ("abc", "def")])
        self.assertEqual(self.names(), ["sumsq/serial_driver/n:1000/cores:1/cell:" + c
                                        for c in ("abc", "def")])
        self.assertEqual(self.callpaths(), ["sumsq->cell:abc", "sumsq->cell:def"])

    def test_machines(self):
        self.write([row(wall_s="1", cell_id="s", hosts=h) for h in ("n1", "n2")])
        self.assertEqual(self.names(), ["sumsq/serial_driver/n:1000/cores:1/hosts:" + h
                                        for h in ("n1", "n2")])

    def test_odd_characters(self):
        odd = "a=\"\\\t\n\u0001\u007f/\u00fc\U0001f600,"
        self.write([row(wall_s="1", options=odd, **SERIAL)])
        self.assertEqual(self.names(), ["sumsq/serial_driver/n:1000/cores:1/" +
                                        odd.replace("=", ":", 1)])
        self.assertEqual(len(self.lines()), 1)

    def test_order_of_rows(self):
        rows = self.random_rows(**SERIAL) + self.random_rows(**THREADS)
        for number, r in enumerate(rows, 1):
            r["seq"] = str(number)
        self.write(rows)
        before = [self.export(form) for form in ("google-benchmark", "extra-p")]
        random.Random(1).shuffle(rows)
        self.write(rows)
        self.assertEqual([self.export(form) for form in ("google-benchmark", "extra-p")], before)

    def test_context(self):
        path = self.write(self.random_rows(**SERIAL, hosts="n1+n2", start_ns="1700000000000000001"))
        context = json.loads(self.export("google-benchmark"))["context"]
        self.assertEqual(context, {"date": "2023-11-14T22:13:20+00:00", "host_name": "n1+n2",
                                   "json_schema_version": 1})
        self.write(self.random_rows(**SERIAL), RUN)
        context = json.loads(self.export("google-benchmark"))["context"]
        self.assertEqual(context, {
            "date": RUN["start"], "host_name": "ho\u00dft", "num_cpus": 8, "load_avg": [0.25],
            "cpu_scaling_enabled": True, "library_build_type": "release",
            "executable": "build/sweep", "run_id": "r", "processor": "P \"1\"",
            "compiler": "GNU 12.2.0", "quartet_version": "0.1.0", "json_schema_version": 1})
        # A driver's own CSV is not what the run.json beside it describes.
        own = shutil.copy(path, os.path.join(self.folder, "own.csv"))
        self.assertNotIn("executable", self.export("google-benchmark", own))
        self.assertIn("executable", self.export("google-benchmark", path))
        self.write(self.random_rows(**SERIAL), {"machine": 1, "build": [], "argv": "x"})
        self.assertEqual(len(self.benchmarks()), 6)

    def test_truncated_run_json(self):
        self.write(self.random_rows(**SERIAL), "{\n")
        self.assertIn("run.json:", self.export("google-benchmark", code=2))

    def test_usage(self):
        self.write([row(wall_s="1")])
        for name, message in (("google-benchmarks", "did you mean 'google-benchmark'?"),
                              ("extrap", "did you mean 'extra-p'?"),
                              ("xml", "must be one of: google-benchmark, extra-p")):
            found = self.export(name, code=2)
            self.assertIn("'%s' must be one of: google-benchmark, extra-p" % name, found)
            self.assertIn(message, found)

    def test_full_disk(self):
        self.write(self.random_rows(**SERIAL))
        for form in ("google-benchmark", "extra-p"):
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run([EXPORT, form, self.folder], stdout=full, text=True,
                                      stderr=subprocess.PIPE, check=False, timeout=60)
            self.assertEqual(done.returncode, 3)
            self.assertIn("cannot write", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
