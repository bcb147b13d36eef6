"""The output of `report`, against numbers computed by hand or by another method (by_hand.py).

Arguments: the programs report and synthetic.
"""
import json
import os
import random
import statistics

import by_hand
from report_test import COLUMNS, RUN, SERIAL, THREADS, ReportTest, failed, launches, main, row

SLOW = [.0420, .0400, .0450, .0410, .0440, .0432]  # median 42.6 ms
FAST = [.0210, .0200, .0225, .0205, .0220, .0216]  # 21.3 ms
ASYNC = {"model": "async", "driver": "async_driver", "cell_id": "a"}


def in_rounds(rows):
    """The rows as a sweep writes them, launch k of each point in round k."""
    rows = sorted(rows, key=lambda r: int(r["launch"]))
    return [{**r, "seq": str(i), "start_ns": str(10**18 + i)} for i, r in enumerate(rows, 1)]


class Numbers(ReportTest):
    def test_by_hand(self):
        # Six launches: the median is between 3 and 4 ms, the interval at 96.9 % is (x1, x6).
        self.write(launches([.003, .001, .006, .002, .005, .004], **SERIAL) +
                   launches([.0007, .0005, .0006, .0005, .0007, .0009], **THREADS))
        found = self.json()
        serial, threads = self.point(found, "serial"), self.point(found, "threads")
        self.assertEqual([serial["time_s"][k] for k in ("min", "low", "median", "high", "max", "level")],
                         [.001, .001, .0035, .006, .006, .96875])
        self.assertAlmostEqual(threads["time_s"]["median"], .00065, 12)
        self.assertEqual((serial["speedup"], serial["efficiency"], serial["comparison"]), (1, 1, None))
        # All of one are faster than all of the other: 2 of 924 partitions of 12 launches.
        compared = threads["comparison"]
        self.assertEqual((compared["verdict"], compared["test"], compared["cliffs_delta"]),
                         ("faster", "mann-whitney", 1))
        self.assertAlmostEqual(compared["p"], 2 / 924, 12)
        # The median of the 36 ratios is between 5.556 and 5.714; the 6th and the 31st of them hold
        # it with 1 - 2 x 19/924.
        self.assertAlmostEqual(threads["speedup"], (.005 / .0009 * (.004 / .0007)) ** .5, 9)
        self.assertAlmostEqual(threads["speedup_low"], .001 / .0005, 9)
        self.assertAlmostEqual(threads["speedup_high"], .006 / .0007, 9)
        self.assertAlmostEqual(compared["level"], 1 - 2 * 19 / 924, 9)
        self.assertAlmostEqual(threads["efficiency"], threads["speedup"] / 2, 9)
        words = self.words()
        self.assertIn("sumsq, n = 1000: Fastest: threads on 2 cores (650 us), "
                      "5.63x [2.00, 8.57] as fast as serial.", words)
        self.assertIn("6 launches of each; 95 % intervals of each ratio alone; verdicts: Holm over 1 comparison at 5 %.", words)
        self.assertIn("All 48 rows: %s/samples.csv" % self.folder, words)
        table = self.words("--all-points")
        self.assertIn("1000 serial 1 3.50 ms [1.00, 6.00] 1.00x 100 % - base", table)
        self.assertIn("1000 threads 2 650 us [500, 900] 5.63x 282 % - faster", table)

    def test_median_of_launches_not_of_repetitions(self):
        # Over all repetitions the median would be 1 ms: the fast launch has more of them.
        self.write([row(launch=l, rep=str(i), wall_s=w, **SERIAL)
                    for l, walls in (("1", ["0.001"] * 9), ("2", ["0.003"]), ("3", ["0.003"]))
                    for i, w in enumerate(walls)])
        self.assertEqual(self.json()["points"][0]["time_s"]["median"], .003)

    def test_warm_up_does_not_count(self):
        self.write(launches([.003], **SERIAL))  # its warm-up takes 99 s
        self.assertEqual(self.json()["points"][0]["time_s"]["max"], .003)

    def test_against_python(self):
        chance = random.Random(4711)
        for count in (5, 6, 9, 10, 20, 31, 50):
            medians = [round(chance.lognormvariate(-5.5, .2), 9) for _ in range(count)]
            self.write(launches(medians, **SERIAL))
            point, = self.csv()
            self.assertAlmostEqual(float(point["median_s"]), statistics.median(medians), 12)
            if count < 6:
                self.assertEqual((point["low_s"], point["level"]), ("", ""))
                continue
            for column, value in zip(("low_s", "high_s", "level"), by_hand.median_interval(medians)):
                self.assertAlmostEqual(float(point[column]), value, 10, column)

    def test_rounds_against_python(self):
        """Ten rounds: the signed-rank test and its estimate, whatever drift the rounds share."""
        chance = random.Random(42)
        base = [.04 * (1 + .03 * k) * chance.lognormvariate(0, .01) for k in range(10)]
        own = [b / 1.01 * chance.lognormvariate(0, .005) for b in base]
        base, own = ([round(t, 9) for t in times] for times in (base, own))
        self.write(in_rounds(launches(base, **SERIAL) + launches(own, **THREADS)))
        compared = self.point(self.json(), "threads")["comparison"]
        self.assertEqual(compared["test"], "signed-rank")
        logs = [b / a - 1 for a, b in zip(own, base)]
        self.assertAlmostEqual(compared["p"], by_hand.signed_rank(logs), 9)
        self.assertAlmostEqual(compared["ratio"], by_hand.ratio_of_rounds(base, own), 9)

    def test_holm_against_python(self):
        """Three models: three comparisons of the matrix, decided together."""
        chance = random.Random(7)
        times = {name: [round(.04 * ratio * chance.lognormvariate(0, .02), 9) for _ in range(8)]
                 for name, ratio in (("serial", 1), ("threads", .98), ("async", 1.05))}
        self.write(in_rounds(launches(times["serial"], **SERIAL) + launches(times["threads"], **THREADS) +
                             launches(times["async"], **ASYNC)))
        found = self.json()
        names = [v["name"] for v in found["variants"]]
        pairs = found["contests"][0]["pairs"]
        raw = []
        for pair in pairs:
            a, b = times[names[pair["a"]]], times[names[pair["b"]]]
            self.assertAlmostEqual(pair["comparison"]["ratio"], by_hand.ratio_of_pairs(b, a), 9)
            self.assertAlmostEqual(pair["comparison"]["p"], by_hand.mann_whitney(a, b), 9)
            raw.append(pair["comparison"]["p"])
        self.assertEqual(len(pairs), 3)
        for pair, p in zip(pairs, by_hand.holm(raw)):
            self.assertAlmostEqual(pair["comparison"]["p_adjusted"], p, 9)
            self.assertEqual(pair["comparison"]["verdict"] in ("faster", "slower"), p <= .05)

    def test_rate(self):
        """Work over time, in the kernel's own unit; bytes where memory or network is the limit."""
        self.write(launches([.5] * 6, work_op="2e9", work_byte="3e9", work_unit="flop", **SERIAL) +
                   launches([.5] * 6, kernel="stream", bound="memory", work_op="2e9",
                            work_byte="3e9", **SERIAL))
        self.assertEqual({(p["rate"], p["rate_unit"]) for p in self.csv()},
                         {("4000000000", "flop/s"), ("6000000000", "B/s")})
        text = self.report("-a")
        self.assertRegex(text, r"Gflop/s")
        self.assertRegex(text, r" 4\.00 +base")
        self.assertRegex(text, r" 6\.00 +base")


