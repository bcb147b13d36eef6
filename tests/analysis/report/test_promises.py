"""What `report` promises of its numbers, on runs of known truth. All seeds are fixed.

Arguments: the programs report and synthetic.
"""
import csv
import os

from report_test import ReportTest, main

NOISES = (["--noise", "normal"], ["--noise", "lognormal"], ["--noise", "two-mode"])
FIVE = ["--models", "serial,threads,threads+lock,async,processes"]


class Tables(ReportTest):
    """One table a seed: is there a winner, and who?"""

    def tables(self, count, *arguments):
        for seed in range(1, count + 1):
            self.synthetic("--seed", str(seed), "--reps", "1", "--warmup", "0", *arguments)
            found = self.json()
            names = [v["name"] for v in found["variants"]]
            contest, = found["contests"]
            verdicts = [(names[p["a"]], names[p["b"]], p["comparison"]["verdict"])
                        for p in contest["pairs"]]
            winner = names[contest["best"]] if contest["sure"] else None
            yield winner, verdicts, found

    def differing(self, count, *arguments):
        """In how many tables of equal models a verdict says that two of them differ."""
        return sum(any(verdict in ("faster", "slower") for _, _, verdict in verdicts)
                   for _, verdicts, _ in self.tables(count, *arguments))

    def test_no_difference(self):
        """At most 5 % of the tables, also where the machine drifts during the run."""
        for arguments in ([], ["--drift", "0.1"], ["--noise", "two-mode"],
                          ["--order", "random", "--drift", "0.1"]):
            for launches in ("6", "20"):
                with self.subTest(arguments=arguments, launches=launches):
                    self.assertLessEqual(
                        self.differing(20, *FIVE, "--launches", launches, *arguments), 1)

    def test_drift_in_batches(self):
        """Launched one model after the other, nothing is claimed."""
        self.assertEqual(self.differing(5, *FIVE, "--launches", "20", "--order", "batch", "--drift",
                                        "0.1"), 0)

    def test_planted_difference(self):
        """3 % at 1 % noise and 10 launches is found in 99 of 100; also among five models."""
        for models, tables in ((["--models", "serial,threads"], 100), (FIVE, 30)):
            found = [("threads" in (a, b) and verdict in ("faster", "slower"), a, b, verdict)
                     for _, verdicts, _ in self.tables(tables, *models, "--launches", "10", "--ratio",
                                                       "threads=0.97")
                     for a, b, verdict in verdicts if {a, b} == {"serial", "threads"}]
            self.assertEqual(len(found), tables)
            self.assertGreaterEqual(sum(f[0] for f in found), .99 * tables)
            for _, a, b, verdict in found:
                self.assertNotIn((a, verdict), [("threads", "slower"), ("serial", "faster")])

    def test_same(self):
        """Equal models at 1 % noise and 30 launches: 90 % of them are reported as the same."""
        same = sum(verdicts[0][2] == "same" for _, verdicts, _ in self.tables(
            60, "--models", "serial,threads", "--launches", "30"))
        self.assertGreaterEqual(same, 54)

    def test_too_large_for_same(self):
        """A difference as large as the margin is not called the same."""
        same = sum(verdicts[0][2] == "same" for _, verdicts, _ in self.tables(
            60, "--models", "serial,threads", "--launches", "30", "--ratio", "threads=0.97"))
        self.assertLessEqual(same, 1)

    def test_winner(self):
        """A fast model wins, and its equal is named beside it."""
        for winner, verdicts, _ in self.tables(
                20, *FIVE, "--launches", "30", "--ratio", "async=0.5", "--ratio", "processes=0.5"):
            self.assertIn(winner, ("async", "processes"))
            self.assertIn(("async", "processes", "same"), verdicts)


