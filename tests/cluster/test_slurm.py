"""sweep as a job of a Slurm cluster of two nodes: a job script that the time limit stops, that queues itself
again, and continues on the other node; ranks under srun and mpirun.

Runs within slurm.sh. Arguments: the folder of the programs, and the classes of tests. Mpich needs
QUARTET_MPICH, the folder of a build with MPICH.
"""
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAMS = os.path.abspath(sys.argv[1])
# Open MPI finds the other node through the loopback device here.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_btl": "tcp,self", "OMPI_MCA_btl_tcp_if_include": "lo"}


def call(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
                          **{"env": ENVIRONMENT, **more})
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}: {done.stdout}")
    return done.stdout


def wait_for(what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.2)
    raise AssertionError(call("scontrol", "show", "job"))


def program(name):
    return os.path.join(PROGRAMS, name)


class SlurmTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quartet slurm ")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def rows(self, out="out", name="samples"):
        with open(os.path.join(self.folder, out, f"{name}.csv"), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


class Job(SlurmTest):
    CONFIG = """schema: 1
name: t
kernel: {wait: {delay: 50ms}}
axes: {driver: serial_driver, n: [10, 11]}
measure: {launches: 4, reps: 1, warmup: 0}
batch: {time: 1m}
"""

    # Task 2 is stopped in its first two starts, while task 1 runs.
    ARRAY = CONFIG.replace("launches: 4", "launches: 3").replace("{time: 1m}", "{time: 5m, setup: [source tasks.sh]}")
    TASKS = """case $SLURM_ARRAY_TASK_ID.${SLURM_RESTART_COUNT:-0} in
1.*) while [ ! -e release ]; do sleep 0.1; done ;;
2.0 | 2.1) QUARTET_JOB_SECONDS=1 ;;
esac
"""

    def submit(self, config, *words, **variables):
        self.write("t.yaml", config)
        printed = call(program("sweep"), "submit", "t.yaml", "--out", "out", *words, cwd=self.folder,
                       env={**ENVIRONMENT, **variables})
        return re.fullmatch(r"slurm job (?:array )?(\d+): out/job\.sh\n", printed).group(1)

    def test_time_limit_and_requeue(self):
        job = self.submit(self.CONFIG, QUARTET_JOB_SECONDS="3")
        folder = os.path.join(self.folder, "out")
        wait_for(lambda: os.path.exists(os.path.join(folder, "run.json")))
        self.assertRegex(call(program("sweep"), "status", folder), f"job +slurm {job}: RUNNING")
        node = re.search(r"BatchHost=(\S+)", call("scontrol", "show", "job", job)).group(1)
        # The job does not come back to this node.
        call("scontrol", "update", f"nodename={node}", "state=drain", "reason=test")
        self.addCleanup(call, "scontrol", "update", f"nodename={node}", "state=resume")
        wait_for(lambda: "JobState=COMPLETED" in call("scontrol", "show", "job", job), 100)
        rows = self.rows()
        self.assertEqual([r["status"] for r in rows], ["ok"] * 8)
        self.assertEqual([r["seq"] for r in rows], [str(i + 1) for i in range(8)])
        self.assertEqual(len({(r["cell_id"], r["launch"]) for r in rows}), 8)
        self.assertEqual({r["hosts"] for r in rows}, {"n1", "n2"})
        with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
            facts = json.load(file)
        self.assertEqual(facts["result"], "done")
        self.assertEqual([s["host"] for s in facts["sessions"]][:2], sorted({"n1", "n2"}, key=lambda n: n != node))
        self.assertEqual({s["population"] for s in facts["sessions"]}, {1})
        self.assertFalse(os.path.exists(os.path.join(folder, "sweep.lease")))

    def status(self):
        """Of the array, on one line."""
        return " ".join(call(program("sweep"), "status", "out", cwd=self.folder).split())

    def test_job_array(self):
        """The second task is stopped and queued again, twice; the first one never."""
        self.write("tasks.sh", self.TASKS)
        job = self.submit(self.ARRAY, "--shards", "2")

        def facts(task):
            return call("scontrol", "show", "job", f"{job}_{task}")
        wait_for(lambda: "Restarts=2" in facts(2) and "JobState=COMPLETED" in facts(2), 100)
        self.assertRegex(facts(1), r"(?s)JobState=RUNNING.*Restarts=0")
        self.assertIn("1 of 2 done, 1 running, 0 waiting, 0 stopped", self.status())
        self.write("release", "")
        wait_for(lambda: "JobState=COMPLETED" in facts(1))
        for task, restarts in ((1, 0), (2, 2)):
            self.assertIn(f"Restarts={restarts}", facts(task))
            rows = self.rows(f"out.{task}-of-2")
            self.assertEqual([(r["seq"], r["launch"], r["n"]) for r in rows],
                             [(str(i), str(i), str(9 + task)) for i in (1, 2, 3)])
        command = re.search(r"2 of 2 done.* done; join the shards with: sweep (.*)", self.status())[1]
        call("sh", "-c", f"{program('sweep')} {command} -q")
        self.assertEqual([(r["n"], r["launch"], r["status"]) for r in self.rows()],
                         [(n, launch, "ok") for n in ("10", "11") for launch in "123"])
        self.assertIn("3 launches of each", call(program("report"), "out", cwd=self.folder))


class RanksTest(SlurmTest):
    def batch(self, *words, **variables):
        """Runs a job to its end, and returns its log. `sbatch --wait` would look too seldom."""
        job = call("sbatch", "--parsable", "-N2", "--exclusive", "--output=log", *words, cwd=self.folder,
                   env={**ENVIRONMENT, **variables}).strip()
        wait_for(lambda: re.search("JobState=(COMPLETED|FAILED)", call("scontrol", "show", "job", job)), 100)
        with open(os.path.join(self.folder, "log"), encoding="utf-8") as file:
            log = file.read()
        self.assertIn("JobState=COMPLETED", call("scontrol", "show", "job", job), log)
        return log

    def check(self, launcher, kind, *words, programs=PROGRAMS, nodes="nodes: 2"):
        """Strong scaling on two nodes, and two ranks of two threads: each node has half of the workers, each
        worker a core, although the job has one task for each node, as one for threads."""
        with open(os.path.join(self.folder, "t.yaml"), "w", encoding="utf-8") as file:
            file.write("schema: 1\nname: t\nkernel: {stencil: {n: 200}}\n"
                       f"axes: {{driver: [mpi_driver, {{mpi_driver: {{threads: 2}}}}], cores: [2, 4], {nodes}}}\n"
                       f"measure: {{launches: 1, reps: 1, warmup: 0, timeout: 60s}}\n{launcher}")
        variables = " ".join(f"{k}={v}" for k, v in ENVIRONMENT.items() if k.startswith("OMPI_"))
        self.batch("--ntasks-per-node=1", "-c1", *words,
                   f"--wrap=export {variables}; {program('sweep')} run t.yaml -q --out out -d {programs}")
        rows = {(r["cores"], r["threads"]): r for r in self.rows()}
        spread = [("4", "1", "4"), ("4", "2", "2")]  # cores, threads, ranks
        if nodes:  # without the axis, a point takes as few nodes as it can
            spread.append(("2", "1", "2"))
        for cores, threads, ranks in spread:
            row = rows[cores, threads]
            self.assertEqual(
                [row.get(c) for c in ("status", "verify", "ranks", "nodes", "hosts", "oversubscribed", "bound_to")],
                ["ok", "ok", ranks, "2", "n1+n2", "0", "core"], row)
            used, half = re.split("[|/]", row["binding"]), int(cores) // 2
            self.assertEqual([len(set(used[:half])), len(set(used[half:])), len(used)], [half, half, int(cores)], row)
        with open(os.path.join(self.folder, "out", "run.json"), encoding="utf-8") as file:
            facts = json.load(file)
        self.assertEqual({p["binding_as_asked"] for p in facts["points"]}, {True}, facts)
        for point in facts["points"]:
            self.assertIn(kind, point["command"])


class Ranks(RanksTest):
    def test_srun(self):
        """Without a word of the config: inside a job, Slurm starts the ranks, on as many nodes as they need. The
        job has no variables of who submitted it, but the ranks have those of the job."""
        self.check("", "srun --mpi=pmix", "--export=NONE", nodes="")

    def test_mpirun(self):
        self.check("launcher: {kind: openmpi}\n", " --map-by ppr:")

    def test_short_script(self):
        """As a user would run it, with a size that suits the test."""
        os.symlink(PROGRAMS, os.path.join(self.folder, "build"))
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../jobs/slurm.sh")
        log = self.batch("--ntasks-per-node=2", script, N="200")
        self.assertIn("4 processes", log)

    def test_one_core_each(self):
        """Two jobs of one core of the same node: the ranks of a sweep, and those that mpirun starts by itself,
        stay on the cores of their jobs."""
        self.write("t.yaml", "schema: 1\nname: t\nkernel: {spin: {n: 20}}\naxes: {driver: mpi_driver, cores: 1}\n"
                   "measure: {launches: 1, reps: 3}\n")
        jobs = [call("sbatch", "--parsable", "-n1", "-w", "n1", f"--output={i}.log",
                     "--wrap=grep Cpus_allowed_list /proc/self/status; "
                     f"{program('sweep')} run t.yaml -q --out out{i} && "
                     f"mpirun -np 1 {program('mpi_driver')} spin -n 20 -r 1 -w 0 --csv=out{i}/plain.csv",
                     cwd=self.folder) for i in range(2)]
        for job in jobs:
            wait_for(lambda: "JobState=COMPLETED" in call("scontrol", "show", "job", job.strip()), 40)
        used = []
        for i in range(2):
            bindings = [row["binding"] for name in ("samples", "plain") for row in self.rows(f"out{i}", name)]
            self.assertEqual(len(set(bindings)), 1, bindings)
            cores = bindings[0]
            with open(os.path.join(self.folder, f"{i}.log"), encoding="utf-8") as file:
                self.assertIn(f"Cpus_allowed_list:\t{cores}\n", file.read())
            used.append(cores)
        self.assertEqual(len(set(used)), 2, used)


class Mpich(RanksTest):
    """The drivers of another build, whose launchers the sweep of this one knows, too."""

    def test_srun(self):
        self.check("launcher: {kind: srun}\n", "srun --mpi=pmi2", programs=os.environ["QUARTET_MPICH"])

    def test_hydra(self):
        self.check("launcher: {kind: mpich}\n", " -ppn ", programs=os.environ["QUARTET_MPICH"])


if __name__ == "__main__":
    if "Mpich" in sys.argv and "QUARTET_MPICH" not in os.environ:
        print("skipped: QUARTET_MPICH, the folder of a build with MPICH, is not set")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