class Verdicts(ReportTest):
    def verdict(self, *arguments):
        words = self.words(*arguments)
        return words[words.index("sumsq, n = 1000: ") + len("sumsq, n = 1000: "):]

    def test_equals(self):
        chance = random.Random(3)
        fast, same, slow = ([round(m * chance.lognormvariate(0, .004), 9) for _ in range(30)]
                            for m in (.02, .02001, .04))
        self.write(launches(slow, **SERIAL) + launches(fast, **THREADS) + launches(same, **ASYNC))
        text = self.verdict()
        self.assertRegex(text, r"^Fastest: (threads on 2 cores|async) \(20\.0 ms\), 2\.\d\dx ")
        self.assertRegex(text, r"The same within 3 %: (async|threads on 2 cores)\.")
        matrix = self.report()
        self.assertRegex(matrix, r"sumsq .*\*[12]\.\d\dx +=[12]\.\d\dx|sumsq .*=[12]\.\d\dx +\*[12]\.\d\dx")
        # A margin below the scatter: equivalence is not shown any more.
        self.assertIn("No clear winner.", self.verdict("--margin", "0.1%"))

    def test_undecided(self):
        self.write(launches([.003, .004, .005, .006, .007, .008], **SERIAL) +
                   launches([.0025, .003, .0045, .0055, .0065, .0075], **THREADS))
        text = self.verdict()
        self.assertTrue(text.startswith("No clear winner. Lowest median: threads on 2 cores (5.00 ms), "),
                        text)
        self.assertIn("it does not differ clearly from serial: ", text)

    def test_launches_needed(self):
        """A difference that is there, too small for ten launches: it says what would have shown."""
        chance = random.Random(11)
        base, own = ([round(m * chance.lognormvariate(0, .02), 9) for _ in range(10)]
                     for m in (.0400, .0404))
        self.write(launches(base, **SERIAL) + launches(own, **THREADS))
        self.assertRegex(self.verdict(), r"these launches can detect a difference of \d\.\d % or more; "
                         r"about \d+ launches of each would be needed to decide")
        compared = self.point(self.json(), "threads")["comparison"]
        self.assertEqual((compared["verdict"], compared["undecided"]), ("cannot-tell", "noise"))
        self.assertGreater(compared["launches_needed"], 10)

    def test_few_launches_prove_nothing(self):
        self.write(launches([.004, .005], **SERIAL) + launches([.001, .002], **THREADS))
        text = self.verdict()
        self.assertIn("No clear winner. Lowest median: threads on 2 cores (1.50 ms), 3.16x as fast as "
                      "serial; it does not differ clearly from serial: 2 launches cannot decide; "
                      "about 4 launches of each would be needed to decide.", text)
        self.assertIn("2 of 2 points with fewer than 6 verified launches", text)
        self.assertNotIn("Fastest", text)

    def test_one_model(self):
        self.write(launches([.003, .001, .002, .009, .004], **SERIAL))
        text = self.verdict()
        self.assertTrue(text.startswith("Only serial ran and verified (3.00 ms): nothing to compare."))
        self.assertNotIn("Holm", text)

    def test_batch(self):
        """No verdict from a drifting machine, by run.json's word or by the order of the rows."""
        for known in (True, False):
            self.synthetic("--order", "batch", "--ratio", "threads=0.5", "--launches", "10")
            if not known:
                os.remove(os.path.join(self.folder, "run.json"))
            found = self.json()
            self.assertEqual(found["settings"]["design"], "batch")
            self.assertEqual({(p["comparison"]["verdict"], p["comparison"]["undecided"])
                              for p in found["points"] if p["comparison"]},
                             {("cannot-tell", "batch")})
            words = self.words()
            self.assertIn("(order: batch), so a drift of the machine would look like a difference",
                          words)
            self.assertNotIn("Fastest", words)

    def test_baseline(self):
        self.write(launches([.004] * 6, **SERIAL) + launches([.002] * 6, **THREADS) +
                   launches([.006] * 6, **{**THREADS, "cell_id": "t1", "cores": "1", "threads": "1"}))
        found = self.json("--baseline", "omp_driver")
        self.assertAlmostEqual(self.point(found, "serial")["speedup"], 1.5, 9)
        self.assertAlmostEqual(self.point(found, "threads", cores=2)["speedup"], 3, 9)
        self.assertEqual(self.point(found, "threads", cores=1)["speedup"], 1)
        self.assertAlmostEqual(self.point(self.json(), "threads", cores=1)["speedup"], 4 / 6, 9)

    def test_baseline_of_the_run(self):
        rows = launches(SLOW, **SERIAL) + launches(FAST, **THREADS)
        self.write(rows, {**RUN, "baseline": "omp_driver"})
        self.assertEqual(self.json()["settings"]["baseline"], "omp_driver")
        self.assertEqual(self.json("-b", "serial_driver")["settings"]["baseline"], "serial_driver")

    def test_baseline_missing(self):
        self.write(launches(FAST, **THREADS))
        self.assertIsNone(self.json()["points"][0]["speedup"])
        self.assertIn("no base", self.words())

    def test_margin_of_the_run(self):
        rows = launches(SLOW, **SERIAL) + launches(FAST, **THREADS)
        self.write(rows)
        self.assertEqual(self.json()["settings"]["margin"], 0.03)
        self.write(rows, {**RUN, "equivalence_margin": 0.07})
        self.assertEqual(self.json()["settings"]["margin"], 0.07)
        self.assertEqual(self.json("-M", "2%")["settings"]["margin"], 0.02)

    def test_more_cores_are_not_always_better(self):
        self.write(launches([.008] * 6, **SERIAL) + launches([.002] * 6, **THREADS) +
                   launches([.004] * 6, **{**THREADS, "cell_id": "t4", "cores": "4", "threads": "4"}))
        text = self.verdict()
        self.assertIn("Fastest: threads on 4 cores (4.00 ms), 2.00x", text)
        self.assertIn("More cores are not always better here: threads on 2 cores had a lower median, "
                      "2.00 ms.", text)


