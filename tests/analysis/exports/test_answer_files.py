"""The answer as JSON, as summary.csv and as JUnit's XML.

Arguments: the programs answer_file and synthetic.
"""
import csv
import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from samples import RUN, SERIAL, THREADS, failed, launches, synthetic, write

ANSWER, SYNTHETIC = (os.path.abspath(program) for program in sys.argv[1:3])
FORMATS = ("json", "csv", "junit")


def refuse(constant):
    raise ValueError("JSON has no " + constant)


class AnswerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quartet answer ")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, rows, run=None):
        return write(self.folder, rows, run)

    def synthetic(self, *arguments):
        synthetic(SYNTHETIC, self.folder, *arguments)

    def answer(self, form):
        done = subprocess.run([ANSWER, form, self.folder], capture_output=True, check=False,
                              timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode("utf-8")

    def json(self):
        return json.loads(self.answer("json"), parse_constant=refuse)

    def csv(self):
        return list(csv.DictReader(io.StringIO(self.answer("csv"), newline="")))

    def junit(self):
        return xml.etree.ElementTree.fromstring(self.answer("junit"))

    def shuffle(self):
        path = os.path.join(self.folder, "samples.csv")
        with open(path, encoding="utf-8") as file:
            header, *rows = file.read().splitlines()
        random.Random(1).shuffle(rows)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join([header, *rows]) + "\n")


