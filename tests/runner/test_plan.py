"""`sweep plan`: weak scaling, what a plan will take, and job scripts, with a made-up work model: a problem of
size n has n^2 operations, and n bytes of memory in each part.

Arguments: the programs sweep, report and fake_driver, and fake_mpirun.sh.
"""
import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

from fake_drivers import MPIRUN, SWEEP, FakeDriversTest

HEAD = "schema: 1\nname: trial\n"
MEASURE = "measure: {launches: 2, reps: 3, warmup: 1}\n"


class PlanTest(FakeDriversTest):
    DRIVERS_FOLDER = "it's the drivers"

    def sweep(self, command, text, *arguments, code=0, drivers=None):
        self.write("trial.yaml", text)
        done = subprocess.run([SWEEP, command, "trial.yaml", "--drivers", drivers or self.drivers, *arguments],
                              cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=100, env=self.environment())
        self.assertEqual(done.returncode, code, done.stderr)
        if "--format" not in arguments and command == "plan":
            self.assertLessEqual(max(map(len, done.stdout.splitlines()), default=0), 80)
            # Lines are folded to fit: here each fact stands on one line.
            done.stdout = re.sub(r"\n(?: {13,}(?=\S)| {4}(?=[^\s\d]))", " ", done.stdout)
        return done

    def rows(self, text, *arguments):
        done = self.sweep("plan", text, "--format", "csv", *arguments)
        return list(csv.DictReader(done.stdout.splitlines()))

    def json(self, text, *arguments):
        return json.loads(self.sweep("plan", text, "--format", "json", *arguments).stdout)


WEAK = HEAD + ("kernel: fake\naxes: {driver: [serial_driver, omp_driver, mpi_driver], cores: [1, 2, 4], n: [100, 1000]}\n"
               "scaling: {mode: weak}\n")