class Matrix(ReportTest):
    def entries(self, found):
        """Which points stand in the matrix: cores by model."""
        contest, = found["contests"]
        return {found["variants"][v]["name"]: found["points"][p]["cores"]
                for v, p in enumerate(contest["entries"]) if p is not None}

    def threads(self, cores, medians, **cells):
        return launches(medians, **{**THREADS, "cell_id": "t%d" % cores, "cores": str(cores),
                                    "threads": str(cores), **cells})

    def test_oversubscribed_points(self):
        rows = (launches(SLOW, **SERIAL) + self.threads(2, FAST) +
                self.threads(4, [t / 2 for t in FAST], oversubscribed="1"))
        self.write(rows)
        self.assertEqual(self.entries(self.json()), {"serial": 1, "threads": 2})
        # Where nothing else ran, they stand there, marked.
        self.write([r for r in rows if r["cell_id"] != "t2"])
        self.assertEqual(self.entries(self.json()), {"serial": 1, "threads": 4})
        self.assertIn("1 of 2 points oversubscribed", self.words())

    def test_waiting_on_the_most_workers(self):
        wait = {"kernel": "wait", "bound": "wait"}
        self.write(launches(SLOW, **SERIAL, **wait) + self.threads(2, FAST, **wait) +
                   self.threads(64, [t / 20 for t in FAST], oversubscribed="1", **wait))
        found = self.json()
        self.assertEqual(self.entries(found), {"serial": 1, "threads": 64})
        words = self.words()
        self.assertIn("Waiting (I/O-bound work)", words)
        self.assertIn("Fastest: threads with 64 workers", words)
        self.assertNotIn("points oversubscribed", words)

    def test_largest_size_of_the_base(self):
        for n, factor in (("1000", 1), ("2000", 2)):
            self.write(launches(SLOW, n="1000", **SERIAL) + launches(FAST, n="1000", **THREADS) +
                       launches([t * factor for t in FAST], n=n, **{**THREADS, "cell_id": "x"}))
        self.assertEqual(self.json()["contests"][0]["n"], 1000)

    def test_hosts_are_never_pooled(self):
        rows = launches(SLOW, **SERIAL) + launches(FAST, **THREADS)
        self.write([{**r, "hosts": "n1"} for r in rows] +
                   [{**r, "hosts": "n2", "wall_s": "%.9f" % (3 * float(r["wall_s"]))} for r in rows])
        found = self.json()
        self.assertEqual(len(found["points"]), 4)
        self.assertEqual([round(p["time_s"]["median"], 9) for p in found["points"]
                          if p["variant"] == 0], [.0426, .1278])
        self.assertEqual(len(found["contests"]), 2)
        for point in found["points"]:
            if point["base"] is not None:
                self.assertEqual(found["points"][point["base"]]["machine"], point["machine"])

    def test_kinds_of_work_apart(self):
        self.synthetic("--kernels", "sumsq,wait,stream", "--models", "serial,threads")
        words = self.report()
        places = [words.index(title) for title in (
            "Computing (compute-bound work)", "Memory (memory-bound work)", "Waiting (I/O-bound work)")]
        self.assertEqual(places, sorted(places))

    def test_builds(self):
        self.synthetic("--models", "serial,threads", "--cores", "2", "--builds", "gcc,clang",
                       "--ratio", "clang=0.9", "--launches", "12")
        words = self.words()
        self.assertIn("Each build against the first", words)
        self.assertRegex(words, r"clang over gcc \*?1\.1[01]x \[1\.1\d, 1\.1\d\] faster|"
                         r"gcc over clang 0\.90?\d?x \[0\.\d+, 0\.\d+\] slower")


