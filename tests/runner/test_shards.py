"""`sweep run --shard I/N` and `sweep merge`: shards of a plan are the plan, and merged they are the run.

Arguments: the programs sweep, report and fake_driver, and a script in the place of mpirun.
"""
import csv
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import unittest

from fake_drivers import MPIRUN, REPORT, SWEEP, FakeDriversTest

CONFIGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "configs")
CONFIG = """schema: 1
name: trial
kernels: [fake, {fake: {note: 'a "quoted", note'}}, {fake: {mode: crash, n: 3}}, {fake: {mode: wrong, n: 4}}]
axes: {driver: [serial_driver, omp_driver], n: [1, 2], cores: [1, 2]}
measure: {launches: 2, reps: 2, warmup: 1, order: random, seed: 5}
"""
# What is not the same in two runs that are.
TIMES = ("run_id", "process_s", "start_ns", "seq")


class ShardsTest(FakeDriversTest):
    def setUp(self):
        super().setUp()
        self.write("trial.yaml", CONFIG)

    def sweep(self, *arguments, code=0, **environment):
        done = super().sweep(*arguments, **environment)
        codes = code if isinstance(code, tuple) else (code,)
        self.assertIn(done.returncode, codes, done.stdout + done.stderr)
        return " ".join(done.stderr.split()), done.stdout

    def shard(self, number, count, config="trial.yaml", code=(0, 1), **environment):
        self.sweep("run", config, "-q", "-d", self.drivers, "--shard", f"{number}/{count}", code=code,
                   **environment)

    def shards(self, count, **more):
        for number in range(1, count + 1):
            self.shard(number, count, **more)
        return [f"results/trial.{number}-of-{count}" for number in range(1, count + 1)]

    def points(self, config, *arguments):
        _, text = self.sweep("plan", config, "-d", self.drivers, "--format", "csv", *arguments)
        return [row for row in csv.DictReader(text.splitlines()) if not row["omitted"]]

    def comparable(self, out):
        return sorted(tuple(v for k, v in row.items() if k not in TIMES) for row in self.rows(out))


class Division(ShardsTest):
    def check_division(self, config, count, comparison):
        whole = [row["cell_id"] for row in self.points(config)]
        shards = [self.points(config, "--shard", f"{i + 1}/{count}") for i in range(count)]
        self.assertTrue(all(shards))
        self.assertEqual([row["cell_id"] for shard in shards for row in shard if shard],
                         [c for shard in shards for c in whole if c in {r["cell_id"] for r in shard}])
        self.assertEqual(sorted(row["cell_id"] for shard in shards for row in shard), sorted(whole))
        homes = {}
        for number, shard in enumerate(shards):
            for row in shard:
                self.assertEqual(homes.setdefault(comparison(row), number), number)
        return shards

    def test_configs(self):
        """Of the configs that come along: the union is the plan, and no comparison is split."""
        configs = sorted(glob.glob(os.path.join(CONFIGS, "*.yaml")))
        divided = 0
        for path in configs:
            if os.path.basename(path) == "compilers.yaml":
                continue  # names folders of builds
            with self.subTest(path):
                text, _ = self.sweep("plan", path, "-d", self.drivers, "--shard", "1/1000", code=2)
                most = int(re.search(r"at most (\d+) shards", text)[1])
                divided += most > 1
                self.check_division(path, min(most, 3),
                                    lambda row: (row["kernel"], row["options"], row["base_n"]))
        self.assertGreater(divided, 5)

    def test_derived_n(self):
        """A size that depends on the cores is part of one comparison."""
        self.write("t.yaml", "schema: 1\nname: t\nkernels: [{fake: {note: a}}, {fake: {note: b}}]\n"
                   "axes: {driver: [omp_driver], cores: [1, 2, 4]}\nderive: {n: 100 * cores}\n")
        self.check_division("t.yaml", 2, lambda row: (row["kernel"], row["options"]))

    def test_balance(self):
        """n^2 operations: 10 repetitions of 1e5 are 100 s, of 5e4 25 s; the order is kept."""
        self.write("t.yaml", "schema: 1\nname: t\nkernel: fake\n"
                   "axes: {driver: serial_driver, n: [50000, 100000, 50001, 50002, 50003, 1, 2]}\n"
                   "measure: {reps: 10, warmup: 0}\n")
        shards = self.check_division("t.yaml", 3, lambda row: row["n"])
        self.assertEqual([[row["n"] for row in shard] for shard in shards],
                         [["50000"], ["100000"], ["50001", "50002", "50003", "1", "2"]])

    def test_wrong_words(self):
        for word in ("0/3", "4/3", "1", "1/", "/3", "a/3", "1/0", "1/3/4", "-1/3"):
            text, _ = self.sweep("run", "trial.yaml", f"--shard={word}", "-d", self.drivers, code=2)
            self.assertIn(f"'{word}' must be I/N", text)
        text, _ = self.sweep("run", "trial.yaml", "--shard", "1/9", "-d", self.drivers, code=2)
        self.assertIn("9 shards, but there are only 6 comparisons", text)
        self.assertFalse(os.path.exists(self.path("results")))


