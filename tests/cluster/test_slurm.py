"""sweep as a job of a Slurm cluster of two nodes: a job script that the time limit stops, that queues itself
again, and continues on the other node; ranks under srun and mpirun.

Runs within slurm.sh. Argument: the folder of the programs.
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

    def rows(self, out="out"):
        with open(os.path.join(self.folder, out, "samples.csv"), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


class Job(SlurmTest):
    CONFIG = """schema: 1
name: t
kernel: {wait: {delay: 100ms}}
axes: {driver: serial_driver, n: [10, 11]}
measure: {launches: 4, reps: 1, warmup: 0}
batch: {time: 1m}
"""

    def submit(self, seconds):
        with open(os.path.join(self.folder, "t.yaml"), "w", encoding="utf-8") as file:
            file.write(self.CONFIG)
        said = call(program("sweep"), "submit", "t.yaml", "--out", "out", cwd=self.folder,
                    env={**ENVIRONMENT, "QUARTET_JOB_SECONDS": str(seconds)})
        return re.fullmatch(r"slurm job (\d+): out/job\.sh\n", said).group(1)

    def test_time_limit_and_requeue(self):
        job = self.submit(4)
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


class Ranks(SlurmTest):
    def check(self, *launcher):
        """Two ranks, one on each node: the same result, and each on one core."""
        path = os.path.join(self.folder, "rows.csv")
        call("sbatch", "--wait", "-N2", "--ntasks-per-node=1", "-c2", "--exclusive", "--output=log",
             f"--wrap={' '.join(launcher)} {program('mpi_driver')} --csv='{path}' stencil -n 200 -r 1 -w 0",
             cwd=self.folder)
        with open(path, newline="", encoding="utf-8") as file:
            row, = csv.DictReader(file)
        self.assertEqual((row["verify"], row["ranks"], row["nodes"], row["hosts"]), ("ok", "2", "2", "n1+n2"))

    def test_srun(self):
        self.check("srun", "--mpi=pmix", "-n2", "-c2", "--cpu-bind=cores")

    def test_mpirun(self):
        self.check("mpirun", "-np", "2", "--map-by", "ppr:1:node")

    def test_one_core_each(self):
        """Two sweeps, each in a job of one core of the same node: their ranks stay on those cores."""
        with open(os.path.join(self.folder, "t.yaml"), "w", encoding="utf-8") as file:
            file.write("schema: 1\nname: t\nkernel: {spin: {n: 20}}\naxes: {driver: mpi_driver, cores: 1}\n"
                       "measure: {launches: 1, reps: 3}\n")
        jobs = [call("sbatch", "--parsable", "-n1", "-w", "n1", f"--output={i}.log",
                     "--wrap=grep Cpus_allowed_list /proc/self/status; "
                     f"{program('sweep')} run t.yaml -q --out out{i}", cwd=self.folder) for i in range(2)]
        for job in jobs:
            wait_for(lambda: "JobState=COMPLETED" in call("scontrol", "show", "job", job.strip()), 40)
        used = []
        for i in range(2):
            cores, = {row["binding"] for row in self.rows(f"out{i}")}
            with open(os.path.join(self.folder, f"{i}.log"), encoding="utf-8") as file:
                self.assertIn(f"Cpus_allowed_list:\t{cores}\n", file.read())
            used.append(cores)
        self.assertEqual(len(set(used)), 2, used)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