class Scaling(ReportTest):
    def test_break_even(self):
        """10 ns an element, in four parts after 30 us to begin: equal at n = 4000."""
        self.synthetic("--models", "serial,threads", "--cores", "4", "--n", "1e3,1e4,1e5,1e6",
                       "--base", "10us", "--overhead", "threads=30us", "--launches", "10")
        found, = self.json()["break_evens"]
        alone = found["alone"]
        self.assertEqual((alone["outcome"], alone["n_low"], alone["n_high"]), ("from", 1000, 10000))
        self.assertAlmostEqual(alone["n"]["value"] / 4000, 1, delta=.3)  # between sizes 10 x apart
        self.assertRegex(self.words(), r"sumsq threads on 4 cores n = \d+ ")

    def test_efficiency_by_cores(self):
        """All of it by hand: speedup over cores, and the serial fraction of Karp and Flatt."""
        rows = launches([.008] * 6, **SERIAL)
        for cores, time in ((2, .0044), (4, .0026)):
            rows += launches([time] * 6, **{**THREADS, "cell_id": "t%d" % cores, "cores": str(cores),
                                            "threads": str(cores)})
        self.write(rows)
        self.assertRegex(self.words(), r"sumsq threads 91 % 77 % 91-91 77-77")
        self.report("--html")
        with open(os.path.join(self.folder, "report", "index.html"), encoding="utf-8") as file:
            page = file.read()
        for cores, time in ((2, .0044), (4, .0026)):
            fraction = by_hand.karp_flatt(.008 / time, cores)
            self.assertIn("serial fraction (Karp-Flatt) %.3f" % fraction, page)


    def test_curve_of_a_law_over_the_base_of_the_points(self):
        # Threads take a quarter longer than serial on any number of cores: the law's own speedup
        # would be 2 on 2 cores, that over the base is 1.6, as the points are.
        self.synthetic("--models", "serial,threads", "--cores", "1,2,4,8", "--sigma", "0.001",
                       "--ratio", "threads=1.25")
        self.report("--html")
        with open(os.path.join(self.folder, "report", "figures", "speedup-sumsq-1.dat"),
                  encoding="utf-8") as file:
            blocks = [block.strip() for block in file.read().split("\n\n\n")]
        curves = [b for b in blocks if b.startswith("# threads, ")]
        self.assertTrue(curves)
        places = [list(map(float, line.split()[:2])) for b in curves
                  for line in b.splitlines() if line[0] != "#"]
        self.assertGreater(len(places), 10)
        for cores, speedup in places:
            self.assertAlmostEqual(speedup / cores, .8, 1)
            self.assertLess(speedup / cores, .85)