class Coverage(ReportTest):
    """An interval holds the truth as often as its level says, within 1 %."""
    POINTS = 2000

    def truth(self):
        with open(os.path.join(self.folder, "truth.csv"), encoding="utf-8") as file:
            return {r["n"]: float(r["median_s"]) for r in csv.DictReader(file)}

    def test_medians(self):
        for noise in NOISES:
            for launches in (6, 10, 20, 30):
                self.synthetic("--models", "serial", "--sizes", str(self.POINTS), "--reps", "1",
                               "--warmup", "0", "--launches", str(launches), *noise)
                truth, points = self.truth(), self.csv()
                level, = {float(p["level"]) for p in points}
                covered = sum(float(p["low_s"]) <= truth[p["n"]] <= float(p["high_s"])
                              for p in points) / len(points)
                with self.subTest(noise=noise[1], launches=launches):
                    self.assertGreaterEqual(level, .95)
                    self.assertAlmostEqual(covered, level, delta=.01)

    def test_speedups(self):
        for noise in NOISES:
            for launches in (6, 10, 20, 30):
                self.synthetic("--models", "serial,threads", "--sizes", str(self.POINTS), "--reps", "1",
                               "--warmup", "0", "--launches", str(launches), "--ratio",
                               "threads=0.8", *noise)
                truth = 1 / .8
                points = [p for p in self.csv() if p["model"] == "threads"]
                level, = {float(p["speedup_level"]) for p in points}
                covered = sum(float(p["speedup_low"]) <= truth <= float(p["speedup_high"])
                              for p in points) / len(points)
                with self.subTest(noise=noise[1], launches=launches):
                    self.assertGreaterEqual(level, .95)
                    self.assertAlmostEqual(covered, level, delta=.01)


class Laws(ReportTest):
    """Parameters of scaling laws are recovered, and lie in the intervals that are printed."""

    def check(self, law, truth, *arguments):
        covered, chosen = dict.fromkeys(truth, 0), 0
        for seed in range(1, 21):
            self.synthetic("--models", "serial,threads", "--cores", "1,2,4,8,16,32", "--launches",
                           "10", "--seed", str(seed), *arguments)
            fit, = self.json()["scaling_laws"]
            chosen += fit["law"] == law
            for name, value in truth.items() if fit["law"] == law else ():
                self.assertAlmostEqual(fit[name]["value"] / value, 1, delta=.15)
                covered[name] += fit[name]["low"] <= value <= fit[name]["high"]
        self.assertGreaterEqual(chosen, 18)  # of 20; the others have a coherence of almost 0
        for name, count in covered.items():  # at 95 %, 16 and more of 20 in 997 of 1000 such tests
            self.assertGreaterEqual(count, 16, name)

    def test_amdahl(self):
        self.check("Amdahl", {"serial": .05, "speedup_limit": 20}, "--amdahl", "0.05")

    def test_usl(self):
        # The peak is at sqrt((1 - 0.05) / 0.001) cores.
        self.check("USL", {"serial": .05, "coherence": .001, "peak_cores": 30.82},
                   "--usl", "0.05,0.001")

    def test_growth_over_sizes_and_cores(self):
        """1 ns n^1.5 / p, planted."""
        self.synthetic("--kernels", "dgemm", "--models", "serial,threads", "--n",
                       "1e4,1e5,1e6,1e7,1e8", "--cores", "1,2,4,8,16", "--exponent", "1.5")
        texts = [law["text"] for law in self.json()["growth_laws"]]
        both, = [text for text in texts if " p^" in text]
        self.assertRegex(both, r"n\^\(3/2\) p\^-1")
        self.assertAlmostEqual(float(both.split()[0]), 1e-9, delta=5e-11)

    def test_growth(self):
        """Extra-P's form in n: the exponent that was planted."""
        for exponent in (1, 1.5, 2):
            self.synthetic("--models", "serial", "--n", "1e3,2e3,4e3,8e3,16e3,32e3", "--exponent",
                           str(exponent), "--launches", "10")
            fit, = self.json()["growth_laws"]
            self.assertRegex(fit["text"], r" n\^%s( |$)" % (r"\(3/2\)" if exponent == 1.5 else exponent))


if __name__ == "__main__":
    main()