class Weak(PlanTest):
    def test_sizes(self):
        rows = [r for r in self.rows(WEAK) if not r["omitted"]]
        self.assertEqual(len(rows), 2 * (1 + 3 + 3))
        sizes = {("100", "1"): 100, ("100", "2"): 141, ("100", "4"): 200,
                 ("1000", "1"): 1000, ("1000", "2"): 1414, ("1000", "4"): 2000}
        for row in rows:
            n = sizes[row["base_n"], row["cores"]]
            self.assertEqual(int(row["n"]), n)
            wanted = int(row["base_n"]) ** 2 * int(row["cores"])
            self.assertAlmostEqual(float(row["work_met"]), n * n / wanted, 5)
        text = self.sweep("plan", WEAK).stdout
        self.assertIn("omp_driver fake n=141 cores=2 ", text)
        self.assertIn("(0.994 x the work of n=100 for each core)", text)
        self.assertIn("  4 points, serial_driver fake n=100 cores=2 ... serial_driver fake n=1000 cores=4: not "
                      "applicable: this driver uses one core\n", text)

    def test_cells_are_those_of_the_sizes(self):
        weak = {(r["driver"], r["cores"], r["n"]): r["cell_id"] for r in self.rows(WEAK)}
        plain = self.rows(HEAD + "kernel: fake\naxes: {driver: [omp_driver], cores: [2], n: [141]}\n")
        self.assertEqual(weak["omp_driver", "2", "141"], plain[0]["cell_id"])

    def test_strong_is_the_default(self):
        strong = self.rows(WEAK.replace("mode: weak", "mode: strong"))
        self.assertEqual(strong, self.rows(WEAK.replace("scaling: {mode: weak}\n", "")))
        self.assertEqual({r["n"] for r in strong}, {"100", "1000"})

    def test_exclude_sees_the_size_that_runs(self):
        rows = self.rows(WEAK + "exclude: [{where: n == 141, why: odd}]\n")
        self.assertEqual({(r["driver"], r["cores"]) for r in rows if r["omitted"] == "odd"},
                         {("omp_driver", "2"), ("mpi_driver", "2")})

    def test_no_driver_no_plan(self):
        done = self.sweep("plan", WEAK, code=3, drivers="/nonexistent")
        self.assertRegex(done.stderr, r"^trial\.yaml:5:10: .*/nonexistent/serial_driver cannot be run")
        done = self.sweep("plan", WEAK.replace("kernel: fake", "kernel: {fake: {mode: nowork}}"), code=2)
        self.assertRegex(done.stderr, r"^trial\.yaml:5:10: weak scaling of fake mode=nowork on 2 cores: "
                                      r"--work: it is not known\n")

    def test_run_and_report(self):
        done = self.sweep("run", WEAK + MEASURE)
        with open(os.path.join(self.folder, "results/trial/run.json"), encoding="utf-8") as file:
            points = json.load(file)["points"]
        self.assertEqual({(p["base_n"], p["cores"], p["n"]) for p in points},
                         {(100, 1, 100), (100, 2, 141), (100, 4, 200),
                          (1000, 1, 1000), (1000, 2, 1414), (1000, 4, 2000)})
        # The report sees by itself that the scaling is weak: 141^2 is 99.4 % of 2 x 100^2.
        self.assertIn("Parallel efficiency by cores (weak scaling)\n", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^  fake  fake omp_driver +100 % +99 % +100 %$")
        # From here on the sizes come from run.json: no driver can be asked; one launch is repeated.
        os.remove(os.path.join(self.drivers, "serial_driver"))
        os.truncate(os.path.join(self.folder, "results/trial/samples.csv"),
                    os.path.getsize(os.path.join(self.folder, "results/trial/samples.csv")) - 1)
        again = subprocess.run([SWEEP, "resume", "results/trial", "-q"], cwd=self.folder, text=True, timeout=100,
                               stderr=subprocess.PIPE, env={**os.environ, "QUARTET_MPIRUN": MPIRUN}, check=False)
        self.assertEqual(again.returncode, 0, again.stderr)
        shutil.rmtree(self.drivers)
        again = subprocess.run([SWEEP, "status", "results/trial"], cwd=self.folder, text=True,
                               stdout=subprocess.PIPE, timeout=100, check=True)
        self.assertIn("28 done, 0 of them failed, 0 left", again.stdout)


class Nodes(PlanTest):
    def test_csv(self):
        """The columns of the nodes, as in the JSON."""
        with open(os.path.join(self.folder, "hosts"), "w", encoding="utf-8") as file:
            file.write("a1 slots=2\na2 slots=2\n")
        text = HEAD + ("kernel: fake\nlauncher: {hostfile: hosts}\n"
                       "axes: {driver: mpi_driver, cores: 2, nodes: [1, 2], n: 5}\n")
        planned = [(p["cores"], p["nodes"], p["ranks_per_node"]) for p in self.json(text)["points"]]
        self.assertEqual(planned, [(2, 1, 2), (2, 2, 1)])
        self.assertEqual([(int(r["cores"]), int(r["nodes"]), int(r["ranks_per_node"])) for r in self.rows(text)],
                         planned)


class Forecast(PlanTest):
    PLAN = HEAD + "kernel: fake\naxes: {driver: [serial_driver, omp_driver], cores: [1, 2], n: [%s]}\n" + MEASURE

    def test_nothing_is_known(self):
        done = self.sweep("plan", self.PLAN % "100")
        self.assertIn("there is no earlier run in results/trial", done.stdout)
        self.assertIn("  time        1h00m at most", done.stdout)  # 3 points, 2 launches, 10 m
        self.assertEqual({(r["launch_s"], r["launch_s_is"]) for r in self.rows(self.PLAN % "100")}, {("", "")})

    def test_why_nothing_is_known(self):
        """Not just that there is no estimate."""
        plan = self.PLAN % "100"
        results = os.path.join(self.folder, "results/trial")
        os.makedirs(results)
        self.assertIn("results/trial: samples.csv cannot be opened: No such file", self.sweep("plan", plan).stdout)
        shutil.rmtree(results)
        self.assertEqual(self.sweep("run", plan, "-q").returncode, 0)
        other = self.sweep("plan", plan.replace("n: [100]", "n: [7]").replace("kernel: fake", "kernel: other")).stdout
        self.assertIn("the run in results/trial has no verified launch of these points", other)
        crash = plan.replace("kernel: fake", "kernel: {fake: {mode: crash}}")
        self.assertIn("no launch of the probe verified", self.sweep("plan", crash, "--probe").stdout)
        self.assertEqual(self.json(crash)["forecast"]["missing"],
                         "the run in results/trial has no verified launch of these points")

    def test_defaults(self):
        """Ten launches; the last value of a series is the machine's cores."""
        text = HEAD + "kernel: fake\naxes: {driver: omp_driver, n: 1, cores: {geom: [1, all, 2]}}\n"
        rows = self.rows(text)
        self.assertEqual({(r["launches_min"], r["launches_max"]) for r in rows}, {("10", "10")})
        self.assertEqual(int(rows[-1]["cores"]), len(os.sched_getaffinity(0)))

    def test_memory(self):
        rows = self.rows(WEAK)
        for row in rows:
            self.assertEqual(row["memory_byte"],
                             "" if row["omitted"] else str(int(row["n"]) * int(row["ranks"])))
        self.assertIn("for mpi_driver fake n=2000 cores=4", self.sweep("plan", WEAK).stdout)
        huge = self.sweep("plan", HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 2^60}\n").stdout
        self.assertIn(": more than there is", huge)

    def test_an_earlier_run(self):
        """Repetitions take a millisecond by what the driver says; nothing else of the rows is made up."""
        self.sweep("run", self.PLAN % "100", "-q")
        with open(os.path.join(self.folder, "results/trial/samples.csv"), encoding="utf-8") as file:
            samples = list(csv.DictReader(file))
        plan = self.json(self.PLAN % "100, 200, 400")
        points = {(p["driver"], p["cores"], p["n"]): p for p in plan["points"]}
        self.assertEqual(plan["forecast"]["points_measured"], 3)
        self.assertEqual(plan["forecast"]["points_scaled"], 6)
        self.assertEqual(plan["forecast"]["from"], "results/trial")
        for key, point in points.items():
            cell = points[key[:2] + (100,)]["cell_id"]
            walls = [float(r["wall_s"]) for r in samples if r["cell_id"] == cell and r["warmup"] == "0"]
            process = {r["launch"]: float(r["process_s"]) for r in samples if r["cell_id"] == cell}
            spent = {launch: sum(float(r["wall_s"]) for r in samples
                                 if (r["cell_id"], r["launch"]) == (cell, launch)) for launch in process}
            # On a busy machine some launches take longer than the fake driver says that they do.
            start = sum(max(0, process[i] - spent[i]) for i in process) / len(process)
            wall = sorted(walls)[len(walls) // 2 - 1:len(walls) // 2 + 1]
            rep = sum(wall) / 2 * (key[2] / 100) ** 2  # n^2 operations
            self.assertEqual(point["launch_s_is"], "measured" if key[2] == 100 else "scaled")
            self.assertAlmostEqual(point["launch_s"], start + 4 * rep, delta=1e-4 * rep + 1e-5)
        total = sum(p["launch_s"] * 2 for p in plan["points"])
        hours = sum(p["launch_s"] * 2 * p["cores"] for p in plan["points"]) / 3600
        self.assertAlmostEqual(plan["forecast"]["seconds_max"], total, 6)
        self.assertAlmostEqual(plan["forecast"]["core_hours_min"], hours, 9)
        self.assertIn("3 points measured, 6 scaled from them by their work, 0 not known",
                      self.sweep("plan", self.PLAN % "100, 200, 400").stdout)
        other = self.json(self.PLAN % "100", "--out", "elsewhere")
        self.assertIsNone(other["forecast"]["from"])

    def test_a_probe(self):
        rows = self.rows(self.PLAN % "200, 100", "--probe")
        self.assertEqual({(r["driver"], r["cores"], r["n"]) for r in rows if r["launch_s_is"] == "measured"},
                         {("serial_driver", "1", "100"), ("omp_driver", "1", "100")})
        self.assertEqual({r["launch_s_is"] for r in rows if not r["omitted"]}, {"measured", "scaled"})
        self.assertFalse(os.path.exists(os.path.join(self.folder, "results")))
        bad = self.json((self.PLAN % "100").replace("kernel: fake", "kernel: {fake: {mode: crash}}"), "--probe")
        self.assertIn("killed by signal 6", bad["forecast"]["not_known"])
        self.assertEqual(bad["forecast"]["points_measured"], 0)

    def test_a_driver_that_refuses(self):
        plan = self.json((self.PLAN % "100").replace("kernel: fake", "kernel: {fake: {mode: nowork}}"))
        self.assertEqual(plan["forecast"]["not_known"], "--work: it is not known")
        self.assertIsNone(plan["forecast"]["memory_byte_max"])

    def test_many_points(self):
        """More questions than one command line holds."""
        plan = self.json(HEAD + "kernel: fake\naxes: {driver: serial_driver, n: {range: [1, 9999, 1]}}\n"
                         "derive: {n: n + 1000000000}\n")
        self.assertEqual([p["memory_byte"] for p in plan["points"]], [1e9 + i for i in range(1, 10000)])


class Kernels(PlanTest):
    """What the drivers do not know is wrong before anything runs."""
    AXES = "axes: {driver: [omp_driver, serial_driver], n: [1, 2]%s}\n"

    def refuses(self, text, *problems):
        for command in ("plan", "run"):
            done = self.sweep(command, HEAD + text, code=2)
            self.assertEqual((done.stdout, done.stderr.splitlines()), ("", list(problems)))
        self.assertEqual(os.listdir(self.folder).count("results"), 0)

    def test_unknown_kernel(self):
        self.refuses("kernels: [fake, no_omp]\n" + self.AXES % "",
                     "trial.yaml:3:17: omp_driver: unknown kernel 'no_omp'; --list lists them")

    def test_unknown_to_one_driver(self):
        self.refuses("kernels: [fake, no_serial]\n" + self.AXES % "",
                     "trial.yaml:3:17: serial_driver: unknown kernel 'no_serial'; --list lists them")

    def test_refused_value(self):
        words = "omp_driver: mode: 'unknown': expected one of crash, hang"
        self.refuses("kernels: [fake,\n  {fake: {n: 3, mode: unknown}}]\n" + self.AXES % "",
                     "trial.yaml:4:17: " + words)
        self.refuses("kernel: fake\n" + self.AXES % ",\n  options: {mode: [crash, unknown]}",
                     "trial.yaml:5:13: " + words)

    def test_all_at_once(self):
        done = self.sweep("plan", HEAD + "kernels: [no_omp, {fake: {mode: unknown}}]\n" + self.AXES % "", code=2)
        self.assertEqual(re.findall(r"^trial.yaml:3:\d+", done.stderr, re.M), ["trial.yaml:3:11", "trial.yaml:3:27"])

    def test_builds(self):
        axes = "axes:\n  driver: serial_driver\n  n: 1\n  build: {here: \"%s\"}\n" % self.drivers
        self.refuses("kernel: no_serial\n" + axes, "trial.yaml:3:9: serial_driver of build 'here': "
                     "unknown kernel 'no_serial'; --list lists them")


class Job(PlanTest):
    BATCH = HEAD + ("kernel: fake\naxes: {driver: [serial_driver, omp_driver], cores: [1, 2], n: 5}\n" + MEASURE +
                    "batch: {account: a1, partition: p-2, time: 90s, constraint: 'a&b', options: [--mem=0]}\n")

    def test_script(self):
        script = self.sweep("plan", self.BATCH, "--format", "slurm").stdout
        directives = re.findall(r"^#SBATCH (.*)$", script, re.M)
        self.assertEqual(directives, [
            "--job-name=trial", "--nodes=1", "--ntasks-per-node=1", "--cpus-per-task=2", "--time=2", "--exclusive",
            "--hint=nomultithread", "--open-mode=append", "--requeue", "--account=a1", "--partition=p-2",
            "--constraint=a&b", "--mem=0"])
        self.assertIn(":-110}\n", script)  # of 2 minutes; of an hour:
        bare = self.sweep("plan", re.sub("batch: .*\n", "", self.BATCH), "--format", "slurm").stdout
        self.assertIn("--time=60\n", bare)
        self.assertIn(":-3480}\n", bare)
        # Threads beyond the cores, which a kernel asks for itself, are not those of the job.
        crowded = self.sweep("plan", self.BATCH.replace("kernel: fake", "kernel: {fake: {cores: [1, 5000]}}"),
                             "--format", "slurm").stdout
        self.assertIn("--ntasks-per-node=1\n#SBATCH --cpus-per-task=1\n", crowded)

    def test_time_of_shards(self):
        """An array takes the time of its longest shard, and not that of the whole plan."""
        self.sweep("run", HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 100}\n" + MEASURE, "-q")
        plan = HEAD + "kernel: fake\naxes: {driver: serial_driver, n: [20000, 30000, 20001, 100]}\n" + MEASURE

        def minutes(*words):
            script = self.sweep("plan", plan, "--format", "slurm", *words).stdout
            return int(re.search("--time=([0-9]+)", script)[1])
        # Eight repetitions of 40, 90 and 40 s; half as much again, and 5 minutes.
        self.assertIn(minutes("--shards", "3"), range(23, 30))
        self.assertIn(minutes(), range(39, 50))
        self.submitted_time(minutes())

    def submitted_time(self, minutes):
        """`submit` moves the earlier run, but looks at it first."""
        sbatch = os.path.join(self.folder, "sbatch")
        with open(sbatch, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\necho 12\n")
        os.chmod(sbatch, 0o755)
        subprocess.run([SWEEP, "submit", "trial.yaml", "-d", self.drivers, "--format", "slurm"], cwd=self.folder,
                       env=self.environment(PATH=self.folder + ":" + os.environ["PATH"]), check=True,
                       stdout=subprocess.DEVNULL, timeout=60)
        with open(os.path.join(self.folder, "results/trial/job.sh"), encoding="utf-8") as file:
            self.assertIn(f"--time={minutes}\n", file.read())

    def test_set_up_takes_time(self):
        """What modules and set-up take is no longer there for the sweep."""
        for spent, left in ((30, range(79, 81)), (200, (1,))):
            config = self.BATCH.replace("account: a1", f"setup: [SECONDS={spent}]")
            script = self.sweep("plan", config, "--format", "slurm").stdout
            done = subprocess.run(["bash"], input="timeout() { echo \"$2\"; }\n" + script, text=True,
                                  stdout=subprocess.PIPE, timeout=20, check=True)
            self.assertIn(int(done.stdout), left)

    def test_two_nodes(self):
        """As many tasks on each node as its share of the ranks, and CPUs for their threads."""
        config = (HEAD + "kernel: fake\naxes: {driver: {mpi_driver: {threads: 2}}, cores: 8, n: 5}\n" + MEASURE +
                  "batch: {nodes: 2, account: a1, partition: p, time: 90m, setup: [ulimit -s 65536]}\n")
        for form, directive, wanted in (
                ("slurm", "SBATCH", ["--nodes=2", "--ntasks-per-node=2", "--cpus-per-task=2", "--time=90",
                                     "--partition=p"]),
                ("pbs", "PBS", ["-l select=2:ncpus=4:mpiprocs=2:ompthreads=2", "-l place=scatter:exclhost",
                                "-l walltime=01:30:00", "-A a1", "-q p"]),
                ("lsf", "BSUB", ["-n 4", '-R "span[ptile=2] affinity[core(2)]"', "-W 90", "-x", "-Q 99", "-P a1"]),
                ("flux", "flux:", ["--nodes=2", "--nslots=4", "--cores-per-slot=2", "--time-limit=90m",
                                   "--bank=a1"])):
            with self.subTest(form):
                script = self.sweep("plan", config, "--format", form).stdout
                directives = re.findall("^#%s (.*)$" % directive, script, re.M)
                self.assertEqual([d for d in directives if d in wanted], wanted)
                self.assertIn("\nulimit -s 65536 || exit\nset -eu\n", script)
        script = self.sweep("plan", config.replace("cores: 8", "cores: 8, nodes: [1, 4]").replace("nodes: 2, ", ""),
                            "--format", "slurm").stdout
        self.assertIn("--nodes=4\n#SBATCH --ntasks-per-node=4\n#SBATCH --cpus-per-task=2\n", script)
        done = self.sweep("plan", config.replace("account: a1", "qos: q"), "--format", "pbs", code=2)
        self.assertIn("batch: qos: pbs has no such option", done.stderr)

    def test_submit(self):
        """With commands in the place of the schedulers' that answer as those do."""
        tools = os.path.join(self.folder, "tools")
        os.mkdir(tools)
        answers = {"sbatch": "12;cluster", "squeue": "PENDING", "qsub": "12.server", "bjobs": "RUN",
                   "qstat": "Job Id: 12.server\n    job_state = Q\n    queue = x",
                   "bsub": "Job <12> is submitted to queue <normal>."}
        for name, answer in answers.items():
            path = os.path.join(tools, name)
            with open(path, "w", encoding="ascii") as file:
                file.write("#!/bin/sh\ncat >'%s.input'\necho \"$*\" >'%s.words'\ncat <<'E'\n%s\nE\n" %
                           (path, path, answer))
            os.chmod(path, 0o755)
        environment = {**os.environ, "PATH": tools + ":" + os.environ["PATH"]}

        def sweep(*words):
            return subprocess.run([SWEEP, *words], cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=60, env=environment)
        with open(os.path.join(self.folder, "trial.yaml"), "w", encoding="utf-8") as file:
            file.write(self.BATCH.replace("constraint: 'a&b', ", "scheduler: pbs, "))
        for words, job, state in (([], "pbs job 12.server", "pbs 12.server: Q"),
                                  (["--format", "slurm"], "slurm job 12", "slurm 12: PENDING"),
                                  (["--format", "lsf"], "lsf job 12", "lsf 12: RUN")):
            out = "out " + job
            done = sweep("submit", "trial.yaml", "-d", self.drivers, "--out", out, *words)
            self.assertEqual((done.returncode, done.stdout), (0, f"{job}: {out}/job.sh\n"), done.stderr)
            self.assertEqual(sweep("status", out).stdout, f"no launch yet; job {state}\n")
        with open(os.path.join(tools, "bsub.input"), encoding="utf-8") as file:
            self.assertIn("#BSUB -J trial", file.read())  # LSF reads directives of its input only
        with open(os.path.join(tools, "qsub.words"), encoding="utf-8") as file:
            self.assertTrue(file.read().endswith("/out pbs job 12.server/job.sh\n"))
        with open(os.path.join(self.folder, "nodes.yaml"), "w", encoding="utf-8") as file:
            file.write(HEAD + "kernel: fake\naxes: {driver: mpi_driver, cores: 4, nodes: 2, n: 5}\n" + MEASURE)
        done = sweep("submit", "nodes.yaml", "-d", self.drivers, "--out", "nodes", "--format", "slurm")
        self.assertEqual(done.returncode, 0, done.stderr)  # more nodes than this machine is
        with open(os.path.join(self.folder, "nodes/job.sh"), encoding="utf-8") as file:
            self.assertIn("#SBATCH --nodes=2\n#SBATCH --ntasks-per-node=2\n", file.read())
        with open(os.path.join(tools, "sbatch"), "w", encoding="ascii") as file:
            file.write("#!/bin/sh\necho 'sbatch: error: no such partition' >&2\nexit 1\n")
        done = sweep("submit", "trial.yaml", "-d", self.drivers, "--out", "refused", "--format", "slurm")
        self.assertEqual(done.returncode, 3)
        self.assertIn("no such partition", done.stderr)
        done = sweep("submit", "trial.yaml", "-d", self.drivers, "--format", "pbs", "--shards", "2")
        self.assertEqual(done.returncode, 2)
        self.assertIn("only --format slurm writes a job array", done.stderr)

    def test_queues_itself_again(self):
        """Stopped for its time limit, and for nothing else."""
        stalls = os.path.join(self.folder, "it stalls")
        config = self.BATCH.replace("kernel: fake", "kernel: {fake: {mode: stall, note: '%s'}}" % stalls)
        script = self.sweep("plan", config, "--format", "slurm").stdout

        def run():
            return subprocess.run(["bash"], input="scontrol() { echo \"again: $*\"; }\n" + script, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                                  env={**os.environ, "SLURM_JOB_ID": "7", "QUARTET_JOB_SECONDS": "2"})
        first = run()
        self.assertEqual((first.returncode, first.stdout), (124, "again: requeue 7\n"), first.stderr)
        second = run()
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertNotIn("again", second.stdout)

    def test_it_runs_and_goes_on(self):
        """From another folder, as by a scheduler, which signals it to stop and runs it again."""
        stalls = os.path.join(self.folder, "it stalls")
        config = self.BATCH.replace("kernel: fake", "kernels: [fake, {fake: {mode: stall, note: '%s'}}]" % stalls)
        script = os.path.join(self.folder, "job.sh")
        with open(script, "w", encoding="utf-8") as file:
            file.write(self.sweep("plan", config, "--format", "slurm").stdout)

        def start():
            return subprocess.Popen(["bash", script], cwd="/", text=True, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, env={**os.environ, "QUARTET_MPIRUN": MPIRUN})
        first = start()
        while not os.path.exists(stalls) and first.poll() is None:
            time.sleep(0.01)
        first.send_signal(signal.SIGTERM)  # the shell passes it on
        errors = first.communicate(timeout=100)[1]
        self.assertEqual(first.returncode, 130, errors)
        with open(os.path.join(self.folder, "results/trial/samples.csv"), encoding="utf-8") as file:
            before = file.read()
        second = start()
        errors = second.communicate(timeout=100)[1]
        self.assertEqual(second.returncode, 0, errors)
        with open(os.path.join(self.folder, "results/trial/samples.csv"), encoding="utf-8") as file:
            after = file.read()
        self.assertTrue(after.startswith(before))
        launches = {(r["cell_id"], r["launch"]) for r in csv.DictReader(after.splitlines()) if r["status"] == "ok"}
        self.assertEqual(len(launches), 2 * 3 * 2)

    def test_modules(self):
        """Lmod's function uses variables that are not set, and commands that fail; a module that is not there ends
        the job."""
        script = self.sweep("plan", re.sub("batch: .*\n", "batch: {modules: [gcc/13, openmpi]}\n", self.BATCH),
                            "--format", "slurm").stdout

        def run(module):
            return subprocess.run(["bash"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20,
                                  input="module() { %s; }\ntimeout() { echo \"run $4\"; }\n%s" % (module, script))
        done = run('test -n "$LMOD_UNSET"; eval "$__ALSO_UNSET"; echo "$2"')
        self.assertEqual((done.stdout, done.returncode), ("gcc/13\nopenmpi\nrun run\n", 0), done.stderr)
        done = run('test "$2" = gcc/13')
        self.assertEqual((done.stdout, done.returncode), ("", 1), done.stderr)

    @unittest.skipUnless(shutil.which("shellcheck"), "no shellcheck")
    def test_shellcheck(self):
        for more in ("", ", modules: [gcc/13, openmpi]"):
            script = self.sweep("plan", self.BATCH.replace("[--mem=0]", "[--mem=0]" + more),
                                "--format", "slurm", "--out", "it's here").stdout
            done = subprocess.run(["shellcheck", "--shell=bash", "-"], input=script, text=True, timeout=60,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_hostile_texts(self):
        for text in ("account: a b", "account: 'a$(id)'", 'partition: "a\\n#SBATCH -x"', "qos: 'a;b'",
                     "modules: ['a`id`']", "modules: [-x]", "options: [x]", "options: ['--x y']", "time: 1s", "setup: ['a; b']",
                     "setup: [$(id)]"):
            with self.subTest(text):
                bad = re.sub("batch: .*\n", "batch: {%s}\n" % text, self.BATCH)
                self.assertRegex(self.sweep("plan", bad, "--format", "slurm", code=2).stderr,
                                 r"^trial\.yaml:\d+:\d+: ")
        out = "it's $(touch x) \"here\""
        script = self.sweep("plan", re.sub("batch: .*\n", "batch: {modules: ['a&b|c']}\n", self.BATCH),
                            "--format", "slurm", "--out", out).stdout
        printed = subprocess.run(["bash"], text=True, stdout=subprocess.PIPE, check=True, timeout=20, cwd=self.folder,
                              input="module() { echo \"module <$*>\"; }\ntimeout() { echo \"$7\"; }\n" + script)
        self.assertEqual(printed.stdout, "module <load a&b|c>\n%s\n" % os.path.join(os.path.realpath(self.folder), out))
        self.assertFalse(os.path.exists(os.path.join(self.folder, "x")))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