class Nodes(ReportTest):
    """Known truth: 8 ms on one core; on two nodes each point takes 1.5 times as long as on one."""
    TIMES = {(2, 1): .0040, (2, 2): .0060, (4, 1): .0020, (4, 2): .0030}

    def processes(self, cores, nodes, hosts=None, **cells):
        cell = "p%d-%d" % (cores, nodes)
        return launches([self.TIMES[cores, nodes] + i * 1e-6 for i in range(6)], **{
            "model": "processes", "driver": "mpi_driver", "cores": str(cores), "ranks": str(cores),
            "nodes": str(nodes), "hosts": hosts or "+".join("n%d" % (i + 1) for i in range(nodes)),
            "cell_id": cell, **cells})

    def cells(self):
        serial = launches([.008 + i * 1e-6 for i in range(6)], **{**SERIAL, "hosts": "n1"})
        return serial, [self.processes(*key) for key in self.TIMES]

    def check_apart(self, rows):
        self.write(rows)
        found = self.json()
        times = {(p["cores"], p["nodes"]): p["time_s"]["median"] for p in found["points"] if p["ranks"] > 1}
        self.assertEqual(set(times), set(self.TIMES))
        for key, time in times.items():
            self.assertAlmostEqual(time / self.TIMES[key], 1, 2)
        return found

    def test_never_pooled(self):
        """As many cores on one node and on two: two models, over the same base."""
        serial, points = self.cells()
        rows = serial + sum(points, [])
        found = self.check_apart(rows)
        self.assertEqual([v["name"] for v in found["variants"]],
                         ["serial", "processes 1 node", "processes 2 nodes"])
        self.assertEqual(len(found["contests"]), 1)
        self.assertEqual({found["points"][p["base"]]["ranks"] for p in found["points"]}, {1})
        self.assertRegex(self.words(), r"processes 1 node 100 % 100 % .*processes 2 nodes 67 % 67 % ")
        words = self.words("-a")
        self.assertRegex(words, r"processes 2 nodes 4 2 3\.00 ms")  # cores, nodes, time
        self.assertEqual({(p["cores"], p["nodes"], p["launches"]) for p in self.csv()},
                         {("1", "1", "6"), *((str(c), str(n), "6") for c, n in self.TIMES)})
        names = {b["name"] for b in json.loads(self.run_report(
            "--export", "google-benchmark", self.folder)[0])["benchmarks"]}
        self.assertEqual(len({n for n in names if "/nodes:2" in n}) * 2,
                         len({n for n in names if "mpi_driver" in n}))

    def test_rows_of_drivers(self):
        """They have no cell_id; here all were given the same hosts, too."""
        serial, points = self.cells()
        self.check_apart([{**r, "cell_id": "", "launch": "", "hosts": "n1+n2"}
                          for r in serial + sum(points, []) if r["rep"] == "1"])

    def test_strong_scaling_over_nodes(self):
        """Node after node: one line, whose columns name the nodes."""
        serial, points = self.cells()
        self.write(serial + points[0] + points[3])
        self.assertRegex(self.words(), r"sumsq processes 100 % 67 % ")
        page = self.report("-f", "markdown")
        self.assertRegex(page, r"\| 2 cores on 1 node +\| 4 cores on 2 nodes +\|")
        self.assertRegex(page, r"\| processes 4 cores on 2 nodes +\|")
        self.assertIn("processes on 4 cores on 2 nodes", self.words("-a"))

    def test_one_number_of_nodes(self):
        serial, points = self.cells()
        self.write(serial + points[0] + points[2])
        self.assertNotIn("node", self.report("-a").replace("NUMA node", ""))

    def test_other_nodes(self):
        """It is not clear to which pair of nodes n1 belongs, or that n1 and n2 are alike."""
        serial, points = self.cells()
        for more in (self.processes(4, 2, hosts="n1+n3", cell_id="x"),
                     self.processes(2, 1, hosts="n2", cell_id="x")):
            self.write(serial + points[3] + more)
            found = self.json()
            self.assertEqual(len(found["machines"]), 3)
            self.assertEqual({p["base"] for p in found["points"] if p["ranks"] > 1}, {None})