class Merge(ShardsTest):
    def test_equals_a_whole_run(self):
        self.sweep("run", "trial.yaml", "-q", "-d", self.drivers, "--out", "whole", code=1)
        folders = self.shards(3)
        for number, folder in enumerate(folders, 1):
            self.assertEqual(self.facts(folder)["shard"], {"index": number, "count": 3})
        self.sweep("merge", *reversed(folders), "-q", code=1)  # some launches fail, as in the run
        self.assertEqual(self.comparable("results/trial"), self.comparable("whole"))
        rows = self.rows("results/trial")
        self.assertEqual([row["seq"] for row in rows], [str(i + 1) for i in range(len(rows))])
        self.assertEqual([r["start_ns"] for r in rows],
                         [r["start_ns"] for folder in folders for r in self.rows(folder)])
        self.check_facts(folders)
        self.check_readers()
        self.check_again(folders)

    def check_facts(self, folders):
        facts, whole, parts = self.facts("results/trial"), self.facts("whole"), list(map(self.facts, folders))
        self.assertNotIn("shard", facts)
        self.assertEqual(set(facts), set(whole))
        for key in ("config", "excluded", "points", "result", "launches_done", "launches_failed", "order"):
            self.assertEqual(facts[key], whole[key], key)
        self.assertEqual(facts["build"]["programs"], whole["build"]["programs"])
        self.assertEqual([s["run_id"] for s in facts["sessions"]], [part["run_id"] for part in parts])
        self.assertEqual([s["shard"]["index"] for s in facts["sessions"]], [1, 2, 3])
        self.assertEqual((facts["start"], facts["end"]),
                         (min(p["start"] for p in parts), max(p["end"] for p in parts)))

    def check_readers(self):
        _, text = self.sweep("status", "results/trial")
        self.assertIn("18 of 18 have enough", " ".join(text.split()))
        done = subprocess.run([REPORT, "results/trial"], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        whole = subprocess.run([REPORT, "whole"], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, len(done.stdout.splitlines()) > 20), (whole.returncode, True))
        self.sweep("resume", "results/trial", "-q", code=1)  # nothing is left

    def check_again(self, folders):
        text, _ = self.sweep("merge", *folders, "-q", code=2)
        self.assertIn("results/trial already holds the results of a run", text)
        text, _ = self.sweep("merge", "results/trial", *folders[1:], "--out", "b", code=2)
        self.assertIn("results/trial: it is a whole run, and no shard", text)
        self.assertFalse(os.path.exists(self.path("b")))

    def test_job_array(self):
        _, script = self.sweep("plan", "trial.yaml", "-d", self.drivers, "--format", "slurm", "--shards", "3")
        self.assertIn("\n#SBATCH --array=1-3\n", script)
        # The number of the array alone would queue all of its tasks again.
        self.assertIn("  scontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"\n", script)
        self.write("job.sh", script)
        for number in "123":
            subprocess.run(["bash", "job.sh"], cwd=self.folder, stdout=subprocess.DEVNULL, check=False,
                           stderr=subprocess.DEVNULL, env={**os.environ, "SLURM_ARRAY_TASK_ID": number,
                                                           "QUARTET_MPIRUN": MPIRUN})
        self.sweep("merge", *(f"results/trial.{i}-of-3" for i in "123"), "-q", code=1)
        for words, message in ((("--format", "pbs", "--shards", "3"), "only --format slurm"),
                               (("--format", "slurm", "--shards", "7"), "at most 6"),
                               (("--format", "slurm", "--shards", "3", "--shard", "1/3"), "--shard and --shards:"),
                               (("--shards", "3"), "is for a job script")):
            text, _ = self.sweep("plan", "trial.yaml", "-d", self.drivers, *words, code=2)
            self.assertIn(message, text)

    @unittest.skipUnless("QUARTET_DIE_AT_LIBRARY" in os.environ, "sanitized: nothing can be preloaded")
    def test_killed(self):
        """Before any of its calls that change a folder: what is there is whole, or another merge replaces it."""
        self.write("trial.yaml", re.sub("kernels: .*", "kernel: fake", CONFIG))
        folders = self.shards(2)
        self.sweep("merge", *folders, "-q", "--out", "whole")
        expected, killed, at = self.comparable("whole"), True, 0
        while killed:
            at += 1
            self.sweep("merge", *folders, "-q", "--out", "merged", code=(0, -signal.SIGKILL), QUARTET_DIE_AT=str(at),
                       LD_PRELOAD=os.environ["QUARTET_DIE_AT_LIBRARY"])
            killed = not os.path.exists(self.path("merged", "run.json"))
            self.sweep("merge", *folders, "-q", "--out", "merged", code=0 if killed else 2)
            self.assertEqual(self.comparable("merged"), expected)
            self.assertEqual(self.facts("merged")["result"], "done")
            self.assertEqual(sorted(os.listdir(self.path("merged"))), ["run.json", "samples.csv"])
            shutil.rmtree(self.path("merged"))
        self.assertGreater(at, 10)

    def tool(self, name, script):
        os.makedirs(self.path("tools"), exist_ok=True)
        self.write(os.path.join("tools", name), "#!/bin/sh\n" + script)
        os.chmod(self.path("tools", name), 0o755)

    def with_slurm(self, *arguments, code=0):
        return self.sweep(*arguments, code=code, PATH=self.path("tools") + ":" + os.environ["PATH"])

    def status(self):
        return " ".join(self.with_slurm("status", "results/trial")[1].split())

    def run_task(self, number):
        subprocess.run(["bash", "results/trial/job.sh"], cwd=self.folder, stdout=subprocess.DEVNULL, check=False,
                       stderr=subprocess.DEVNULL, env=self.environment(SLURM_ARRAY_TASK_ID=number))

    def submit(self, *arguments, **more):
        return self.with_slurm("submit", "trial.yaml", "-d", self.drivers, "--shards", "3", *arguments, **more)

    def test_submit(self):
        """With commands in the place of Slurm's."""
        self.tool("sbatch", "echo 12\n")
        self.tool("squeue", "printf '1 RUNNING\\n2 PENDING\\n3 COMPLETING\\n'\n")
        _, printed = self.submit()
        self.assertEqual(printed, "slurm job array 12: results/trial/job.sh\n")
        self.assertIn("0 of 3 done, 2 running, 1 waiting, 0 stopped", self.status())
        self.tool("squeue", "echo 2 PENDING\n")
        self.run_task("1")
        self.assertIn("1 of 3 done, 0 running, 1 waiting, 1 stopped", self.status())
        self.assertRegex(self.status(), "shard 3; continue with: sbatch --array=3 '/.*/results/trial/job.sh' ")
        self.tool("squeue", "echo slurm_load_jobs error: Invalid job id specified >&2\nexit 1\n")
        self.assertIn("slurm job array 12 (squeue: slurm_load_jobs error: Invalid job id specified)", self.status())
        self.assertIn("not done; when all shards are, join them with: ", self.status())
        self.run_task("2")
        self.run_task("3")
        command = re.search("state done; join the shards with: sweep (.*)$", self.status())[1]
        done = subprocess.run(f"{SWEEP} {command} -q", shell=True, cwd=self.path("tools"), check=False,
                              stderr=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 1)  # some launches fail, as in the run
        self.assertIn("18 of 18 have enough", self.status())
        self.check_submitted_again()

    def check_submitted_again(self):
        """What earlier runs have left is not continued."""
        text, _ = self.submit("--out", "results/trial", code=2)
        self.assertIn("results/trial already holds the results of a run", text)
        os.rename(self.path("results/trial"), self.path("results/other"))
        text, _ = self.submit("--out", "results/trial", code=2)
        self.assertIn("/results/trial.1-of-3 already holds the results of a run", text)
        self.submit()
        self.assertTrue(os.path.exists(self.path("results/trial.3-of-3.1/run.json")))
        self.assertIn("0 of 3 done", self.status())

    def test_jobs_of_any_scheduler(self):
        """Without an array: one script for each shard. A slash at the end of --out changes nothing."""
        for number in "12":
            _, script = self.sweep("plan", "trial.yaml", "-d", self.drivers, "--format", "lsf", "--out", "out/",
                                   "--shard", f"{number}/2")
            subprocess.run(["bash"], input=script, cwd=self.folder, text=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False, env=self.environment())
        self.sweep("merge", "out.1-of-2", "out.2-of-2", "--out", "out", "-q", code=1)

    def check_refused(self, message, *folders):
        text, _ = self.sweep("merge", *folders, "--out", "merged", code=2)
        self.assertIn(message, text)
        self.assertFalse(os.path.exists(self.path("merged")))

    def test_incomplete(self):
        one, two, three = self.shards(3)
        self.check_refused("shard 1, 3 of 3 is missing", two)
        shutil.copytree(self.path(one), self.path("copy"))
        self.check_refused(f"{one} and copy are both shard 1 of 3", one, "copy", two, three)
        size = os.path.getsize(self.path(two, "samples.csv"))
        os.truncate(self.path(two, "samples.csv"), size // 2)
        self.check_refused(f"{two} is unfinished; continue with: sweep resume {two}", one, two, three)
        text, _ = self.sweep("merge", one, two, three, "--out", "merged", code=2)
        self.assertRegex(text, r"_driver fake .*n=\d cores=\d: \d launches done, \d left")
        self.assertIn("1 of 3 shards is unfinished; nothing was merged", text)
        self.sweep("resume", two, "-q", code=(0, 1))
        self.assertEqual(self.facts(two)["shard"], {"index": 2, "count": 3})
        self.sweep("merge", one, two, three, "-q", "--out", "merged", code=1)

    def test_foreign(self):
        one, two = self.shards(2)
        self.write("trial.yaml", CONFIG + "description: another\n")
        self.sweep("run", "trial.yaml", "-q", "-d", self.drivers, "--shard", "2/2", "--out", "other", code=(0, 1))
        self.check_refused(f"{one} and other are not of the same config", one, "other")
        self.write("trial.yaml", CONFIG)
        self.sweep("run", "trial.yaml", "-q", "-d", self.drivers, "--shard", "2/3", "--out", "of3", code=(0, 1))
        self.check_refused("they are of different runs", one, "of3")
        self.sweep("run", "trial.yaml", "-q", "-d", self.drivers, "--shard", "2/2", "--out", "omp", code=(0, 1),
                   OMP_WAIT_POLICY="active")
        self.check_refused("OMP_WAIT_POLICY: 'active', before unset", one, "omp")
        self.change_facts(two, lambda facts: facts["sessions"][-1]["machine"].update(processor="Abacus"))
        self.check_refused("processor: 'Abacus', before", one, two)

    def test_divided_otherwise(self):
        """Points that are in two shards or in none."""
        one, two = self.shards(2)
        facts = self.facts(two)
        lost = facts["points"].pop(0)
        with open(self.path(two, "samples.csv"), newline="", encoding="utf-8") as file:
            rows = [row for row in csv.reader(file) if lost["cell_id"] not in row]
        with open(self.path(two, "samples.csv"), "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        self.write(os.path.join(two, "run.json"), json.dumps(facts))
        self.check_refused("no shard has the point", one, two)

    def test_references(self):
        """A reference that applies to no point of a shard applies to one of another."""
        self.write("trial.yaml", CONFIG.replace("{mode: crash, n: 3}", "{n: 3}").replace("mode: wrong, ", "") +
                   "reference: [{where: n == 1, metric: time, value: 1s, upper: 100000%}, {where: n == 4, metric: time, value: 1s, upper: 100000%}]\n")
        folders = self.shards(3, code=0)
        self.sweep("merge", *folders, "-q")
        self.assertEqual(len(self.facts("results/trial")["acceptance"]), 2 * 3 + 3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