class Numbers(AnswerTest):
    SERIAL_S = [0.50, 0.52, 0.51, 0.53, 0.50, 0.54, 0.55, 0.51]
    THREADS_S = [0.26, 0.25, 0.27, 0.28, 0.25, 0.26, 0.29, 0.27]

    def rows(self):
        return (launches(self.SERIAL_S, work_op="1000000", work_unit="flop", **SERIAL) +
                launches(self.THREADS_S, work_op="1000000", work_unit="flop", **THREADS))

    def test_summary(self):
        self.write(self.rows())
        serial, threads = self.csv()
        self.assertEqual([r["variant"] for r in (serial, threads)], ["serial", "threads"])
        for r, times in ((serial, self.SERIAL_S), (threads, self.THREADS_S)):
            ordered, quartiles = sorted(times), statistics.quantiles(times, n=4, method="inclusive")
            for column, value in (("min_s", ordered[0]), ("max_s", ordered[-1]),
                                  ("median_s", quartiles[1]), ("p25_s", quartiles[0]),
                                  ("p75_s", quartiles[2]), ("low_s", ordered[0]),
                                  ("high_s", ordered[-1]),
                                  # The interval from minimum to maximum of 8 holds with:
                                  ("level", 1 - 2 / 2**8), ("rate", 1e6 / quartiles[1])):
                self.assertAlmostEqual(float(r[column]) / value, 1, 9, column)
            self.assertEqual((r["launches"], r["failed"], r["p5_s"], r["rate_unit"], r["base"]),
                             ("8", "0", "", "flop/s", "serial"))
        self.assertEqual((serial["verdict"], serial["speedup"], serial["p"]), ("base", "1", ""))
        self.assertEqual((threads["verdict"], threads["undecided"]), ("faster", ""))
        # No time of one is among the other's: 8 pairs of the same sign, or U = 0.
        self.assertEqual(threads["cliffs_delta"], "1")
        self.assertTrue(1.8 < float(threads["speedup_low"]) < float(threads["speedup"]) <
                        float(threads["speedup_high"]) < 2.2)
        self.assertAlmostEqual(float(threads["efficiency"]) * 2, float(threads["speedup"]), 9)

    def test_json_agrees_with_summary(self):
        self.synthetic("--kernels", "sumsq,stream", "--models", "serial,threads,async", "--n",
                       "1e5,1e6", "--cores", "1,4", "--launches", "25", "--failures", "0.05")
        found, rows = self.json(), self.csv()
        self.assertEqual(len(found["points"]), len(rows))
        for index, (point, r) in enumerate(zip(found["points"], rows)):
            self.assertEqual(point["index"], index)
            work, variant = found["works"][point["work"]], found["variants"][point["variant"]]
            self.assertEqual((work["kernel"], str(point["n"]), variant["name"], point["cell_id"]),
                             (r["kernel"], r["n"], r["variant"], r["cell_id"]))
            for key in ("min", "p5", "p25", "median", "p75", "p95", "max", "low", "high"):
                value, cell = point["time_s"][key], r[key + "_s"]
                self.assertEqual("" if value is None else "%.12g" % value, cell, key)
            self.assertEqual(len(point["time_s"]["launches"]), int(r["launches"]))
            self.assertEqual(point["launches"]["failed"], int(r["failed"]))
            if point["comparison"] is not None:
                self.assertEqual(point["comparison"]["verdict"], r["verdict"])
                for key in ("p", "p_adjusted", "cliffs_delta", "detectable"):
                    value = point["comparison"][key]
                    self.assertEqual("" if value is None else "%.12g" % value, r[key], key)
        for contest in found["contests"]:
            present = [v for v, p in enumerate(contest["entries"]) if p is not None]
            self.assertEqual(len(contest["pairs"]), len(present) * (len(present) - 1) // 2)
            for v in present:
                self.assertEqual(found["points"][contest["entries"][v]]["variant"], v)
        self.assertEqual({f["index"] for f in found["failed"]},
                         {i for i, r in enumerate(rows) if r["failed"] != "0"})
        self.assertEqual((found["settings"]["design"], found["run"]["name"]),
                         ("rounds", "synthetic"))

    def test_break_even_and_laws(self):
        """Threads cost 1 ms and halve the time: they are faster from 2 ms, n = 2e6, on."""
        self.synthetic("--kernels", "sumsq", "--models", "serial,threads", "--n",
                       "1e5,3e5,1e6,3e6,1e7,3e7", "--cores", "1,2,4,8", "--base", "100us",
                       "--overhead", "threads=1ms", "--launches", "12", "--amdahl", "0.1")
        found = self.json()
        crossing, = found["break_evens"]
        self.assertEqual((found["variants"][crossing["variant"]]["name"], crossing["sizes"],
                          crossing["n_min"], crossing["n_max"], crossing["alone"]["outcome"]),
                         ("threads", 6, 100000, 30000000, "from"))
        # 1 ms + 0.2125 t = t: on 8 cores the base needs 1.27 ms, n = 1.27e6.
        self.assertTrue(1e6 < crossing["alone"]["n"]["value"] < 1.6e6, crossing)
        self.assertEqual((crossing["alone"]["n_low"], crossing["alone"]["n_high"]), (1e6, 3e6))
        law = found["scaling_laws"][0]
        last = law["predictions"][-1]
        self.assertGreater(last["cores"], law["predictions"][0]["cores"])
        self.assertLessEqual(last["speedup"]["low"], last["speedup"]["value"])
        self.assertLessEqual(last["speedup"]["value"], last["speedup"]["high"])
        self.assertEqual(found["contests"][law["contest"]]["n"], 30000000)
        self.assertTrue(law["law"] in ("Amdahl", "USL") and law["text"].startswith("T(p)"), law)
        # 1 ms and a tenth of 30 ms are serial.
        self.assertTrue(law["serial"]["low"] < 4 / 31 < law["serial"]["high"], law)
        self.assertTrue(any(law["text"] and "n" in law["text"] for law in found["growth_laws"]))

    def test_nothing_known(self):
        """One launch, no run.json: null and empty, never NaN."""
        self.write(launches([0.5], **SERIAL))
        point = self.json()["points"][0]
        self.assertEqual((point["time_s"]["low"], point["comparison"], point["rate"],
                          point["quality"]["lag1"]), (None, None, None, None))
        self.assertIsNone(self.json()["machine"])
        r, = self.csv()
        self.assertEqual((r["low_s"], r["rate"], r["p"], r["lag1"]), ("",) * 4)
        self.assertNotIn("nan", self.answer("csv").lower().split("\n", 1)[1])

    def test_no_rows(self):
        self.write([])
        self.assertEqual((self.json()["points"], self.csv(), len(self.junit())), ([], [], 0))

    def test_order_of_rows(self):
        self.synthetic("--kernels", "sumsq,wait", "--models", "serial,threads,async", "--cores",
                       "1,4", "--launches", "12", "--failures", "0.1", "--retry", "--drift", "0.1")
        before = [self.answer(form) for form in FORMATS]
        self.shuffle()
        self.assertEqual([self.answer(form) for form in FORMATS], before)


class Spreadsheets(AnswerTest):
    def test_formulas(self):
        hostile = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1"]
        self.write([r for i, text in enumerate(hostile) for r in launches(
            [0.5] * 6, kernel=text, options=text, driver=text, model=text, lock=text, grain=text,
            schedule=text, hosts=text, build=text, cell_id=text)])
        rows = self.csv()
        self.assertEqual(len(rows), len(hostile))
        for r in rows:
            for column, cell in r.items():
                self.assertFalse(cell.startswith(("=", "@", "\t", "\r", "+")), (column, cell))
                if cell.startswith("-"):
                    float(cell)
        self.assertCountEqual([r["kernel"] for r in rows], ["'" + text for text in hostile])


class JUnit(AnswerTest):
    def test_outcomes(self):
        """One point of each outcome; all counts; a message that says what happened."""
        times = [0.5] * 6
        points = {name: {**SERIAL, "cell_id": name, "n": str(1000 + i)} for i, name in enumerate(
            ("good", "wrong", "crash", "slow", "memory", "system", "skipped"))}
        self.write(
            launches(times, **points["good"]) +
            launches(times, **points["wrong"]) +
            [failed("wrong", 7, exit_code="1", **points["wrong"])] +
            [failed("fail", 1, signal="11", **points["crash"]),
             failed("fail", 2, exit_code="2", **points["crash"]),
             failed("timeout", 1, signal="9", **points["slow"]),
             failed("oom", 1, signal="9", **points["memory"]),
             failed("fail", 1, exit_code="3", **points["system"]),
             failed("skipped", 1, **points["skipped"])])
        root = self.junit()
        counts = {"tests": "7", "failures": "3", "errors": "2", "skipped": "1"}
        self.assertEqual({key: root.get(key) for key in counts}, counts)
        suite, = root
        self.assertEqual({key: suite.get(key) for key in counts}, counts)
        self.assertEqual(suite.get("name"), "sumsq")
        found = {case.get("name"): [(child.tag, child.get("type"), child.get("message"))
                                    for child in case] for case in suite}
        self.assertEqual(found, {"sumsq/serial_driver/n:%d/cores:1" % (1000 + i): outcome
                                 for i, outcome in enumerate((
            [], [("failure", "wrong", "1 of 7 launches failed: 1 wrong (exit status 1)")],
            [("failure", "fail", "2 of 2 launches failed: 2 fail (signal 11)")],
            [("failure", "timeout", "1 of 1 launches failed: 1 timeout (signal 9)")],
            [("error", "oom", "1 of 1 launches failed: 1 oom (signal 9)")],
            [("error", "fail", "1 of 1 launches failed: 1 fail (exit status 3)")],
            [("skipped", None, "1 of 1 launches were skipped: 1 skipped")]))})

    def test_suites(self):
        self.synthetic("--kernels", "sumsq,stream", "--models", "serial,threads", "--cores", "1,2")
        root = self.junit()
        self.assertEqual((root.tag, root.get("name")), ("testsuites", "Quartet synthetic"))
        self.assertEqual(sum(int(suite.get("tests")) for suite in root), int(root.get("tests")))
        self.assertEqual(len(root.findall("testsuite/testcase")), int(root.get("tests")))
        for suite in root:
            self.assertEqual({case.get("classname") for case in suite}, {suite.get("name")})
            self.assertAlmostEqual(sum(float(case.get("time")) for case in suite),
                                   float(suite.get("time")), 6)

    def test_acceptance(self):
        verdict = {"cell_id": "s", "point": "sumsq n=1000", "where": "n == 1000", "metric": "rate",
                   "reference": 2e9, "lower": 1.9e9, "upper": None, "measured": 1.5e9,
                   "unit": "flop/s", "accepted": False}
        self.write(launches([0.5] * 6, **SERIAL), {**RUN, "acceptance": [
            verdict, {**verdict, "measured": 2e9, "accepted": True},
            {**verdict, "point": None, "cell_id": None, "measured": None}]})
        suite = self.junit().find("testsuite[@name='acceptance']")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("3", "2"))
        self.assertEqual([(case.get("name"), *[f.get("message") for f in case]) for case in suite], [
            ("sumsq n=1000: rate",
             "measured 1.5e+09 flop/s; reference 2e+09 flop/s, at least 1.9e+09"),
            ("sumsq n=1000: rate",),
            ("n == 1000: rate", "no result; reference 2e+09 flop/s, at least 1.9e+09")])

    def test_hostile_texts(self):
        hostile = "<a b=\"c\">&'\x1b[31m\x07\t\uffff]]>\U0001f600\u202e"
        run = {**RUN, "name": hostile, "warnings": [{"kind": "busy", "text": hostile}]}
        self.write(launches([0.5] * 6, kernel=hostile, options=hostile, driver=hostile, **SERIAL),
                   run)
        root = self.junit()
        kept = "".join(c for c in hostile if c >= " " or c == "\t").replace("\uffff", "")
        self.assertEqual(root.get("name"), "Quartet " + kept)
        self.assertIn(kept, root[0][0].get("name"))
        self.assertEqual(self.json()["works"][0]["kernel"], hostile)
        self.assertEqual(self.json()["warnings"][0]["text"], hostile)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