class WeakScaling(ReportTest):
    BASE = [.0098, .0099, .0100, .0100, .0101, .0102]  # 10.0 ms
    TWICE = [.0120, .0124, .0125, .0125, .0126, .0130]

    def cell(self, medians, n, cores, **cells):
        model = SERIAL if cores == 1 else THREADS
        return launches(medians, **{**model, "n": str(n), "cores": str(cores), "threads": str(cores),
                                    "cell_id": "%d %d" % (n, cores), **cells})

    def run_of(self, *points):
        return {**RUN, "points": [{"cell_id": "%d %d" % (n, cores), "base_n": base}
                                  for n, cores, base in points]}

    def test_by_hand(self):
        rows = (self.cell(self.TWICE, 141, 2, work_op="1988") +
                self.cell(self.BASE, 100, 1, work_op="1000"))
        self.write(rows, self.run_of((141, 2, 100), (100, 1, 100)))
        found = self.json()
        self.assertTrue(found["settings"]["weak"])
        threads = self.point(found, "threads")
        # 1988 / 12.5 ms over 1000 / 10 ms
        self.assertAlmostEqual(threads["speedup"], 1.988 * .0100 / .0125, 6)
        self.assertAlmostEqual(threads["efficiency"], threads["speedup"] / 2, 9)
        self.assertIn("Scaled speedup: work done in a time, over the base's.", self.words())
        # Without base_n these are two sizes of strong scaling, and nothing is compared.
        self.write(rows, RUN)
        self.assertFalse(self.json()["settings"]["weak"])
        self.assertIsNone(self.point(self.json(), "threads")["speedup"])

    def test_no_work_no_speedup(self):
        self.write(self.cell(self.BASE, 100, 1) + self.cell(self.TWICE, 141, 2),
                   self.run_of((141, 2, 100), (100, 1, 100)))
        self.assertIsNone(self.point(self.json(), "threads")["speedup"])

    def test_the_nearest_base(self):
        """Two series of sizes: each point is compared with the base of its own."""
        self.write(self.cell(self.BASE, 100, 1, work_op="1000") +
                   self.cell(self.BASE, 400, 1, work_op="16000") +
                   self.cell(self.TWICE, 141, 2, work_op="2000") +
                   self.cell(self.TWICE, 566, 2, work_op="32000"),
                   self.run_of((141, 2, 100), (100, 1, 100), (566, 2, 400), (400, 1, 400)))
        found = self.json()
        for n, base in ((141, 100), (566, 400)):
            point = self.point(found, "threads", n=n)
            self.assertEqual(found["points"][point["base"]]["n"], base)
            self.assertAlmostEqual(point["efficiency"], .8, 6)


