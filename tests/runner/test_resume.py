"""sweep resume and status, against a driver that misbehaves on demand: killed at any moment and cut at any
byte, a run continues, and its rows are in the end those of an undisturbed run.

Arguments: the programs sweep, report and fake_driver, and a script in the place of mpirun.
"""
import csv
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

from fake_drivers import FAKE, REPORT, SWEEP, FakeDriversTest

KILLS = CUTS = int(os.environ.get("QUARTET_DISTURBANCES", "200"))
CONFIG = """schema: 1
name: trial
kernels: [{fake: {note: 'a "quoted", note'}}, {fake: {mode: crash, n: 3}}, {fake: {mode: wrong, n: 4}}]
axes: {driver: [serial_driver, omp_driver], n: [1, 2], cores: 1}
measure: {launches: 3, reps: 2, warmup: 1, order: random, seed: 5}
"""
# What is not the same in two runs that are.
TIMES = ("run_id", "process_s", "start_ns")


class ResumeTest(FakeDriversTest):
    def setUp(self):
        super().setUp()
        self.write("trial.yaml", CONFIG)

    def run_all(self, out):
        return self.sweep("run", "trial.yaml", "-q", "-d", self.drivers, "--out", out)

    def comparable(self, out):
        rows = self.rows(out)
        self.assertEqual([row["seq"] for row in rows], [str(i + 1) for i in range(len(rows))])
        return [{k: v for k, v in row.items() if k not in TIMES} for row in rows]

    def ours(self):
        """Processes that run a program of this test's folder."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    if self.drivers.encode() in file.read():
                        found.append(int(pid))
            except OSError:
                pass
        return found

    def check_no_orphan(self):
        for _ in range(200):
            if not self.ours():
                return
            time.sleep(0.01)
        self.fail(f"left over: {self.ours()}")


class Disturbed(ResumeTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(1)
        start = time.monotonic()
        self.assertEqual(self.run_all("whole").returncode, 1)
        self.seconds = time.monotonic() - start
        self.expected = self.comparable("whole")
        self.assertEqual(len(self.expected), 2 * 3 * (2 * 3 + 2))

    def kill_once(self, *arguments):
        """Whether it was killed before it had ended."""
        child = subprocess.Popen([SWEEP, *arguments], cwd=self.folder, env=self.environment(),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.random.uniform(0, 1.1 * self.seconds))
        child.kill()
        return child.wait() == -signal.SIGKILL

    @unittest.skipUnless("QUARTET_DIE_AT_LIBRARY" in os.environ, "sanitized: nothing can be preloaded")
    def test_killed_at_its_start(self):
        """Before there is a run.json: a job that is started again runs it, in the same folder."""
        for at in range(1, 100):
            done = self.sweep("run", "trial.yaml", "-q", "-d", self.drivers, "--out", "out", QUARTET_DIE_AT=str(at),
                              LD_PRELOAD=os.environ["QUARTET_DIE_AT_LIBRARY"])
            self.assertEqual(done.returncode, -signal.SIGKILL)
            if os.path.exists(self.path("out", "run.json")):
                break
            self.assertEqual(self.run_all("out").returncode, 1)
            self.assertEqual(len(self.rows("out")), len(self.expected))
            shutil.rmtree(self.path("out"))
        self.assertGreater(at, 5)

    def test_rows_without_facts(self):
        """Rows are not removed, whatever has become of run.json."""
        os.remove(self.path("whole", "run.json"))
        done = self.run_all("whole")
        self.assertEqual((done.returncode, len(self.rows("whole"))), (2, len(self.expected)))
        self.assertIn("whole already holds the results of a run", done.stderr)

    def test_killed_at_any_moment(self):
        kills, number = 0, 0
        while kills < KILLS:
            out, number = f"out{number}", number + 1
            killed = self.kill_once("run", "trial.yaml", "-q", "-d", self.drivers, "--out", out)
            while killed:
                kills += 1
                self.check_no_orphan()
                # Killed before there was anything: a new run is refused nothing.
                if not os.path.exists(self.path(out, "run.json")):
                    shutil.rmtree(self.path(out), ignore_errors=True)
                    killed = self.kill_once("run", "trial.yaml", "-q", "-d", self.drivers, "--out", out)
                elif kills < KILLS:
                    killed = self.kill_once("resume", out, "-q")
                else:
                    killed = False
            if not os.path.exists(self.path(out, "run.json")):
                continue
            done = self.sweep("resume", out, "-q")
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertEqual(self.comparable(out), self.expected)
            self.assertEqual(self.facts(out)["result"], "done")
            self.assertEqual(len({row["run_id"] for row in self.rows(out)}), 1)

    def test_killed_leaves_nothing(self):
        """What it has started ends with it, even by SIGKILL."""
        self.write("trial.yaml", "schema: 1\nname: t\nkernel: {fake: {mode: sleep}}\n"
                   "axes: {driver: serial_driver, n: 1}\n")
        pids = self.path("pids")
        child = subprocess.Popen([SWEEP, "run", "trial.yaml", "-q", "-d", self.drivers, "--out", "long"],
                                 cwd=self.folder, env={**self.environment(), "FAKE_PIDS": pids})
        for _ in range(1000):
            if os.path.exists(pids) and os.path.getsize(pids) > 0:
                break
            time.sleep(0.01)
        self.assertTrue(self.ours())
        child.kill()
        child.wait()
        self.check_no_orphan()
        self.assertIn("state      killed; continue with", self.sweep("status", "long").stdout)

    def test_cut_at_any_byte(self):
        size = os.path.getsize(self.path("whole", "samples.csv"))
        places = [0, 1, size - 1, size] + [self.random.randrange(size) for _ in range(CUTS - 4)]
        for place in places:
            shutil.copytree(self.path("whole"), self.path("cut"))
            os.truncate(self.path("cut", "samples.csv"), place)
            done = self.sweep("resume", "cut", "-q")
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertEqual(self.comparable("cut"), self.expected, place)
            shutil.rmtree(self.path("cut"))

    def test_truncated_end_is_reported(self):
        os.truncate(self.path("whole", "samples.csv"),
                    os.path.getsize(self.path("whole", "samples.csv")) - 1)
        printed = self.sweep("status", "whole").stdout
        self.assertLessEqual(max(map(len, printed.splitlines())), 80)
        self.assertIn("belong to no complete launch; resume removes them", " ".join(printed.split()))
        self.assertIn("are cut off: they are of a launch that had not ended",
                      " ".join(self.sweep("resume", "whole", "-q").stderr.split()))

    def test_damaged_in_the_midst(self):
        lines = self.text("whole").splitlines(keepends=True)
        for damaged, message in ((lines[:2] + ["1,2\n"] + lines[2:], "samples.csv:3: 2 cells"),
                                 (lines[:1] + lines[2:], "lacks rows, in the midst"),
                                 (lines[:1] + lines[-3:], "is not there"),
                                 (lines[:1] + [lines[1].replace("\n", ",\n")] + lines[2:], "cells, not"),
                                 (lines[:1] + [lines[1].rpartition(",")[0] + "\n"] + lines[2:], "cells, not"),
                                 ([lines[0].replace("\n", ",more\n")] + lines[1:], "neither those of this version"),
                                 ([lines[0].rpartition(",hosts")[0] + "\n"] + lines[1:], "neither those of this version"),
                                 (["schema,run_id\n"] + lines[1:], "neither those of this version")):
            self.write("whole/samples.csv", "".join(damaged))
            before = self.text("whole")
            done = self.sweep("resume", "whole", "-q")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(message, done.stderr)
            self.assertEqual(self.text("whole"), before)


    def test_older_columns(self):
        """A file of before work_unit and what came later: it keeps its columns, wherever it was cut."""
        rows = list(csv.reader(self.text("whole").splitlines(keepends=True), strict=True))
        later = len(rows[0]) - rows[0].index("work_unit")
        self.assertEqual(rows[0][-later:][:2], ["work_unit", "build"])
        with open(self.path("whole", "samples.csv"), "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(row[:-later] for row in rows)
        older, text = self.comparable("whole"), self.text("whole")
        header = text.index("\n")
        for place in (header + 1, len(text) // 2, len(text) - 1, len(text)):
            shutil.copytree(self.path("whole"), self.path("cut"))
            os.truncate(self.path("cut", "samples.csv"), place)
            done = self.sweep("resume", "cut", "-q")
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertEqual(self.comparable("cut"), older, place)
            shutil.rmtree(self.path("cut"))
        self.write("whole/samples.csv", text[:header])  # a truncated header is written again
        self.assertIn(self.sweep("resume", "whole", "-q").returncode, (0, 1))
        self.assertEqual(self.comparable("whole"), self.expected)


def boot_id():
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()


class Lease(ResumeTest):
    """One journal has one writer, also where locks of files do not exist or do not reach other hosts."""

    def setUp(self):
        super().setUp()
        self.write("trial.yaml", "schema: 1\nname: t\nkernel: {fake: {mode: sleep}}\n"
                   "axes: {driver: serial_driver, n: 1}\nmeasure: {launches: 3}\n")

    def start(self, **environment):
        """A sweep whose first launch takes long."""
        pids = self.path("pids")
        child = subprocess.Popen([SWEEP, "run", "trial.yaml", "-q", "-d", self.drivers, "--out", "out"],
                                 cwd=self.folder, stderr=subprocess.PIPE, text=True,
                                 env=self.environment(FAKE_PIDS=pids, **environment))
        self.addCleanup(child.communicate)
        self.addCleanup(child.kill)
        for _ in range(1000):
            if os.path.exists(pids) and os.path.getsize(pids) > 0:
                return child
            time.sleep(0.01)
        self.fail("it does not start")

    def leave(self, silent_s=0, **facts):
        """A lease of another process, silent for so long."""
        facts = {"host": "node77", "pid": 12, "boot": "b", "namespace": "n", "started": 1, "job": "",
                 "restart": 0, **facts}
        self.write("out/sweep.lease", "".join(f"{k} {v}\n" for k, v in facts.items()))
        then = time.time() - silent_s
        os.utime(self.path("out/sweep.lease"), (then, then))

    def interrupted(self):
        """A folder with a run of which nothing is done."""
        child = self.start()
        child.terminate()
        child.communicate(timeout=30)
        self.assertEqual(os.listdir(self.path("out")).count("sweep.lease"), 0)

    def resume_once(self, **environment):
        """Resumes as far as the first launch, or to a refusal, which is returned."""
        with open(self.path("pids"), "w", encoding="ascii"):
            pass
        child = subprocess.Popen([SWEEP, "resume", "out", "-q"], cwd=self.folder, text=True,
                                 stderr=subprocess.PIPE,
                                 env=self.environment(FAKE_PIDS=self.path("pids"), **environment))
        while child.poll() is None and os.path.getsize(self.path("pids")) == 0:
            time.sleep(0.01)
        child.terminate()
        _, errors = child.communicate(timeout=30)
        return None if child.returncode == 130 else " ".join(errors.split())

    def check_second(self, **environment):
        child = self.start(**environment)
        who = f"process {child.pid} on host {os.uname().nodename.partition('.')[0]}"
        for command in (("resume", "out"), ("pack", "out")):
            done = self.sweep(*command, **environment)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(f"sweep is writing there: {who}", " ".join(done.stderr.split()))
        self.assertIn(f"running: {who}", self.sweep("status", "out", **environment).stdout)
        child.kill()
        child.wait()
        self.assertIsNone(self.resume_once(**environment))  # the holder is dead

    def test_with_locks(self):
        self.check_second()

    @unittest.skipUnless("QUARTET_NO_LOCKS_LIBRARY" in os.environ, "sanitized: nothing can be preloaded")
    def test_without_locks(self):
        for locks in ("none", "local"):
            with self.subTest(locks):
                self.check_second(LD_PRELOAD=os.environ["QUARTET_NO_LOCKS_LIBRARY"], QUARTET_LOCKS=locks)
                shutil.rmtree(self.path("out"))
                os.remove(self.path("pids"))

    def test_other_host(self):
        self.interrupted()
        self.leave(silent_s=100)
        self.assertRegex(self.resume_once(), "process 12 on host node77, whose last heartbeat was 1.. s ago")
        self.leave(silent_s=200)
        self.assertIsNone(self.resume_once())

    def test_dead_on_this_host(self):
        """Its number belongs to another process now."""
        self.interrupted()
        self.leave(pid=os.getpid(), boot=boot_id(), namespace=os.readlink("/proc/self/ns/pid"))
        self.assertIsNone(self.resume_once())

    def test_requeued(self):
        """Slurm starts a job again when its processes on other nodes have ended."""
        self.interrupted()
        self.leave(job=7, restart=1)
        self.assertIn("node77", self.resume_once(SLURM_JOB_ID="7", SLURM_RESTART_COUNT="1"))
        self.assertIn("node77", self.resume_once(SLURM_JOB_ID="8", SLURM_RESTART_COUNT="2"))
        self.assertIsNone(self.resume_once(SLURM_JOB_ID="7", SLURM_RESTART_COUNT="2"))

    def test_taken_over(self):
        """A sweep that was silent for too long writes nothing more."""
        child = self.start()
        before = self.text("out")
        os.remove(self.path("out/sweep.lease"))
        self.leave()
        with open(self.path("pids"), encoding="ascii") as file:
            os.kill(int(file.read()), signal.SIGKILL)
        _, errors = child.communicate(timeout=30)
        self.assertEqual(child.returncode, 2, errors)
        self.assertIn("another sweep has taken over sweep.lease", " ".join(errors.split()))
        self.assertEqual(self.text("out"), before)
        self.assertEqual(self.facts("out")["result"], "running")
        self.assertTrue(os.path.exists(self.path("out/sweep.lease")))


class Refused(ResumeTest):
    def setUp(self):
        super().setUp()
        self.run_all("out")
        os.truncate(self.path("out", "samples.csv"), 3000)

    def refuses(self, message, *arguments, **environment):
        before, facts = self.text("out"), self.path("out", "run.json")
        with open(facts, "rb") as file:
            kept = file.read()
        done = self.sweep("resume", "out", "-q", *arguments, **environment)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn(message, done.stderr)
        self.assertEqual(self.text("out"), before)
        with open(facts, "rb") as file:
            self.assertEqual(file.read(), kept)

    def goes_on(self, **environment):
        done = self.sweep("resume", "out", "-q", **environment)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(self.facts("out")["result"], "done")
        self.assertEqual(len({row["run_id"] for row in self.rows("out")}), 1)
        return self.facts("out")["sessions"]

    def goes_on_anyway(self, **environment):
        done = self.sweep("resume", "out", "-q", "--anyway", **environment)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len({row["run_id"] for row in self.rows("out")}), 2)
        sessions = self.facts("out")["sessions"]
        self.assertEqual([s["run_id"] for s in sessions],
                         list(dict.fromkeys(row["run_id"] for row in self.rows("out"))))
        return sessions

    def test_changed_config(self):
        self.write("trial.yaml", CONFIG.replace("n: [1, 2]", "n: [1, 5]"))
        self.refuses("trial.yaml has changed since the run began")
        sessions = self.goes_on_anyway()
        self.assertNotEqual(sessions[0]["config_sha256"], sessions[1]["config_sha256"])
        self.assertIn("5", {row["n"] for row in self.rows("out")})

    def change_session(self, change):
        self.change_facts("out", lambda facts: change(facts["sessions"][-1]))

    def test_other_host_of_the_kind(self):
        """Another node of the partition, or a container that was started again."""
        def rename(facts):
            facts["machine"]["host"] = facts["sessions"][0]["host"] = "elsewhere"
        self.change_facts("out", rename)
        sessions = self.goes_on(FAKE_HOST="node02")
        self.assertEqual(sessions[0]["host"], "elsewhere")
        self.assertNotEqual(sessions[1]["host"], "elsewhere")
        self.assertEqual([s["population"] for s in sessions], [1, 1])
        self.assertEqual({r["hosts"] for r in self.rows("out") if r["status"] == "ok"}, {"fake", "node02"})

    def test_other_machine(self):
        """What differs is named, and nothing else."""
        self.change_facts("out", lambda facts: facts["machine"].update(host="elsewhere"))
        for change, message in (({"processor": "Z80"}, "processor: '"), ({"cores": 12345}, "before 12345"),
                                ({"memory_bytes": 65536}, "memory_bytes: ")):
            before = self.facts("out")
            self.change_session(lambda session, change=change: session["machine"].update(change))
            self.refuses(message)
            self.assertEqual(self.sweep("resume", "out", "-q").stderr.count(", before "), 1)
            self.write("out/run.json", json.dumps(before))
        self.change_session(lambda session: session["machine"].update(cores=12345))
        self.refuses("the run began on elsewhere, and ")
        self.assertEqual([s["population"] for s in self.goes_on_anyway()], [1, 2])
        self.assertIn("before 12345", self.facts("out")["sessions"][1]["differences"][0])

    def test_memory_differs_a_little(self):
        self.change_session(lambda session: session["machine"].update(
            memory_bytes=int(session["machine"]["memory_bytes"] * 0.99)))
        self.goes_on()

    def test_other_library(self):
        def change(session):
            self.assertIn("libc.so.6", session["libraries"])
            session["libraries"]["libc.so.6"] = "0" * 64
        self.change_session(change)
        self.refuses("libc.so.6: another version of the library")
        self.goes_on_anyway()

    def test_other_variables(self):
        self.refuses("OMP_WAIT_POLICY: 'active', before unset", OMP_WAIT_POLICY="active")
        self.goes_on(OMP_NUM_THREADS="7", OMP_DISPLAY_ENV="true")

    def test_other_repetitions(self):
        self.write("trial.yaml", CONFIG.replace("reps: 2", "reps: 3"))
        self.refuses("reps of serial_driver fake", "--anyway")

    def test_older_facts(self):
        """run.json of a version that knew the host, the processor and the cores."""
        def forget(facts):
            for key in ("population", "differences", "machine", "libraries", "builds", "openmp"):
                del facts["sessions"][0][key]
            facts["machine"] = {k: facts["machine"][k] for k in ("host", "processor", "cores")}
            del facts["build"]["programs"]
        self.change_facts("out", forget)
        self.change_facts("out", lambda facts: facts["machine"].update(cores=12345))
        self.refuses("before 12345")
        self.change_facts("out", lambda facts: facts["machine"].update(cores=os.cpu_count()))
        self.change_facts("out", lambda facts: facts["machine"].pop("cores"))
        self.assertEqual([s.get("population") for s in self.goes_on()], [None, 1])

    def rebuild(self, *names):
        """Other files that do the same, as of a compiler with other flags."""
        for name in names:
            program = os.path.join(self.drivers, name)
            os.unlink(program)
            shutil.copy(FAKE, program)
            with open(program, "ab") as file:
                file.write(b"another")

    def test_rebuilt(self):
        self.rebuild("serial_driver")
        self.refuses("serial_driver: another file, build_id ", FAKE_BUILD="2")
        sessions = self.goes_on_anyway(FAKE_BUILD="2")
        ids = [{(r["driver"], r["build_id"]) for r in self.rows("out") if r["run_id"] == s["run_id"]}
               for s in sessions]
        self.assertEqual([len(i) for i in ids], [2, 2])
        self.assertEqual(len(ids[0] & ids[1]), 1)  # omp_driver is as it was
        builds = [s["builds"][0]["programs"] for s in sessions]
        self.assertEqual([{(d, sha[:12]) for d, sha in b.items()} for b in builds], ids)
        self.assertEqual(sessions[1]["builds"][0]["version"], "2")
        self.assertEqual([s["population"] for s in sessions], [1, 1])  # the rows say it

    def test_rebuilt_with_the_axis(self):
        shutil.copytree(self.drivers, self.path("b1"), symlinks=True)
        self.write("trial.yaml", CONFIG.replace("axes: {", "axes: {build: {a: b1}, "))
        shutil.rmtree(self.path("out"))
        self.run_all("out")
        os.truncate(self.path("out", "samples.csv"), 3000)
        self.drivers = self.path("b1")
        self.rebuild("omp_driver")
        self.refuses("omp_driver of build a: another file")
        self.goes_on_anyway()

    def test_moved_drivers(self):
        """Nothing is written; the folder in which sweep itself now lies is tried, too."""
        moved = self.path("moved")
        os.rename(self.drivers, moved)
        self.refuses("serial_driver: another file")  # those beside sweep are no copies
        self.refuses("no launch is possible: there is no executable 'nowhere/serial_driver'", "-d", "nowhere")
        shutil.copy(SWEEP, moved)
        done = self.sweep("resume", "out", "-q", program=os.path.join(moved, "sweep"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("the drivers are no longer in %s; those in %s are used" % (self.drivers, moved), done.stderr)
        self.assertNotIn("there is no executable", done.stderr)
        self.assertEqual({r["status"] for r in self.rows("out")}, {"ok", "fail", "wrong"})
        self.assertEqual(len({r["run_id"] for r in self.rows("out")}), 1)

    def test_config_is_gone(self):
        os.remove(self.path("trial.yaml"))
        self.assertEqual(self.sweep("resume", "out", "-q").returncode, 1)
        self.assertEqual(len({row["run_id"] for row in self.rows("out")}), 1)

    def test_no_run(self):
        for arguments, message in ((("resume", "nowhere"), "nowhere: cannot be opened"),
                                   (("resume", "the drivers"), "run.json cannot be opened"),
                                   (("status", "the drivers"), "run.json cannot be opened"),
                                   (("resume",), "no DIR is named"),
                                   (("run", "x", "--anyway"), "is an option of resume")):
            done = self.sweep(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn(message, done.stderr)
        self.write("out/run.json", "{")
        self.refuses("run.json:1:")
        self.write("out/run.json", "{}")
        self.refuses("run.json lacks what a resume needs")


class Included(ResumeTest):
    """A config whose kernels and measure are in other files."""
    KERNELS = "kernels: [{fake: {note: shared}}, {fake: {n: 3}}]\n"
    MEASURE = "measure: {launches: 3, reps: 2}\n"

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("parts"))
        self.write("parts/kernels.yaml", self.KERNELS)
        self.write("parts/measure.yaml", self.MEASURE)
        self.write("trial.yaml", "schema: 1\nname: trial\ninclude: [parts/kernels.yaml, parts/measure.yaml]\n"
                   "axes: {driver: [serial_driver, omp_driver], n: [1, 2], cores: 1}\n"
                   "measure: {warmup: 1}\nderive: {twice: 2 * n}\n")
        self.assertEqual(self.run_all("whole").returncode, 0)
        self.assertEqual(self.run_all("out").returncode, 0)
        os.truncate(self.path("out", "samples.csv"), 3000)

    def goes_on(self, *arguments):
        done = self.sweep("resume", "out", "-q", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.comparable("out"), self.comparable("whole"))

    def refuses(self, message):
        before = self.text("out")
        done = self.sweep("resume", "out", "-q")
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn(message, done.stderr)
        self.assertEqual(self.text("out"), before)

    def test_facts(self):
        facts = self.facts("whole")
        self.assertEqual([f["name"] for f in facts["config"]["includes"]],
                         ["parts/kernels.yaml", "parts/measure.yaml"])
        for file in facts["config"]["includes"]:
            with open(file["path"], encoding="utf-8") as text:
                self.assertTrue(os.path.isabs(file["path"]))
                self.assertEqual(file["text"], text.read())
            self.assertEqual(file["sha256"], hashlib.sha256(file["text"].encode()).hexdigest())
        self.assertEqual(facts["sessions"][0]["includes_sha256"],
                         [file["sha256"] for file in facts["config"]["includes"]])
        self.assertEqual([p["derived"] for p in facts["points"]],
                         [{"twice": 2 * p["n"]} for p in facts["points"]])

    def test_unchanged(self):
        self.goes_on()

    def test_changed(self):
        self.write("parts/kernels.yaml", self.KERNELS.replace("n: 3", "n: 4"))
        self.refuses("parts/kernels.yaml has changed since the run began")
        self.assertIn("continue with", self.sweep("status", "out").stdout)
        done = self.sweep("resume", "out", "-q", "--anyway")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("4", {row["n"] for row in self.rows("out")})
        sessions = self.facts("out")["sessions"]
        self.assertEqual(sessions[0]["config_sha256"], sessions[1]["config_sha256"])
        self.assertNotEqual(sessions[0]["includes_sha256"], sessions[1]["includes_sha256"])

    def test_changed_to_what_is_none(self):
        self.write("parts/measure.yaml", "measure: {launchs: 3}\n")
        self.refuses("parts/measure.yaml has changed since the run began")
        done = self.sweep("resume", "out", "-q", "--anyway")
        self.assertEqual(done.returncode, 2)
        self.assertIn("parts/measure.yaml:1:11: unknown key 'launchs'", done.stderr)

    def test_included_is_gone(self):
        shutil.rmtree(self.path("parts"))
        self.assertIn("continue with", self.sweep("status", "out").stdout)
        self.goes_on()

    def test_all_is_gone(self):
        shutil.rmtree(self.path("parts"))
        os.remove(self.path("trial.yaml"))
        self.assertIn("continue with", self.sweep("status", "out").stdout)
        self.goes_on()

    def test_config_is_gone_and_included_changed(self):
        os.remove(self.path("trial.yaml"))
        self.write("parts/measure.yaml", self.MEASURE + "# another\n")
        self.refuses("parts/measure.yaml has changed since the run began")

    def test_through_a_link(self):
        """The files are relative to the link's folder, which run.json does not know any more."""
        os.mkdir(self.path("elsewhere"))
        os.rename(self.path("trial.yaml"), self.path("elsewhere", "real.yaml"))
        os.symlink("elsewhere/real.yaml", self.path("trial.yaml"))
        self.assertEqual(self.run_all("linked").returncode, 0)
        os.truncate(self.path("linked", "samples.csv"), 3000)
        done = self.sweep("resume", "linked", "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.comparable("linked"), self.comparable("whole"))


class Sessions(ResumeTest):
    def test_done_stays_done(self):
        self.run_all("out")
        before = self.text("out")
        done = self.sweep("resume", "out", "-q")
        self.assertEqual(done.returncode, 1)  # as a run that nothing has interrupted
        self.assertEqual(done.stderr, "sweep: 12 of 24 launches failed; see the column status in "
                         "out/samples.csv\n")
        self.assertEqual(self.text("out"), before)

    def test_status(self):
        self.run_all("out")
        printed = self.sweep("status", "out").stdout
        self.assertIn("24 done, 12 of them failed, 0 left", printed)
        self.assertIn("failed launches again: sweep resume out --retry-failed", printed)
        os.truncate(self.path("out", "samples.csv"), 3000)
        printed = self.sweep("status", "out").stdout
        self.assertIn("continue with: sweep resume out", printed)

    def test_retries(self):
        mark = self.path("mark")
        self.write("trial.yaml", "schema: 1\nname: t\nkernel: {fake: {mode: flaky, note: '%s'}}\n"
                   "axes: {driver: serial_driver, n: 1}\n"
                   "measure: {launches: 1, reps: 2, warmup: 0, retries: 2}\n" % mark)
        self.check_recovered(self.run_all("out"))
        self.assertEqual([(r["launch"], r["attempt"], r["status"]) for r in self.rows("out")],
                         [("1", "1", "fail"), ("1", "2", "ok"), ("1", "2", "ok")])
        before = self.text("out")
        self.check_recovered(self.sweep("resume", "out", "-q", "--retry-failed"))
        self.assertEqual(self.text("out"), before)  # nothing is left that failed

    def check_recovered(self, done):
        """A launch is what its last attempt was: for everyone who asks."""
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("launches failed", done.stderr)
        facts = self.facts("out")
        self.assertEqual((facts["launches_failed"], facts["points"][0]["enough"]), (0, "most"))
        printed = self.sweep("status", "out").stdout
        self.assertIn("1 done, 0 of them failed, 1 tried again, 0 left", " ".join(printed.split()))
        self.assertIn("state      done\n", printed)
        printed = subprocess.run([REPORT, self.path("out")], text=True, stdout=subprocess.PIPE, check=True).stdout
        self.assertNotIn("No verdict", printed)
        self.assertNotIn("with failed launches", printed)
        self.assertIn("with launches that succeeded only when tried again", " ".join(printed.split()))

    def test_retries_from_now_on(self):
        """More attempts than the config allowed then: what failed then was settled."""
        config = ("schema: 1\nname: t\nkernels: [fake: {n: 2, mode: crash}]\naxes: {driver: serial_driver}\n"
                  "measure: {launches: 3, reps: 1, warmup: 0, retries: %d}\n")
        self.write("trial.yaml", config % 0)
        self.assertEqual(self.run_all("out").returncode, 1)
        self.write("trial.yaml", config % 1)
        done = self.sweep("resume", "out", "-q", "--anyway")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual([(r["launch"], r["attempt"]) for r in self.rows("out")],
                         [("1", "1"), ("2", "1"), ("3", "1"), ("3", "2")])

    def test_hope_again(self):
        """A launch over the time limit makes a point hopeless until it goes well at last."""
        self.write("trial.yaml", "schema: 1\nname: t\nkernel: {fake: {mode: stall, note: '%s'}}\n"
                   "axes: {driver: serial_driver, n: 1}\n"
                   "measure: {launches: 3, reps: 1, warmup: 0, timeout: 200ms}\n" % self.path("mark"))
        self.assertEqual(self.run_all("out").returncode, 1)
        self.assertEqual([r["status"] for r in self.rows("out")], ["timeout", "skipped", "skipped"])
        self.assertEqual(self.sweep("resume", "out", "-q", "--retry-failed").returncode, 0)
        for _ in range(2):
            self.assertEqual([p["enough"] for p in self.facts("out")["points"]], ["most"])
            printed = self.sweep("status", "out").stdout
            self.assertIn("0 would only fail again", " ".join(printed.split()))
            self.assertIn("state      done\n", printed)
            self.assertEqual(self.sweep("resume", "out", "-q").returncode, 0)

    def test_populations_stay_apart(self):
        """An interval is of the launches on one host; so is what a reference is checked against."""
        config = ("schema: 1\nname: t\nkernel: {fake: {wall: %s}}\naxes: {driver: serial_driver, n: 1}\n"
                  "measure: {launches: {min: 2, max: 20}, width: 1%%, reps: 1, warmup: 0}\n")
        self.write("trial.yaml", config % 5)
        self.assertEqual(self.run_all("out").returncode, 0)
        rows = self.rows("out")
        self.assertEqual(len(rows), 12)  # narrow after 6, and as many again
        text = self.text("out")
        self.write("out/samples.csv", text[:text.rindex("\n", 0, -1) + 1])
        self.assertEqual(self.sweep("resume", "out", "-q", FAKE_HOST="node02").returncode, 0)
        hosts = [row["hosts"] for row in self.rows("out")]
        self.assertEqual(hosts, ["fake"] * 11 + ["node02"] * 9)

    def test_retry_failed(self):
        mark = self.path("mark")
        self.write("trial.yaml", "schema: 1\nname: t\nkernels: [fake: {mode: flaky, note: '%s'}, fake: {n: 2}]\n"
                   "axes: {driver: serial_driver, n: 1}\n"
                   "measure: {launches: 2, reps: 1, warmup: 0}\n" % mark)
        self.assertEqual(self.run_all("out").returncode, 1)
        self.assertEqual(self.sweep("resume", "out", "-q").returncode, 1)
        self.assertEqual(len(self.rows("out")), 4)
        self.assertEqual(self.sweep("resume", "out", "-q", "--retry-failed").returncode, 0)
        self.assertEqual([(r["launch"], r["attempt"], r["status"]) for r in self.rows("out")][-1],
                         ("1", "2", "ok"))
        self.assertEqual(self.sweep("resume", "out", "-q", "--retry-failed").returncode, 0)
        self.assertEqual(len(self.rows("out")), 5)

    def test_enough(self):
        """The fake driver's times do not differ, so the interval is narrow as soon as there is one."""
        self.write("trial.yaml", "schema: 1\nname: t\nkernel: fake\naxes: {driver: serial_driver, n: 1}\n"
                   "measure: {launches: {min: 3, max: 20}, width: 1%, reps: 1, warmup: 0}\n")
        self.assertEqual(self.run_all("out").returncode, 0)
        self.assertEqual(len(self.rows("out")), 12)  # narrow after 6, and as many again
        self.assertEqual([(p["launches"], p["enough"]) for p in self.facts("out")["points"]],
                         [(12, "narrow")])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