class Failures(ReportTest):
    def test_some_fail(self):
        self.write(launches(SLOW, **SERIAL) + launches([.001] * 5, **THREADS) +
                   [failed("timeout", 6, **THREADS)])
        threads = self.point(self.json(), "threads")
        self.assertEqual((threads["launches"]["verified"], threads["launches"]["timeout"],
                          threads["sound"]), (5, 1, False))
        words = self.words()
        # It was faster, but what fails now and then has not won.
        self.assertIn("No clear winner: what is fastest by rank has failed launches", words)
        self.assertNotIn("Fastest", words)
        self.assertIn("x 1 of 2 points with failed launches: they cannot win; the column status of "
                      "samples.csv says how each ended (sumsq n = 1000, threads on 2 cores)", words)
        self.assertNotIn("*", self.report().partition("* fastest")[0])

    def test_all_fail(self):
        self.write(launches(SLOW, **SERIAL) +
                   [failed(status, i, **{**THREADS, "oversubscribed": "1"})
                    for i, status in enumerate(["oom", "fail", "skipped"], 1)])
        words = self.words()
        self.assertIn("Only serial ran and verified (42.6 ms)", words)
        self.assertIn("xoom", words)  # what happened first, not what was skipped for it
        threads = self.point(self.json(), "threads")
        self.assertEqual([threads["launches"][k] for k in ("verified", "oom", "fail", "skipped")],
                         [0, 1, 1, 1])

    def test_wrong(self):
        self.write(launches(SLOW, **SERIAL) + launches([.001] * 5, **THREADS) +
                   [failed("wrong", 6, **THREADS)])
        self.assertEqual(self.point(self.json(), "threads")["launches"]["wrong"], 1)
        self.assertNotIn("Fastest: threads", self.words())

    def test_base_fails(self):
        self.write(launches(FAST, **THREADS) + [failed("fail", 1, **SERIAL)])
        words = self.words()
        self.assertIn("Only threads on 2 cores ran and verified (21.3 ms)", words)
        self.assertIn("no base", words)
        self.assertIsNone(self.point(self.json(), "threads")["speedup"])

    def test_nothing_verified(self):
        self.write([failed("fail", 1, **THREADS)])
        words = self.words()
        self.assertIn("No verdict: nothing ran and verified", words)
        self.assertNotIn("all launches verified", words)

    def test_retried_launches_count(self):
        """The last attempt of a launch is the one that counts."""
        self.write(launches(SLOW, **SERIAL) +
                   [failed("timeout", 3, **{**THREADS, "attempt": "1"})] +
                   launches(FAST, **{**THREADS, "attempt": "2"}))
        threads = self.point(self.json(), "threads")
        self.assertEqual((threads["launches"]["verified"], threads["launches"]["failed"],
                          threads["launches"]["superseded"], threads["sound"]), (6, 0, 1, True))
        words = self.words()
        self.assertIn("Fastest: threads on 2 cores", words)
        self.assertIn("1 of 2 points with launches that succeeded only when tried again", words)

    def test_failed_row_joins_its_point(self):
        """The runner knows the options that the config sets; a driver writes all of them."""
        self.write([failed("fail", 7, options="delay=1ms", **SERIAL)] +
                   launches(SLOW, options="count=2;delay=1ms", **SERIAL))
        point, = self.json()["points"]
        self.assertEqual((point["launches"]["verified"], point["launches"]["failed"]), (6, 1))

    def test_no_rows(self):
        self.write([])
        words = self.words()
        self.assertIn("no launch", words)
        self.assertNotIn("all launches verified", words)


class BuildWarnings(ReportTest):
    """Drivers that are no release build."""
    NOTE = ("! 1 of 2 points not measured with a release build (column build_warning): "
            "measure with cmake --preset release (sumsq n = 1000, threads on 2 cores)")

    def test_of_rows(self):
        self.write(launches(SLOW, **SERIAL) +
                   launches(FAST, build_warning="not optimized; with assertions", **THREADS))
        self.assertIn(self.NOTE, self.words())
        self.write(launches(SLOW, **SERIAL) + launches(FAST, **THREADS))
        self.assertNotIn("no release build", self.words())

    def test_of_the_run(self):
        """Rows of an older version do not state it, run.json does; it is reported once."""
        run = {**RUN, "warnings": [{"kind": "build", "text": "the drivers are not a release build: x"}]}
        self.write(launches(SLOW, **SERIAL) + launches(FAST, **THREADS), run)
        self.assertIn("! during the run: the drivers are not a release build: x", self.words())
        self.write(launches(SLOW, **SERIAL) + launches(FAST, build_warning="x", **THREADS), run)
        self.assertIn(self.NOTE, self.words())
        self.assertNotIn("during the run", self.words())


class RunFacts(ReportTest):
    """What run.json adds."""
    ROWS = launches(SLOW, **SERIAL) + launches(FAST, **THREADS)

    def test_description(self):
        self.write(self.ROWS, {**RUN, "description": "Before the upgrade,\nat <b>night</b>\n"})
        self.assertRegex(self.words(), r"=+ Before the upgrade, at <b>night</b> ")

    def test_warnings_are_repeated(self):
        self.write(self.ROWS, {**RUN, "warnings": [{"kind": "busy", "text": "the load is 12.5"}]})
        words = self.words()
        self.assertIn("! during the run: the load is 12.5", words)
        self.assertLess(words.index("The machine had other work during this run"),
                        words.index("Computing (compute-bound work)"))
        self.assertNotIn("Why:", words)
        self.write(self.ROWS, RUN)
        self.assertIn("Why:", self.words())
        self.assertNotIn("had other work", self.words())
        self.write(self.ROWS, {**RUN, "warnings": [{"kind": "busy", "text": "the load is 12.5"}]})
        self.assertEqual(self.json()["warnings"][0]["text"], "the load is 12.5")

    def test_references(self):
        check = {"cell_id": "s", "point": "sumsq n=1000", "where": "n == 1000", "metric": "rate",
                 "reference": 2e9, "lower": -0.05, "upper": None, "measured": 1.5e9,
                 "unit": "flop/s", "accepted": False}
        self.write(self.ROWS, {**RUN, "acceptance": [check, {**check, "measured": 2.1e9, "accepted": True}]})
        words = self.words()
        self.assertIn("Results checked against reference values", words)
        self.assertRegex(words, r"sumsq n=1000 rate 1\.50 Gflop/s 2\.00 Gflop/s -5 % x?not accepted")
        self.assertRegex(words, r"sumsq n=1000 rate 2\.10 Gflop/s 2\.00 Gflop/s -5 % accepted")

    def test_excluded_points(self):
        self.write(self.ROWS, {**RUN, "excluded": [
            {"kernel": "sumsq", "driver": "mpi_driver", "n": 7, "cores": 3, "why": "too large"}]})
        self.assertIn("sumsq mpi_driver 7 3 too large", self.words("--all-points"))

    def test_truncated_file(self):
        path = self.write(self.ROWS)
        with open(path, "rb+") as file:
            file.seek(-20, 2)
            file.truncate()
        self.assertRegex(self.words(), r"the last \d+ bytes of the file are an incomplete row and are ignored")
        self.assertGreater(self.json()["run"]["truncated_bytes"], 0)

    def test_methods(self):
        self.write(self.ROWS, RUN)
        text = self.words("--methods")
        for words in ("launched 6 times", "3 timed repetitions", "at least 96.9 %", "serial_driver",
                      "Hodges-Lehmann", "GNU 12.2.0", "+-3 %"):
            self.assertIn(words, text)


class Files(ReportTest):
    def test_drivers_own_rows(self):
        """What `omp_driver --csv` prints has neither cell_id nor launch."""
        rows = launches([.004], **SERIAL) + launches([.002], **THREADS)
        path = self.write([{**r, "cell_id": "", "run_id": "", "launch": ""} for r in rows])
        found = json.loads(self.run_report("-f", "json", path)[0])
        self.assertAlmostEqual(self.point(found, "threads")["speedup"], 2, 9)

    def test_other_order_of_columns(self):
        """Lines may end as Windows has it, columns may be moved and added."""
        rows = [{**r, "extra": "1, \"2\"\r\n3"} for r in launches(SLOW, **SERIAL)]
        path = self.write(rows, columns=["extra", *reversed(COLUMNS)])
        with open(path, newline="", encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", newline="", encoding="utf-8") as file:
            file.write(text.replace("\r\n", "\0").replace("\n", "\r\n").replace("\0", "\r\n"))
        self.assertAlmostEqual(self.json()["points"][0]["time_s"]["median"], .0426, 12)

    def test_older_columns(self):
        """Files of before these columns are read; any other column must be there."""
        rows = launches(SLOW, **SERIAL)
        kept = [c for c in COLUMNS if c not in ("work_unit", "build", "build_id", "build_warning")]
        self.write([{k: v for k, v in r.items() if k in kept} for r in rows], columns=kept)
        self.assertAlmostEqual(self.json()["points"][0]["time_s"]["median"], .0426, 12)


if __name__ == "__main__":
    main()
