"""The program `sweep`, as a process, with drivers that misbehave on demand.

Arguments: the programs sweep, report and fake_driver, and fake_mpirun.sh.
"""
import csv
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import time
import unittest
import urllib.parse
import zipfile

from fake_drivers import DRIVERS, FAKE, MPIRUN, REPORT, SWEEP, FakeDriversTest

COLUMNS = subprocess.run([os.environ["QUARTET_COLUMNS"], "--names"], stdout=subprocess.PIPE,
                         text=True, check=True).stdout.strip().split(",")
FIGURES = ("startup_s wall_s rank_min_s rank_median_s rank_max_s compute_s comm_s wait_s cpu_s "
           "work_op work_byte work_traffic_byte work_message timer_overhead_s peak_rss_kib").split()
HEAD = "schema: 1\nname: trial\n"


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class SweepTest(FakeDriversTest):
    def write_config(self, text, name="trial.yaml"):
        self.write(name, text)
        return name

    def sweep(self, *arguments, preexec_fn=None, **environment):
        done = subprocess.run([SWEEP, *arguments], cwd=self.folder, text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100,
                              env=self.environment(**environment), preexec_fn=preexec_fn)
        # Messages are folded to fit 80 columns: here each stands on one line.
        done.folded, done.stderr = done.stderr, re.sub(r"\n {2,}(?!sweep)", " ", done.stderr)
        return done

    def run_config(self, text, *arguments, quiet=True, **more):
        config = self.write_config(text)
        return self.sweep("run", config, "--drivers", self.drivers, *(["-q"] if quiet else []),
                          *arguments, **more)

    def rows(self, *folder):
        with open(self.path(*(folder or ("results", "trial")), "samples.csv"), newline="",
                  encoding="utf-8") as file:
            text = file.read()
        self.assertTrue(text.endswith("\n"))
        rows = list(csv.DictReader(text.splitlines(keepends=True), strict=True))
        for number, row in enumerate(rows, 1):
            self.assertNotIn(None, row, "too many cells")
            self.assertNotIn(None, row.values(), "too few cells")
            self.assertEqual(list(row), COLUMNS)
            self.assertEqual(row["seq"], str(number))
            if row["status"] == "ok":  # the whole process takes longer than any part of it
                self.assertGreater(float(row["process_s"]), 0)
                self.assertEqual(row["work_unit"], "squares")  # as the driver says
            else:
                self.assertEqual(row["process_s"], "")
        self.assertLessEqual(len({row["run_id"] for row in rows}), 1)
        return rows

    def facts(self, *folder):
        with open(self.path(*(folder or ("results", "trial")), "run.json"), encoding="utf-8") as f:
            return json.load(f)


class Rows(SweepTest):
    def test_good_points(self):
        done = self.run_config(
            HEAD + "kernel: {fake: {wall: 5}}\naxes: {driver: [serial_driver, omp_driver], n: 7}\n"
            "measure: {launches: 2, reps: 3, warmup: 1}\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        rows = self.rows()
        self.assertEqual(len(rows), 2 * 2 * (3 + 1))
        self.assertEqual([(r["driver"], r["launch"], r["warmup"], r["rep"]) for r in rows],
                         [(d, l, w, r) for l in "12" for d in DRIVERS[:2]
                          for w, r in (("1", "0"), ("0", "0"), ("0", "1"), ("0", "2"))])
        for row in rows:
            self.assertEqual((row["status"], row["exit_code"], row["signal"], row["attempt"]),
                             ("ok", "0", "", "1"))
        self.assertEqual(rows[3]["wall_s"], "0.005002000")
        self.assertNotEqual(rows[0]["run_id"], "to be overwritten")
        self.assertEqual(len({(r["driver"], r["cell_id"]) for r in rows}), 2)
        self.assertEqual(len({r["cell_id"] for r in rows}), 2)

    def test_batch_order(self):
        self.run_config(HEAD + "kernel: fake\naxes: {driver: [serial_driver, async_driver], n: 7}\n"
                        "measure: {launches: 2, reps: 1, warmup: 0, order: batch}\n")
        self.assertEqual([(r["driver"], r["launch"]) for r in self.rows()],
                         [(d, l) for d in ("serial_driver", "async_driver") for l in "12"])

    def check_failure(self, mode, status, exit_code, signal_number, message, launches=2):
        """One bad workload between good ones: its rows say so, and the others are all there."""
        done = self.run_config(
            HEAD + "kernels: [{fake: {n: 1, jobs: 3}}, {fake: {n: 2, mode: %s}}, {fake: {n: 3}}]\n"
            "axes: {driver: [omp_driver], cores: 2, grain: 5}\n"
            "measure: {launches: 2, reps: 2, warmup: 0, timeout: 1s}\n" % mode)
        self.assertEqual(done.returncode, 1, done.stderr)
        rows = self.rows()
        self.assertEqual([r["n"] for r in rows], list("11233" * 2))
        good = [r for r in rows if r["n"] != "2"]
        self.assertEqual({r["status"] for r in good}, {"ok"})
        bad = [r for r in rows if r["n"] == "2"]
        self.assertEqual([r["status"] for r in bad],
                         [status] * launches + ["skipped"] * (2 - launches))
        for launch, row in enumerate(bad, 1):
            for figure in FIGURES:
                self.assertEqual(row[figure], "", figure)
            expected = {"schema": "1", "kernel": "fake", "driver": "omp_driver", "jobs": "1",
                        "cores": "2", "ranks": "1", "threads": "2", "launch": str(launch),
                        "attempt": "1"}
            self.assertEqual({k: row[k] for k in expected}, expected)
            self.assertIn("mode=%s" % mode, row["options"])
            self.assertRegex(row["cell_id"], "^[0-9a-f]{12}$")
        self.assertEqual((bad[0]["exit_code"], bad[0]["signal"]), (exit_code, signal_number))
        lines = [line for line in done.stderr.splitlines() if " n=2 " in line]
        self.assertEqual(len(lines), launches, done.stderr)
        self.assertIn(message, lines[0])
        self.assertEqual(self.facts()["launches_failed"], 2)
        return bad

    def test_crash(self):
        self.check_failure("crash", "fail", "", str(int(signal.SIGABRT)), "killed by signal 6")

    def test_killed(self):
        self.check_failure("kill", "fail", "", "9", "killed by signal 9")

    def test_hang(self):
        pids = self.path("pids")
        original = self.environment
        self.environment = lambda **more: original(FAKE_PIDS=pids, **more)
        self.check_failure("hang", "timeout", "", "", "not done within 1s, killed", launches=1)
        with open(pids, encoding="ascii") as file:
            numbers = [int(line) for line in file]
        self.assertEqual(len(numbers), 2)
        for number in numbers:
            self.assertRaises(ProcessLookupError, os.kill, number, 0)

    def test_garbage(self):
        self.check_failure("garbage", "fail", "0", "", "unusable output")

    def test_nothing(self):
        self.check_failure("empty", "fail", "0", "", "unusable output: it is empty")

    def test_half_a_row(self):
        self.check_failure("half", "fail", "0", "", "unusable output")

    def test_other_header(self):
        self.check_failure("header", "fail", "0", "", "unusable output: its column 3 is 'wall_s'")

    def test_fewer_rows(self):
        self.check_failure("fewer", "fail", "0", "", "it has 1 timed repetitions, not 2")

    def test_row_of_another_point(self):
        self.check_failure("other", "fail", "0", "",
                           "line 2: n is '424242', expected '2'")

    def test_other_workers(self):
        """A row of other ranks or threads than requested is of another point."""
        for column, asked in (("ranks", "1"), ("threads", "2"), ("cores", "2")):
            with self.subTest(column):
                self.check_failure(column, "fail", "0", "",
                                   "line 2: %s is '77', expected '%s'" % (column, asked))

    def test_nan(self):
        self.check_failure("nan", "fail", "0", "", "its line 2: wall_s")

    def test_wrong(self):
        bad = self.check_failure("wrong", "wrong", "1", "", "the value is 41, not 42")
        self.assertEqual([(r["value"], r["verify"], r["error"]) for r in bad],
                         [("41", "wrong", "1")] * 2)

    def test_library_exits_with_1(self):
        """Only a row that says so makes a launch `wrong`: libraries end with 1, too."""
        self.check_failure("library", "fail", "1", "", "libgomp: Thread creation failed")

    def foreign(self, mode, text):
        done = self.run_config(HEAD + "kernel: {fake: {mode: %s, note: \"a\\n1, \\\"b\\n\\\"\"}}\n"
                               "axes: {driver: serial_driver, n: [7, 8]}\n"
                               "measure: {launches: 2, reps: 3, warmup: 1}\n" % mode)
        self.assertEqual((done.returncode, done.stderr), (0, text))
        rows = self.rows()
        self.assertEqual(len(rows), 2 * 2 * (3 + 1))
        self.assertEqual({(r["status"], r["options"]) for r in rows},
                         {("ok", "mode=%s;note=a\n1, \"b\n\"" % mode)})
        self.assertEqual(sorted(os.listdir(self.path("results/trial"))), ["run.json", "samples.csv"])
        return [warning for warning in self.facts()["warnings"]
                if warning["kind"] == "foreign_output"]

    def test_text_beside_the_rows(self):
        """Rows have a file of their own: what else stands on standard output does not matter."""
        self.assertEqual(self.foreign("chatter", ""), [])

    def test_text_among_the_rows(self):
        """Rows on standard output are found among other lines, which are reported once."""
        (warning,) = self.foreign(
            "stdout", "sweep: warning: lines on a driver's standard output that are not rows are skipped; "
            "the first is 'module: loading? \"x86/2026'\n")
        self.assertIn("module: loading? \"x86/2026", warning["text"])

    def test_text_before_answers(self):
        """What drivers answer to --work and --build is found among other lines, too."""
        done = self.run_config(
            HEAD + "kernel: fake\n"
            "axes: {build: {one: %s}, driver: omp_driver, n: 100, cores: [1, 2]}\n"
            "scaling: {mode: weak}\nmeasure: {launches: 1, reps: 1, warmup: 0}\n" % json.dumps(self.drivers),
            FAKE_CHATTER="1", FAKE_BUILD="3.2")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([row["n"] for row in self.rows()], ["100", "141"])
        (build,) = self.facts()["builds"]
        self.assertEqual(build["version"], "3.2")
        self.assertNotIn("Loading module", build)

    def test_machine(self):
        self.check_failure("machine", "fail", "3", "",
                           "fail: omp_driver: state needs 9.9 TiB,?but only 1.0 GiB is available")

    def test_usage(self):
        self.check_failure("usage", "fail", "2", "", "unknown kernel 'fake'", launches=1)

    def test_missing_driver(self):
        os.unlink(os.path.join(self.drivers, "async_driver"))
        done = self.run_config(HEAD + "kernel: fake\n"
                               "axes: {driver: [serial_driver, async_driver], n: 1}\n"
                               "measure: {launches: 3, reps: 1, warmup: 0}\n")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([r["status"] for r in self.rows()],
                         ["ok", "fail", "ok", "skipped", "ok", "skipped"])
        self.assertEqual(done.stderr.count("there is no executable"), 1)

    def check_impossible(self, driver, message, **environment):
        """Nothing is written, and an earlier run in results/ stays where it is."""
        os.makedirs(self.path("results", "trial"))
        with open(self.path("results", "trial", "run.json"), "w", encoding="ascii") as file:
            file.write("{}")
        done = self.run_config(HEAD + "kernel: fake\naxes: {driver: [%s], n: 1, cores: 1}\n" % driver,
                               **environment)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn("no launch is possible: " + message, done.stderr)
        self.assertEqual(os.listdir(self.path("results")), ["trial"])
        self.assertEqual(os.listdir(self.path("results", "trial")), ["run.json"])

    def test_no_driver_at_all(self):
        os.rename(self.drivers, self.path("elsewhere"))
        self.check_impossible("serial_driver, omp_driver", "there is no executable '%s/serial_driver'"
                              % self.drivers)

    def test_driver_is_no_program(self):
        os.unlink(os.path.join(self.drivers, "omp_driver"))
        with open(os.path.join(self.drivers, "omp_driver"), "wb") as file:
            file.write(b"\x7fELF of another machine")
        os.chmod(os.path.join(self.drivers, "omp_driver"), 0o755)
        self.check_impossible("omp_driver", "'%s/omp_driver' cannot be run: Exec format error" % self.drivers)

    def test_no_mpirun_at_all(self):
        self.check_impossible("mpi_driver", "'/nonexistent/mpirun' cannot be run",
                              QUARTET_MPIRUN="/nonexistent/mpirun")

    def test_build_id(self):
        """The column says which file the driver of the row was, also of a launch that failed."""
        self.run_config(HEAD + "kernels: [{fake: {n: 1}}, {fake: {n: 2, mode: crash}}]\n"
                        "axes: {driver: [serial_driver]}\nmeasure: {launches: 1, reps: 1, warmup: 0}\n")
        self.assertEqual({(r["status"], r["build_id"]) for r in self.rows()},
                         {("ok", sha256_of(FAKE)[:12]), ("fail", sha256_of(FAKE)[:12])})
        self.assertEqual(self.facts()["build"]["programs"], {"serial_driver": sha256_of(FAKE)})

    def test_hostile_values(self):
        """Values reach the driver and the CSV byte by byte, and no shell."""
        note = "a \"b\", 'c'; $(touch pwned) `touch pwned`\n\r\td \\ ../ --csv=x é"
        config = (HEAD + "kernels: [{fake: {n: 1, note: %s}}, {fake: {n: 2, mode: crash, note: %s}}]\n"
                  "axes: {driver: [serial_driver]}\nmeasure: {launches: 1, reps: 1, warmup: 0}\n")
        done = self.run_config(config % (json.dumps(note), json.dumps(note)))
        self.assertEqual(done.returncode, 1)
        good, bad = self.rows()
        self.assertEqual(good["options"], "mode=ok;note=" + note)
        self.assertEqual(bad["options"], "mode=crash;note=" + note)
        self.assertFalse(os.path.exists(self.path("pwned")))
        self.assertEqual(len(done.stderr.splitlines()), 2, "one line for the point, one at the end")


    def test_hostile_names(self):
        """Names of kernels, drivers and runs, and values of drivers' options, are refused with the line."""
        for text, message in (
                ("name: $(touch pwned)\nkernel: fake\naxes: {driver: serial_driver, n: 1}\n", ":2:"),
                ("name: ../x\nkernel: fake\naxes: {driver: serial_driver, n: 1}\n", ":2:"),
                ("name: x\nkernel: '; touch pwned'\naxes: {driver: serial_driver, n: 1}\n", ":3:"),
                ("name: x\nkernel: ../../bin/sh\naxes: {driver: serial_driver, n: 1}\n", ":3:"),
                ("name: x\nkernel: --csv=y\naxes: {driver: serial_driver, n: 1}\n", ":3:"),
                ("name: x\nkernel: {fake: {'a b': 1}}\naxes: {driver: serial_driver, n: 1}\n", ":3:"),
                ("name: x\nkernel: {fake: {'--csv': 1}}\naxes: {driver: serial_driver, n: 1}\n", ":3:"),
                ("name: x\nkernel: fake\naxes: {driver: /bin/sh, n: 1}\n", ":4:"),
                ("name: x\nkernel: fake\naxes: {driver: [{omp_driver: {schedule: 'static;touch pwned'}}], n: 1}\n",
                 ":4:"),
                ("name: x\nkernel: fake\naxes: {driver: [{omp_driver: {lock: \"global\\n\"}}], n: 1}\n", ":4:"),
                ("name: x\nkernel: fake\naxes: {driver: serial_driver, n: '1; touch pwned'}\n", ":4:")):
            with self.subTest(text):
                done = self.run_config("schema: 1\n" + text)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn("trial.yaml" + message, done.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), ["the drivers", "trial.yaml"])


class Folders(SweepTest):
    CONFIG = (HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 1}\n"
              "measure: {launches: 1, reps: 1, warmup: 0}\n")

    def test_rerun_keeps_the_old(self):
        kept = []
        for i in range(3):
            done = self.run_config(self.CONFIG, quiet=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            if i > 0:
                self.assertIn("results of an earlier run are now in results/trial.%d" % i,
                              done.stderr)
            with open(self.path("results/trial/samples.csv"), "rb") as file:
                kept.append(file.read())
        self.assertEqual(len(set(kept)), 3)
        for i, text in enumerate(kept[:2], 1):
            with open(self.path("results/trial.%d/samples.csv" % i), "rb") as file:
                self.assertEqual(file.read(), text)
        self.assertEqual(sorted(os.listdir(self.path("results"))), ["trial", "trial.1", "trial.2"])

    def test_out(self):
        done = self.run_config(self.CONFIG, "--out", "new/and/deep folder")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.rows("new/and/deep folder")), 1)
        self.assertFalse(os.path.exists(self.path("results")))
        with open(self.path("new/and/deep folder/samples.csv"), "rb") as file:
            before = file.read()
        done = self.run_config(self.CONFIG, "--out", "new/and/deep folder")
        self.assertEqual(done.returncode, 2)
        self.assertIn("already holds the results of a run", done.stderr)
        with open(self.path("new/and/deep folder/samples.csv"), "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertEqual(os.listdir(self.path("new/and")), ["deep folder"])

    def test_out_cannot_be_made(self):
        done = self.run_config(self.CONFIG, "--out", "trial.yaml/x")
        self.assertEqual(done.returncode, 3)
        self.assertIn("trial.yaml/x cannot be created: Not a directory", done.stderr)

    def test_bad_config_creates_nothing(self):
        self.write_config("schema: 1\nname: trial\nkernel: fake\naxes:\n  driver: [omp_drivr]\n"
                          "  n: [1e7x]\n", "bad.yaml")
        before = sorted(os.listdir(self.folder))
        for command in ("run", "plan"):
            done = self.sweep(command, "bad.yaml")
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stdout, "")
            self.assertEqual(done.stderr.splitlines(), [
                "bad.yaml:5:12: unknown driver 'omp_drivr'; did you mean 'omp_driver'?",
                "bad.yaml:6:7: n: '1e7x': unexpected 'x'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki"])
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_no_point_creates_nothing(self):
        done = self.run_config(HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 1, cores: 2}\n")
        self.assertEqual(done.returncode, 2)
        self.assertIn("trial.yaml: no point would run", done.stderr)
        self.assertFalse(os.path.exists(self.path("results")))

    def test_full_disk(self):
        """A file that may not grow: what is there stays whole, and the exit status says so."""
        config = (HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 1}\n"
                  "measure: {launches: 100, reps: 20, warmup: 0}\n")
        limit = 20000
        done = self.run_config(
            config, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("results/trial: samples.csv cannot be written: File too large", done.stderr)
        rows = self.rows()
        self.assertGreater(len(rows), 0)
        self.assertEqual(len(rows) % 20, 0, "whole launches only")
        self.assertEqual(self.facts()["result"], "failed")

    def test_drivers_beside_sweep(self):
        here = self.path("bin")
        os.mkdir(here)
        shutil.copy(SWEEP, here)
        shutil.copy(REPORT, here)
        for name in DRIVERS:
            os.symlink(FAKE, os.path.join(here, name))
        config = self.write_config(self.CONFIG)
        done = subprocess.run([os.path.join("bin", "sweep"), "run", config], cwd=self.folder,
                              text=True, capture_output=True, env=self.environment(), check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("results/trial/samples.csv", done.stdout, "the report")
        self.assertIn("[1/1] serial_driver fake n=1 cores=1, launch 1: 1.00 ms", done.stderr)


class Facts(SweepTest):
    def test_description(self):
        done = self.run_config(
            HEAD + "description: |\n  Before the upgrade,\n  at night\nkernel: fake\n"
            "axes: {driver: [serial_driver], n: [10]}\nmeasure: {launches: 1, reps: 1}\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.facts()["description"], "Before the upgrade,\nat night\n")

    def test_run_json(self):
        config = (HEAD + "kernel: {fake: {wall: 2}}\nbaseline: {driver: serial_driver}\n"
                  "axes: {driver: [serial_driver, {omp_driver: {lock: global}}], n: 7, cores: [1, 2]}\n"
                  "exclude: [{where: cores > 1, why: 'é is not ASCII'}]\n"
                  "measure: {launches: 1, reps: 1, warmup: 0}\n")
        done = self.run_config(config, OMP_WAIT_POLICY="passive", SLURM_JOB_ID="7", HOME_X="no",
                               LOADEDMODULES="gcc/12.2:openmpi/4.1:")
        self.assertEqual(done.returncode, 0, done.stderr)
        facts = self.facts()
        self.assertEqual(facts["config"]["text"], config)
        self.assertEqual(facts["config"]["path"], self.path("trial.yaml"))
        self.assertEqual(facts["config"]["sha256"], hashlib.sha256(config.encode()).hexdigest())
        self.assertEqual(facts["argv"][:3], [SWEEP, "run", "trial.yaml"])
        self.assertEqual((facts["result"], facts["launches_done"], facts["launches_failed"]),
                         ("done", 2, 0))
        self.assertRegex(facts["start"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertLessEqual(facts["start"], facts["end"])
        self.assertEqual(facts["environment"]["OMP_WAIT_POLICY"], "passive")
        self.assertEqual(facts["environment"]["SLURM_JOB_ID"], "7")
        self.assertNotIn("HOME_X", facts["environment"])
        self.assertEqual(facts["modules"], ["gcc/12.2", "openmpi/4.1"])
        self.assertIsNone(facts["description"])
        self.assertEqual(facts["seed"], 1)
        self.assertEqual((facts["order"], facts["launches"], facts["width"]),
                         ("interleave", {"min": 1, "max": 1}, None))
        self.assertEqual((facts["equivalence_margin"], facts["acceptance"]), (0.03, []))
        self.assertEqual({r["cell_id"] for r in self.rows()}, {p["cell_id"] for p in facts["points"]})
        self.assertEqual(facts["points"][1]["driver_options"], {"lock": "global"})
        self.assertEqual(facts["points"][0]["options"], {"wall": "2"})
        self.assertEqual([(e["cores"], e["why"]) for e in facts["excluded"]],
                         [(2, "é is not ASCII")])
        self.assertEqual(facts["run_id"], self.rows()[0]["run_id"])
        self.assertEqual(facts["mpirun_version"], "mpirun (Open MPI) 4.1.4")
        self.assertEqual(facts["machine"]["kernel"], os.uname().release)
        self.assertEqual(facts["machine"]["memory_bytes"],
                         os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
        self.assertRegex(facts["build"]["git_revision"], "^([0-9a-f]{40}|unknown)$")
        self.assertRegex(facts["build"]["compiler"], r"^\w+ \d")
        for key in ("kernel_flags", "mpi", "compiler_path", "build_type", "version"):
            self.assertIsInstance(facts["build"][key], str, key)
        for key in ("processor", "topology", "governor", "cgroup_cpu_quota", "binding"):
            self.assertIn(key, facts["machine"])
        self.assertFalse(os.path.exists(self.path("results/trial/.run.json.new")))


class Mpi(SweepTest):
    CONFIG = (HEAD + "kernel: fake\naxes: {driver: [%s], n: 1, cores: %s}\n"
              "measure: {launches: 1, reps: 1, warmup: 0}\n")

    def logged(self, driver, cores, **environment):
        log = self.path("log")
        done = self.run_config(self.CONFIG % (driver, cores), FAKE_LOG=log, OMP_NUM_THREADS="9",
                               **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(log, encoding="utf-8") as file:
            command, root, binding = file.read().splitlines()[-3:]  # before them: the trial's
        self.assertEqual(root, "root=11" if os.geteuid() == 0 and "FAKE_MPI" not in environment
                         else "root=")
        return command.split(self.drivers)[0].strip(), command.split("mpi_driver ")[1], binding

    def test_open_mpi(self):
        start, words, binding = self.logged("mpi_driver", 1)
        self.assertEqual(start, "-np 1 --map-by ppr:1:node --bind-to none")
        self.assertEqual(words, "--csv=" + os.path.realpath(self.path("results/trial/.rows.csv")) +
                         " fake --size 1 --jobs 1 --reps 1 --warmup 0 --threads 1 --bind core"
                         " --time-limit 605s")
        self.assertEqual(binding, "bind=false places= threads=")

    def test_oversubscribed(self):
        start, words, binding = self.logged("{mpi_driver: {threads: 2}}", 4000)
        self.assertEqual(
            start, "-np 2000 --map-by ppr:2000:node:OVERSUBSCRIBE --bind-to none "
            "--mca mpi_yield_when_idle 1")
        self.assertIn("--threads 2 --bind none", words)
        self.assertEqual(binding, "bind=false places= threads=")

    def test_hydra(self):
        start, _, _ = self.logged("mpi_driver", 1, FAKE_MPI="HYDRA build details:")
        self.assertEqual(start, "-np 1 -ppn 1")

    def test_narrow_mask(self):
        """mpirun would bind to cores that taskset has taken away: the ranks bind themselves."""
        cpus = os.sched_getaffinity(0)
        if len(cpus) < 2:
            self.skipTest("one core")
        os.sched_setaffinity(0, {max(cpus)})
        self.addCleanup(os.sched_setaffinity, 0, cpus)
        if os.sched_getaffinity(0) != {max(cpus)}:
            self.skipTest("this system binds nothing")
        for flavour, expected in (({}, "-np 1 --map-by ppr:1:node --bind-to none"),
                                  ({"FAKE_MPI": "HYDRA build details:"}, "-np 1 -ppn 1")):
            start, words, _ = self.logged("mpi_driver", 1, **flavour)
            self.assertEqual(start, expected)
            self.assertIn("--bind core", words)
            os.remove(self.path("log"))

    def test_unknown_mpi(self):
        start, _, _ = self.logged("mpi_driver", 1, FAKE_MPI="Some other MPI")
        self.assertEqual(start, "-np 1")

    def test_another_library(self):
        """Four runs of one rank each are not one run of four: refused before any row is written."""
        done = self.run_config(self.CONFIG % ("mpi_driver", 4), FAKE_ALONE="1")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"mpirun.sh' \(mpirun \(Open MPI\) 4.1.4\) and '.*/mpi_driver' "
                         r"\(.*\) do not belong together: .* by `launcher` in the config")
        self.assertFalse(os.path.exists(self.path("results")))

    def test_launcher_of_config(self):
        """Its command line is the one that runs, and the one that plan and run.json have."""
        config = (self.CONFIG % ("mpi_driver", 1) + "launcher: {kind: custom, environment: "
                  "{FAKE_HOST: n7}, command: [%s, -np, '{ranks}', -x, '{nodes}:{threads}']}\n" % MPIRUN)
        log = self.path("log")
        done = self.run_config(config, FAKE_LOG=log, QUARTET_MPIRUN="")
        self.assertEqual(done.returncode, 0, done.stderr)
        (row,) = self.rows()
        self.assertEqual(row["hosts"], "n7")
        with open(log, encoding="utf-8") as file:
            self.assertIn("-np 1 -x 1:1 %s/mpi_driver" % self.drivers, file.readline())
        facts = self.facts()
        self.assertEqual((facts["launcher"], facts["mpirun"]), ("custom", MPIRUN))
        command = facts["points"][0]["command"]
        self.assertIn(" FAKE_HOST=n7 %s -np 1 -x 1:1 '%s/mpi_driver' --csv fake" %
                      (MPIRUN, self.drivers), command)
        self.assertTrue(command.endswith(" --bind core --time-limit 605s"), command)
        planned = self.sweep("plan", "trial.yaml", "--drivers", self.drivers, "--commands",
                             QUARTET_MPIRUN="")
        self.assertEqual(planned.stdout.splitlines()[1], command)

    JOB = {"SLURM_JOB_CPUS_PER_NODE": "2(x2)", "SLURM_JOB_NODELIST": "a[1-2]"}

    def test_two_nodes(self):
        """Cores are judged against those of the job: ranks of two threads go to a node each."""
        start, words, _ = self.logged("{mpi_driver: {threads: 2}}", 4, **self.JOB)
        self.assertRegex(start, "^-np 2 --map-by ppr:1:node --bind-to none -x ")
        self.assertNotIn("OVERSUBSCRIBE", start)
        self.assertIn("--threads 2", words)

    def test_hosts_of_a_failure(self):
        """Its row names the nodes that the launch was given."""
        row, _ = self.failing("1", cores=4, **self.JOB)
        self.assertEqual((row["hosts"], row["nodes"], row["oversubscribed"]), ("a1+a2", "2", "0"))
        row, _ = self.failing("1", cores=1, **self.JOB)
        self.assertEqual((row["hosts"], row["nodes"]), ("a1", "1"))

    def failing(self, code, cores=1, **environment):
        done = self.run_config(self.CONFIG % ("mpi_driver", cores), FAKE_MPI_FAILS=code,
                               **environment)
        self.assertEqual(done.returncode, 1)
        (row,) = self.rows()
        return row, done.stderr

    def test_mpirun_fails(self):
        """mpirun's own exit status 1 is no wrong result."""
        row, printed = self.failing("1")
        self.assertEqual((row["status"], row["exit_code"]), ("fail", "1"))
        self.assertIn("fail: There are not enough slots available\n", printed)

    def test_mpirun_refuses(self):
        """mpirun's own exit status 2 is no refusal of the driver: the next launch may go well."""
        done = self.run_config((self.CONFIG % ("mpi_driver", 1)).replace("launches: 1", "launches: 2"),
                               FAKE_MPI_FAILS="2")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([row["status"] for row in self.rows()], ["fail", "fail"])

    def test_killed_rank(self):
        row, _ = self.failing("137")
        self.assertEqual((row["status"], row["exit_code"], row["signal"]), ("fail", "137", "9"))

    def test_missing_mpirun(self):
        done = self.run_config(self.CONFIG % ("serial_driver, mpi_driver", 1),
                               QUARTET_MPIRUN="/nonexistent/mpirun")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([r["status"] for r in self.rows()], ["ok", "fail"])
        self.assertIn("'/nonexistent/mpirun' cannot be run: No such file or directory", done.stderr)


class Stop(SweepTest):
    def test_driver_is_stopped_first(self):
        """A scheduler ends the driver a moment before sweep: interrupted, and no row."""
        config = self.write_config(HEAD + "kernel: {fake: {mode: sleep}}\n"
                                   "axes: {driver: serial_driver, n: 1}\nmeasure: {launches: 1}\n")
        pids = self.path("pids")
        with subprocess.Popen([SWEEP, "run", config, "-q", "--drivers", self.drivers],
                              cwd=self.folder, stderr=subprocess.DEVNULL,
                              env=self.environment(FAKE_PIDS=pids)) as sweep:
            while not (os.path.exists(pids) and os.path.getsize(pids)):
                time.sleep(0.01)
            with open(pids, encoding="utf-8") as file:
                os.kill(int(file.readline()), signal.SIGTERM)
            time.sleep(0.2)
            sweep.send_signal(signal.SIGTERM)
        self.assertEqual(sweep.returncode, 130)
        self.assertEqual(self.rows(), [])


class Quota(SweepTest):
    """A control group's CPU quota, read from files in the place of /proc and /sys."""

    def check(self, expected, groups, files):
        root = self.path("root")
        shutil.rmtree(root, ignore_errors=True)
        for path, text in {"proc/self/cgroup": groups, **files}.items():
            path = os.path.join(root, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        done = self.run_config(
            HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 1}\n"
            "measure: {launches: 1, reps: 1, warmup: 0}\n", quiet=False, QUARTET_FSROOT=root)
        self.assertEqual(done.returncode, 0, done.stderr)
        facts = self.facts()
        self.assertEqual(facts["machine"]["cgroup_cpu_quota"], expected)
        texts = [w["text"] for w in facts["warnings"] if w["kind"] == "quota"]
        if expected is None:
            self.assertEqual(texts, [])
            self.assertNotIn("quota", done.stderr)
        else:
            cores = len(os.sched_getaffinity(0))
            self.assertEqual(texts, ["the CPU quota of a control group allows %s' time on %d cores: "
                                    "workers that use more are throttled" % (expected, cores)])
            self.assertIn("sweep: warning: " + texts[0], done.stderr)
            self.assertEqual(facts["machine"]["cores"], 1)

    def test_version_2(self):
        """The own group's, or one of a group above it, where that is less."""
        mount = "sys/fs/cgroup/"
        for folder in ("slice/job/", "slice/", ""):
            files = {mount + "slice/job/cpu.max": "max 100000\n",
                     mount + folder + "cpu.max": "50000 100000\n"}
            self.check("0.5 CPUs", "0::/slice/job\n", files)
        self.check(None, "0::/slice/job\n", {mount + "slice/job/cpu.max": "max 100000\n",
                                             mount + "other/cpu.max": "50000 100000\n"})

    def test_version_1(self):
        """-1 at the top is no quota, and says nothing of the groups below."""
        mount = "sys/fs/cgroup/cpu/"
        groups = "3:memory:/\n2:cpu,cpuacct:/docker/job\n0::/\n"
        top = {mount + "cpu.cfs_quota_us": "-1\n", mount + "cpu.cfs_period_us": "100000\n"}
        self.check(None, groups, top)
        for folder in ("docker/job/", "docker/"):
            self.check("0.25 CPUs", groups, {**top, mount + folder + "cpu.cfs_quota_us": "25000\n",
                                             mount + folder + "cpu.cfs_period_us": "100000\n"})

    def test_none(self):
        self.check(None, "", {})


class Binding(SweepTest):
    """Where the workers were asked to run, and where the rows say that they did."""

    def check(self, driver, cores, binding, expected, launches=2):
        done = self.run_config(
            HEAD + "kernel: {fake: {wall: 1%s}}\naxes: {driver: [%s], n: 1, cores: %d}\n"
            "measure: {launches: %d, reps: 1, warmup: 0}\n"
            % (binding and ", binding: '%s'" % binding, driver, cores, launches))
        self.assertEqual(done.returncode, 0, done.stderr)
        (point,) = self.facts()["points"]
        self.assertIs(point["binding_as_asked"], expected, (binding, done.stderr))
        self.assertEqual({r["binding"] for r in self.rows()}, {binding})
        lines = [line for line in done.stderr.splitlines() if "no cores of their own" in line]
        self.assertEqual(len(lines), 1 if expected is False else 0, done.stderr)
        self.assertEqual([(w["cell_id"], w["run_id"], "sweep: warning: " + w["text"])
                          for w in self.facts()["warnings"] if w["kind"] == "binding"],
                         [(point["cell_id"], self.facts()["run_id"], lines[0])] if lines else [])
        return "".join(lines)

    def two_cores(self):
        """Hardware threads of two cores; of one where there is only one."""
        config = self.write_config(HEAD + "kernel: fake\naxes: {driver: omp_driver, n: 1, cores: 2}\n")
        cpus = sorted(os.sched_getaffinity(0))
        if len(cpus) < 2 or "(oversubscribed)" in self.sweep("plan", config).stdout:
            self.skipTest("one core")
        path = "/sys/devices/system/cpu/cpu%d/topology/core_id"
        cores = {}
        for cpu in cpus:
            try:
                with open(path % cpu, encoding="ascii") as file:
                    cores.setdefault(file.read(), cpu)
            except OSError:
                cores[cpu] = cpu
        return tuple((list(cores.values()) if len(cores) > 1 else cpus)[:2])

    def test_one_worker(self):
        """The base of every speedup has a core of its own, as all others have."""
        own = min(os.sched_getaffinity(0))
        first, second = self.two_cores()
        self.check("serial_driver", 1, "%d" % own, True)
        self.check("serial_driver", 1, "%d-%d" % (first, second), False)
        self.check("{mpi_driver: {threads: 1}}", 1, "%d" % own, True)
        self.check("{mpi_driver: {threads: 1}}", 1, "1023", False)  # not in our mask

    def test_threads(self):
        first, second = self.two_cores()
        self.check("omp_driver", 2, "%d/%d" % (first, second), True)
        printed = self.check("omp_driver", 2, "%d-%d" % (first, second), False)
        self.assertIn("requested 'OMP_PROC_BIND=close OMP_PLACES=", printed)
        self.assertIn("obtained '%d-%d'" % (first, second), printed)
        for wrong in ("%d" % first, "%d/%d" % (first, first), "%d/%d-%d" % (first, first, second),
                      "%d|%d" % (first, second), "%d/%d/9" % (first, second)):
            self.check("omp_driver", 2, wrong, False)
        for nothing in ("", "...", "%d/..." % first, "a/b", "-1/2", "0/99999999999999999999"):
            self.check("omp_driver", 2, nothing, None)

    def test_ranks(self):
        first, second = self.two_cores()
        self.check("mpi_driver", 2, "%d|%d" % (first, second), True)
        printed = self.check("mpi_driver", 2, "%d-%d|%d-%d" % (first, second, first, second), False)
        self.assertIn("mpirun.sh -np 2 ", printed)
        self.assertIn(" --map-by ppr:2:node --bind-to none mpi_driver --bind core'", printed)
        self.check("mpi_driver", 2, "%d|%d" % (first, first), False)
        self.check("mpi_driver", 2, "%d" % first, False)
        self.check("{mpi_driver: {threads: 2}}", 2, "%d/%d" % (first, second), True)
        self.check("{mpi_driver: {threads: 2}}", 2, "%d-%d" % (first, second), False)

    def test_oversubscribed(self):
        self.check("omp_driver", 4000, "0", None)

    def test_unknown_mpi(self):
        original = self.environment
        self.environment = lambda **more: original(FAKE_MPI="Some other MPI", **more)
        self.check("{mpi_driver: {threads: 1}}", 1, "0-1023", False)

    def test_warnings_stay(self):
        """A resume keeps them, each once; of a session that was killed, the rows say it again."""
        self.two_cores()
        self.check("{mpi_driver: {threads: 1}}", 2, "0-1|0-1", False, launches=2)
        before = self.facts()
        self.assertEqual(self.sweep("resume", "results/trial", "-q").returncode, 0)
        self.assertEqual(self.facts()["warnings"], before["warnings"])
        with open(self.path("results/trial/run.json"), "w", encoding="utf-8") as file:
            json.dump({**before, "warnings": []}, file)
        self.assertEqual(self.sweep("resume", "results/trial", "-q").returncode, 0)
        (warning,) = [w for w in self.facts()["warnings"] if w["kind"] == "binding"]
        self.assertIn("no cores of their own: requested", warning["text"])
        self.assertEqual(warning["cell_id"], before["points"][0]["cell_id"])

    def test_build_warning(self):
        """Drivers that are no release build: a warning once, in run.json and in the rows."""
        for warning, warned in (("not optimized; with assertions", True), (None, False)):
            kept = {"FAKE_BUILD_WARNING": warning} if warned else {}
            done = self.run_config(HEAD + "kernel: fake\naxes: {driver: omp_driver, n: 1}\n"
                                   "measure: {launches: 2, reps: 1, warmup: 0}\n", quiet=False, **kept)
            self.assertEqual(done.returncode, 0, done.stderr)
            text = " ".join(done.stderr.split())
            self.assertEqual(text.count("warning: the drivers are not a release build: not optimized; "
                                        "with assertions"), warned)
            self.assertEqual([w["kind"] for w in self.facts()["warnings"] if w["kind"] == "build"],
                             ["build"] * warned)
            self.assertEqual({r["build_warning"] for r in self.rows()}, {warning or ""})

    def test_build_warning_is_no_reason(self):
        """What went wrong is what the driver writes after its warnings."""
        done = self.run_config(
            HEAD + "kernel: {fake: {mode: usage}}\naxes: {driver: omp_driver, n: 1}\n"
            "measure: {launches: 1, reps: 1, warmup: 0}\n", quiet=False,
            FAKE_BUILD_WARNING="not optimized")
        self.assertIn("unknown kernel 'fake'", done.stderr)
        self.assertNotIn("omp_driver: warning", done.stderr)

    def test_oversubscribed_warning(self):
        """Workers that wait take no core from each other; others do."""
        for kernel, crowded in (("fake", 1), ("waits", 0)):
            done = self.run_config(
                HEAD + "kernel: %s\naxes: {driver: omp_driver, n: 1, cores: [1, 4000]}\n"
                "measure: {launches: 1, reps: 1, warmup: 0}\n" % kernel, quiet=False)
            self.assertEqual(done.stderr.count("1 of 2 points are oversubscribed"), crowded)
            self.assertEqual([w["kind"] for w in self.facts()["warnings"]
                              if w["kind"] == "oversubscribed"], ["oversubscribed"] * crowded)
            self.assertEqual([p["oversubscribed"] for p in self.facts()["points"]], [False, True])

    def test_resumed(self):
        """What the rows of a session before say, run.json says again."""
        self.check("{mpi_driver: {threads: 1}}", 1, "%d" % min(os.sched_getaffinity(0)), True)
        rows = self.path("results/trial/samples.csv")
        os.truncate(rows, os.path.getsize(rows) - 1)
        self.assertEqual(self.sweep("resume", "results/trial", "-q").returncode, 0)
        self.assertIs(self.facts()["points"][0]["binding_as_asked"], True)


class Builds(SweepTest):
    CONFIG = (HEAD + "kernel: {fake: {wall: 5}}\n"
              "axes: {build: {old: b1, new-1.0: b2}, driver: [serial_driver, omp_driver], n: 2, cores: 1}\n"
              "measure: {launches: 3, reps: 1, warmup: 0, order: %s}\n")

    def setUp(self):
        super().setUp()
        for folder in ("b1", "b2"):
            os.mkdir(self.path(folder))
            for driver in DRIVERS:
                os.symlink(FAKE, self.path(folder, driver))

    def run_builds(self, order="interleave", **environment):
        config = self.write_config(self.CONFIG % order)
        done = self.sweep("run", config, "-q", **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.rows()

    def test_interleaved(self):
        """Launch by launch in turn; the column names the build."""
        rows = self.run_builds()
        self.assertEqual([(r["launch"], r["driver"], r["build"]) for r in rows],
                         [(str(l), d, b) for l in (1, 2, 3) for d in ("serial_driver", "omp_driver")
                          for b in ("old", "new-1.0")])
        self.assertEqual(len({r["cell_id"] for r in rows}), 4)

    def test_each_build_has_its_drivers(self):
        os.remove(self.path("b2", "serial_driver"))
        with open(self.path("b2", "serial_driver"), "w", encoding="ascii") as file:
            file.write("#!/bin/sh\n%s \"$@\" | sed s/,fake,/,other,/\n" % self.path("b2", "omp_driver"))
        os.chmod(self.path("b2", "serial_driver"), 0o755)
        config = self.write_config(self.CONFIG % "random")
        done = self.sweep("run", config, "-q")
        self.assertEqual(done.returncode, 1)  # the rows of the other driver are refused
        self.assertEqual({(r["build"], r["driver"], r["status"]) for r in self.rows()},
                         {("old", "serial_driver", "ok"), ("old", "omp_driver", "ok"),
                          ("new-1.0", "serial_driver", "fail"), ("new-1.0", "omp_driver", "ok")})

    def test_run_json(self):
        self.run_builds(FAKE_BUILD="1.2.3")
        facts = self.facts()
        self.assertEqual(facts["builds"], [
            {"label": label, "folder": self.path(folder), "version": "1.2.3", "git_dirty": True,
             "compiler": "made of %s/serial_driver" % folder, "sanitizers": "",
             "programs": {d: sha256_of(FAKE) for d in ("omp_driver", "serial_driver")}}
            for label, folder in (("old", "b1"), ("new-1.0", "b2"))])
        self.assertEqual([p["build"] for p in facts["points"]], ["old", "new-1.0"] * 2)

    def test_older_drivers_do_not_say(self):
        self.run_builds()
        facts = self.facts()["builds"][1]
        self.assertEqual(set(facts), {"label", "folder", "programs"})
        self.assertEqual((facts["label"], facts["folder"]), ("new-1.0", self.path("b2")))

    def test_older_drivers_lack_options(self):
        """They get what they know, and their rows end before the columns that came later."""
        config = self.write_config(
            HEAD + "kernel: fake\naxes: {build: {old: b1, new: b2}, driver: [serial_driver, omp_driver, "
            "mpi_driver], n: 2, cores: [1, 2]}\nmeasure: {launches: 1, reps: 1, warmup: 0}\n")
        log = self.path("log")
        done = self.sweep("run", config, FAKE_OLD="b1", FAKE_CHATTER="1", FAKE_LOG=log)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([(r["build"], r["status"]) for r in self.rows()],
                         [("old", "ok"), ("new", "ok")] * 5)
        commands = [p["command"] for p in self.facts()["points"] if p["driver"] == "mpi_driver"]
        ends = [c.split(" --threads 1")[1] for c in commands]
        self.assertEqual(ends[0::2], ["", ""])
        self.assertRegex(" ".join(ends[1::2]), "^ --bind core --time-limit 605s  --bind ")
        with open(log, encoding="utf-8") as file:
            text = file.read()
        self.assertNotIn("bind=close", text)  # by OpenMP, which would use the same cores in each rank
        self.assertEqual(len(re.findall("b1/mpi_driver.*--(bind|time-limit)", text)), 0)

    def test_option_that_a_build_lacks(self):
        """Refused before anything runs, on the axis and without it; not if it is not known."""
        for axis, place in (("build: {one: b1, two: b2}, ", 59), ("", 32)):
            config = self.write_config(HEAD + "kernel: fake\naxes: {%sdriver: [serial_driver, "
                                       "omp_driver: {bind: numa}], n: 1, cores: 1}\n" % axis)
            for command in ("plan", "run"):
                done = self.sweep(command, config, "--drivers", "b2", FAKE_LACKS="--bind")
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn("trial.yaml:4:%d: 'b%d/omp_driver' is of another version, which has no "
                              "option --bind; remove 'bind'" % (place, 1 if axis else 2), done.stderr)
            done = self.sweep("plan", config, "--drivers", "b2", FAKE_OLD="b2", FAKE_LACKS="--x")
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(os.path.exists(self.path("results")))

    def test_without_the_axis(self):
        """cell_ids are those of configs without it, and nothing names a build."""
        plain = self.CONFIG.replace("build: {old: b1, new-1.0: b2}, ", "") % "batch"
        self.assertEqual(self.run_config(plain).returncode, 0)
        self.assertNotIn("builds", self.facts())
        self.assertEqual({r["build"] for r in self.rows()}, {""})
        cells = {r["cell_id"] for r in self.rows()}
        # As they were before there was such an axis: resume and references rely on it.
        self.assertEqual(cells, {hashlib.sha256(
            ("kernel=fake;4:wall=1:5|driver=%s|n=2|jobs=1|grain=0|ranks=1|threads=1" % driver).encode()
        ).hexdigest()[:12] for driver in ("serial_driver", "omp_driver")})
        self.run_builds()
        self.assertFalse(cells & {r["cell_id"] for r in self.rows()})

    def test_plan(self):
        config = self.write_config(self.CONFIG % "batch")
        done = self.sweep("plan", config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("omp_driver fake wall=5 n=2 cores=1 build=new-1.0", done.stdout)
        self.assertIn("Builds: old (b1), new-1.0 (b2)", done.stdout)
        rows = list(csv.DictReader(self.sweep("plan", config, "--format", "csv").stdout.splitlines()))
        self.assertEqual([r["build"] for r in rows], ["old", "new-1.0"] * 2)

    def test_missing_driver(self):
        """Reported before anything runs, with the place in the config."""
        os.remove(self.path("b2", "omp_driver"))
        config = self.write_config(self.CONFIG % "batch")
        for command in ("plan", "run"):
            done = self.sweep(command, config)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("trial.yaml:4:34: build 'new-1.0': there is no executable 'b2/omp_driver'",
                          done.stderr)
        self.assertFalse(os.path.exists(self.path("results")))

    def test_resume_elsewhere(self):
        """A resume finds the folders wherever it is called."""
        rows = self.run_builds()
        path = self.path("results/trial/samples.csv")
        os.truncate(path, os.path.getsize(path) - 1)
        done = subprocess.run([SWEEP, "resume", self.path("results/trial"), "-q"], cwd="/",
                              env=self.environment(), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([r["cell_id"] for r in self.rows()], [r["cell_id"] for r in rows])
        self.assertEqual(self.facts()["builds"][0]["folder"], self.path("b1"))

    def test_weak_scaling_asks_each_build(self):
        """The size of each comes from its own driver."""
        os.remove(self.path("b2", "serial_driver"))
        with open(self.path("b2", "serial_driver"), "w", encoding="ascii") as file:
            file.write("#!/bin/sh\ncase $* in *--work=*) ;; *) exit 2 ;; esac\n"
                       "echo n,jobs,parts,factor,size,met,work_op,work_byte,work_traffic_byte,"
                       "work_message,memory_byte\necho 10,1,1,4,77,1.0,1,1,1,0,1\n")
        os.chmod(self.path("b2", "serial_driver"), 0o755)
        config = self.write_config(
            HEAD + "kernel: fake\naxes: {build: {old: b1, new: b2}, driver: [omp_driver], n: 10, cores: 4}\n"
            "scaling: {mode: weak}\n")
        done = self.sweep("plan", config, "--format", "csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([(r["build"], r["n"]) for r in csv.DictReader(done.stdout.splitlines())],
                         [("old", "20"), ("new", "77")])


class References(SweepTest):
    """`sweep reference`: what it prints accepts the run that it is from, and refuses others."""
    CONFIG = (HEAD + "kernels: [{fake: {wall: 20}}, {fake: {wall: 0.2, note: 'a b'}}, {fake: {wall: 3000}},"
              " {fake: {mode: crash, name: a_name_so_long_that_its_line_has_to_be_folded}}]\n"
              "axes: {driver: [serial_driver, omp_driver, {omp_driver: {lock: global}}], n: 3, cores: 1}\n"
              "measure: {launches: 3, reps: 2, warmup: 0}\n")

    def proposed(self, *arguments):
        done = self.sweep("reference", "results/trial", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
        return done.stdout

    def set_walls(self, change):
        """Changes the wall times of the run: change(row) in place."""
        rows = self.rows()
        for row in rows:
            change(row)
        with open(self.path("results/trial/samples.csv"), "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def test_accepts_the_same_run(self):
        self.assertEqual(self.run_config(self.CONFIG).returncode, 1)
        for metric, unit in (("time", "s"), ("rate", "squares/s")):
            entries = self.proposed("--metric", metric)
            self.assertEqual(entries.count("cell_id:"), 9)
            self.assertEqual(entries.count(": no result"), 3)
            done = self.run_config(self.CONFIG + entries)
            self.assertEqual(done.returncode, 1)  # those that crash; no reference is for them
            self.assertNotIn("not accepted", done.stderr)
            verdicts = self.facts()["acceptance"]
            self.assertEqual(([v["accepted"] for v in verdicts], {v["unit"] for v in verdicts}),
                             ([True] * 9, {unit}))
            self.assertEqual({v["where"] for v in verdicts}, {None})
            self.assertEqual(sorted(v["cell_id"] for v in verdicts),
                             sorted({r["cell_id"] for r in self.rows() if r["status"] == "ok"}))

    def test_refuses_another(self):
        self.run_config(self.CONFIG)
        entries = self.proposed()
        self.set_walls(lambda row: row.update(wall_s=row["wall_s"] and str(1.2 * float(row["wall_s"]))))
        slow = self.proposed()
        done = self.run_config(self.CONFIG + slow)
        self.assertEqual(done.stderr.count("not accepted  "), 9, done.stderr)
        slower = self.CONFIG.replace("wall: 20}", "wall: 20, slower: 1}")
        done = self.run_config(slower + entries)  # an option more: another point
        self.assertEqual(done.stderr.count("applies to no point"), 3, done.stderr)

    def test_bounds(self):
        """The farthest launch on each side, half as far again, and 5 % at least, outwards."""
        self.run_config(HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 1}\n"
                        "measure: {launches: 5, reps: 1, warmup: 0}\n")
        walls = {"1": "0.090", "2": "0.099", "3": "0.100", "4": "0.101", "5": "0.1041"}
        self.set_walls(lambda row: row.update(wall_s=walls[row["launch"]], work_op="200"))
        self.assertIn("metric: time,\n     value: 100ms, lower: -15%, upper: +7%}", self.proposed())
        # 2000/s; 2222/s is 11.1 % above, 1921/s is 3.94 % below
        self.assertIn("metric: rate,\n     value: 2000, lower: -6%, upper: +17%}",
                      self.proposed("--metric", "rate"))
        self.assertIn(": no result", self.proposed("--metric", "bandwidth"))
        walls.update({"1": "0.0995", "5": "0.1002"})
        self.set_walls(lambda row: row.update(wall_s=walls[row["launch"]]))
        self.assertIn("value: 100ms, lower: -5%, upper: +5%}", self.proposed())
        walls.update({"1": "0.001", "2": "0.001"})
        self.set_walls(lambda row: row.update(wall_s=walls[row["launch"]]))
        self.assertIn("value: 100ms, lower: -99%, upper: +5%}", self.proposed())

    def test_bad_usage(self):
        done = self.sweep("reference", "nowhere")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("sweep: nowhere: cannot be opened", done.stderr)
        done = self.sweep("reference", "results/trial", "--metric", "speed")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'speed' must be one of: time, rate, bandwidth", done.stderr)
        self.assertIn("--metric is an option of reference", self.sweep("run", "x", "-m", "time").stderr)
        for entry in ("{cell_id: 0123456789ab, where: n == 1, metric: time, value: 1s, lower: 0}",
                      "{metric: time, value: 1s, lower: 0}"):
            done = self.run_config(HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 1}\n"
                                   "reference: [%s]\n" % entry)
            self.assertIn("a reference needs either where or cell_id", done.stderr)
        done = self.run_config(HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 1}\n"
                               "reference: [{cell_id: 0123, metric: time, value: 1s, lower: 0}]\n")
        self.assertIn("cell_id '0123': expected 12 hexadecimal digits", done.stderr)


class Packs(SweepTest):
    """`sweep pack`: a zip file that is a Process Run Crate."""
    PROFILE = "https://w3id.org/ro/wfrun/process/0.5"

    def setUp(self):
        super().setUp()
        if "libzip" in self.sweep("pack", "nowhere").stderr:
            self.skipTest("this build has no libzip")

    def make_run(self):
        os.mkdir(self.path("parts"))
        self.write_config("measure: {launches: 2}\n", "parts/common settings.yaml")
        self.write_config("kernel: fake\n", "trial.2.yaml")
        config = (HEAD + "include: ['parts/common settings.yaml', trial.2.yaml]\n"
                  "axes: {driver: serial_driver, n: 1}\n")
        self.assertEqual(self.run_config(config).returncode, 0)
        return config

    def read(self, name):
        with zipfile.ZipFile(self.path(name)) as archive:
            self.assertIsNone(archive.testzip())
            files = {info.filename: archive.read(info) for info in archive.infolist()}
            self.assertEqual(len(files), len(archive.namelist()))
        return files, json.loads(files["ro-crate-metadata.json"])

    def check_crate(self, files, metadata):
        """What RO-Crate 1.1 and the profile require, and that it names each file, and no other."""
        self.assertIn("https://w3id.org/ro/crate/1.1/context", metadata["@context"])
        entities = {entity["@id"]: entity for entity in metadata["@graph"]}
        self.assertEqual(len(entities), len(metadata["@graph"]))
        descriptor = entities["ro-crate-metadata.json"]
        self.assertEqual((descriptor["@type"], descriptor["about"], descriptor["conformsTo"]),
                         ("CreativeWork", {"@id": "./"}, {"@id": "https://w3id.org/ro/crate/1.1"}))
        root = entities["./"]
        self.assertEqual((root["@type"], root["conformsTo"]), ("Dataset", {"@id": self.PROFILE}))
        for name in ("name", "description", "datePublished"):
            self.assertTrue(root[name])
        self.assertEqual(entities[self.PROFILE]["@type"], "CreativeWork")
        parts = [part["@id"] for part in root["hasPart"]]
        self.assertEqual(sorted(map(urllib.parse.unquote, parts)),
                         sorted(set(files) - {"ro-crate-metadata.json"}))
        for part in parts:
            self.assertEqual(entities[part]["@type"], "File")
            self.assertEqual(entities[part]["contentSize"],
                             str(len(files[urllib.parse.unquote(part)])))
        (action,) = [e for e in entities.values() if e["@type"] == "CreateAction"]
        self.assertEqual(root["mentions"], {"@id": action["@id"]})
        tool = entities[action["instrument"]["@id"]]
        self.assertEqual((tool["@type"], tool["name"]), ("SoftwareApplication", "Quartet sweep"))
        self.assertRegex(tool["softwareVersion"], r"^\d+\.\d+\.\d+(\+[0-9a-f]{12}(\.dirty)?)?$")
        for time_ in (action["startTime"], action["endTime"], root["datePublished"]):
            self.assertRegex(time_, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        for links in (action["object"], action["result"]):
            self.assertLessEqual({link["@id"] for link in links}, set(parts))
        # Every entity that is named is there, or is an address.
        for link in re.findall(r'\{"@id": "([^"]*)"\}', json.dumps(metadata)):
            self.assertTrue(link in entities or link.startswith(("http:", "https:")), link)
        return action

    def test_all_of_a_run(self):
        config = self.make_run()
        os.makedirs(self.path("results/trial/report/fig & data"))
        for name, text in (("index.html", "<html>"), ("fig & data/é.svg", "<svg>"), ("plain", "")):
            with open(self.path("results/trial/report", name), "w", encoding="utf-8") as file:
                file.write(text)
        os.symlink("/etc/passwd", self.path("results/trial/report/link"))
        done = self.sweep("pack", "results/trial/")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "results/trial.zip\n", ""))
        files, metadata = self.read("results/trial.zip")
        self.assertEqual(set(files), {
            "ro-crate-metadata.json", "samples.csv", "run.json", "config/trial.yaml",
            "config/common settings.yaml", "config/trial.2.yaml", "report/index.html",
            "report/fig & data/é.svg", "report/plain"})
        self.assertEqual(files["config/trial.yaml"].decode(), config)
        with open(self.path("results/trial/samples.csv"), "rb") as file:
            self.assertEqual(files["samples.csv"], file.read())
        action = self.check_crate(files, metadata)
        self.assertEqual({link["@id"] for link in action["object"]},
                         {"config/trial.yaml", "config/common%20settings.yaml", "config/trial.2.yaml"})
        self.assertEqual({link["@id"] for link in action["result"]}, {"samples.csv", "run.json"})
        self.assertEqual(action["actionStatus"], {"@id": "http://schema.org/CompletedActionStatus"})
        included = [e for e in metadata["@graph"] if e["@id"] == "config/common%20settings.yaml"][0]
        self.assertEqual(included["alternateName"], "parts/common settings.yaml")

    def test_the_same_again(self):
        self.make_run()
        for name in ("a.zip", "b.zip"):
            self.assertEqual(self.sweep("pack", "results/trial", "-q", "--out", name).returncode, 0)
        with open(self.path("a.zip"), "rb") as a, open(self.path("b.zip"), "rb") as b:
            self.assertEqual(a.read(), b.read())

    def test_a_run_that_failed(self):
        self.make_run()
        facts = self.facts()
        with open(self.path("results/trial/run.json"), "w", encoding="utf-8") as file:
            json.dump({**facts, "result": "interrupted", "end": None}, file)
        self.assertEqual(self.sweep("pack", "results/trial").returncode, 0)
        action = [e for e in self.read("results/trial.zip")[1]["@graph"] if e["@type"] == "CreateAction"][0]
        self.assertNotIn("endTime", action)
        self.assertEqual((action["actionStatus"], action["error"]),
                         ({"@id": "http://schema.org/FailedActionStatus"}, "interrupted"))

    def test_names_stay_inside(self):
        """An include from another folder, of a name that is taken."""
        os.mkdir(self.path("deep"))
        self.write_config("kernel: fake\n", "trial.yaml.part")
        config = HEAD + "include: [../trial.yaml.part, '%s']\naxes: {driver: serial_driver, n: 1}\n"
        self.write_config("measure: {launches: 1}\n", "trial.yaml")
        with open(self.path("deep/trial.yaml"), "w", encoding="utf-8") as file:
            file.write(config % self.path("trial.yaml"))
        done = self.sweep("run", "deep/trial.yaml", "-q", "--drivers", self.drivers)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.sweep("pack", "results/trial").returncode, 0)
        files, metadata = self.read("results/trial.zip")
        self.check_crate(files, metadata)
        self.assertEqual({name for name in files if name.startswith("config/")},
                         {"config/trial.yaml", "config/trial.yaml.part", "config/2-trial.yaml"})

    def test_refused(self):
        self.make_run()
        self.sweep("pack", "results/trial", "--out", "x.zip")
        done = self.sweep("pack", "results/trial", "--out", "x.zip")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--out names another file", done.stderr)
        done = self.sweep("pack", "nowhere")
        self.assertEqual((done.returncode, os.path.exists(self.path("nowhere.zip"))), (2, False))
        self.assertEqual(self.sweep("pack", "results/trial", "--out", "no/such/x.zip").returncode, 3)
        os.remove(self.path("results/trial/samples.csv"))
        self.assertEqual(self.sweep("pack", "results/trial", "--out", "y.zip").returncode, 2)
        self.assertFalse(os.path.exists(self.path("y.zip")))


class Interruptions(SweepTest):
    CONFIG = (HEAD + "kernels: [{fake: {n: 1}}, {fake: {n: 2, mode: hang}}]\n"
              "axes: {driver: serial_driver}\nmeasure: {launches: 1, reps: 2, warmup: 0}\n")

    def start_hanging(self):
        config, pids = self.write_config(self.CONFIG), self.path("pids")
        child = subprocess.Popen([SWEEP, "run", config, "--drivers", self.drivers],
                                 cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, env=self.environment(FAKE_PIDS=pids))
        for _ in range(300):
            if os.path.exists(pids):
                with open(pids, encoding="ascii") as file:
                    if file.read().count("\n") == 2:
                        return child, pids
            time.sleep(0.05)
        child.kill()
        return self.fail("the drivers did not start")

    def check_stop(self, number):
        child, pids = self.start_hanging()
        child.send_signal(number)
        out, printed = child.communicate(timeout=30)
        self.assertEqual(child.returncode, 130, printed)
        self.assertEqual(out, "")
        self.assertIn("interrupted; 1 of 2 launches are in results/trial/samples.csv", printed)
        with open(pids, encoding="ascii") as file:
            for line in file:
                self.assertRaises(ProcessLookupError, os.kill, int(line), 0)
        self.assertEqual([r["n"] for r in self.rows()], ["1", "1"])
        self.assertEqual((self.facts()["result"], self.facts()["launches_done"]),
                         ("interrupted", 1))

    def test_interrupt(self):
        self.check_stop(signal.SIGINT)

    def test_terminate(self):
        self.check_stop(signal.SIGTERM)

    def test_two_at_once(self):
        child, _ = self.start_hanging()
        done = self.run_config(self.CONFIG)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("results/trial: another sweep is writing there", done.stderr)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=30)
        self.assertEqual(os.listdir(self.path("results")), ["trial"])


class Acceptance(SweepTest):
    """The fake driver's median is its option `wall` in ms, and some microseconds."""

    def check(self, references, returncode, *texts):
        done = self.run_config(
            HEAD + "kernels: [{fake: {wall: 10}}, {fake: {n: 2, mode: crash}}]\n"
            "axes: {driver: serial_driver, n: 1}\nmeasure: {launches: 2, reps: 1, warmup: 0}\n"
            "exclude: [{where: n == 2, why: not wanted}]\n"
            "reference:\n" + "".join("  - %s\n" % r for r in references), quiet=False)
        self.assertEqual(done.returncode, returncode, done.stderr)
        for text in texts:
            self.assertIn(text, done.stdout + done.stderr)
        return done

    def test_within(self):
        self.check(["{where: n == 1, metric: time, value: 10ms, lower: -1%, upper: 1%}",
                    "{where: kernel == fake, metric: time, value: 0.005, lower: 0}"], 0,
                   "accepted      serial_driver fake wall=10 n=1 cores=1: 10.0 ms, reference 10.0 ms"
                   "\n              -1 % +1 %\n")

    def verdicts(self):
        with open(self.path("results/trial/run.json"), encoding="utf-8") as file:
            return json.load(file)["acceptance"]

    def test_run_json(self):
        """run.json has each verdict, with bounds as values."""
        self.check(["{where: n == 1, metric: time, value: 10ms, lower: -1%, upper: 2%}",
                    "{where: n == 1, metric: rate, value: 1e9, upper: 0}",
                    "{where: kernel == fake, metric: bandwidth, value: 2, lower: -50%}",
                    "{where: n == 7, metric: rate, value: 1, lower: 0}"], 1)
        (cell,) = {r["cell_id"] for r in self.rows()}
        point = "serial_driver fake wall=10 n=1 cores=1"
        time, rate, bytes_, none = self.verdicts()
        measured = statistics.median(float(r["wall_s"]) for r in self.rows())
        self.assertAlmostEqual(time.pop("measured"), measured, places=12)
        self.assertAlmostEqual(rate.pop("measured") * measured, 1, places=9)
        self.assertEqual(time, {"cell_id": cell, "point": point, "where": "n == 1", "metric": "time",
                                "reference": 0.01, "lower": 0.0099, "upper": 0.0102, "unit": "s",
                                "accepted": True})
        self.assertEqual(rate, {"cell_id": cell, "point": point, "where": "n == 1", "metric": "rate",
                                "reference": 1e9, "lower": None, "upper": 1e9, "unit": "squares/s",
                                "accepted": True})
        self.assertEqual(bytes_, {"cell_id": cell, "point": point, "where": "kernel == fake",
                                  "metric": "bandwidth", "reference": 2.0, "lower": 1.0,
                                  "upper": None, "measured": None, "unit": "B/s", "accepted": False})
        self.assertEqual(none, {"cell_id": None, "point": None, "where": "n == 7", "metric": "rate",
                                "reference": 1.0, "lower": 1.0, "upper": None, "measured": None,
                                "unit": "1/s", "accepted": False})

    def test_out_of_bounds(self):
        self.check(["{where: n == 1, metric: time, value: 9ms, upper: +10%}"], 1,
                   "not accepted  serial_driver fake", "1 result is not accepted")
        self.check(["{where: n == 1, metric: time, value: 12ms, lower: -10%}"], 1, "not accepted")

    def test_no_figure(self):
        """The fake driver reports no bytes."""
        self.check(["{where: n == 1, metric: bandwidth, value: 1e9, lower: -10%}"], 1, "no result")

    def test_no_point(self):
        self.check(["{where: n == 7, metric: time, value: 1s, lower: -10%}"], 1,
                   "trial.yaml:8: this reference applies to no point")

    def test_bad_references(self):
        for reference, message in (
                ("{where: n == 1, metric: time, value: 1s}", "a reference needs a lower or an upper bound"),
                ("{where: n == 1, metric: speed, value: 1, lower: 0}", "metric 'speed' must be one of"),
                ("{where: n == 1, metric: time, value: fast, lower: 0}", "value 'fast': expected a number"),
                ("{where: n == 1, metric: time, value: 1s, lower: 5%}", "lower '5%': expected a share"),
                ("{where: n = 1, metric: time, value: 1s, lower: 0}", "where:"),
                ("{metric: time, value: 1s, lower: 0}", "needs either where or cell_id")):
            self.check([reference], 2, "trial.yaml:8:", message)


class Points(SweepTest):
    """From the keys of a config to the rows: zip, derive, options and included files."""

    def test_derive(self):
        done = self.run_config(
            HEAD + "kernel: fake\naxes: {driver: [serial_driver, omp_driver], cores: [1, 2]}\n"
            "derive:\n  n: 100 * cores\n  jobs: threads + 1\n  share: n / 3\n  big: share > 40\n"
            "exclude: [{where: big and cores == 1, why: never}, {where: driver == serial_driver, why: w}]\n"
            "measure: {launches: 1, reps: 1, warmup: 0}\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual([(r["driver"], r["n"], r["jobs"], r["cores"]) for r in self.rows()],
                         [("omp_driver", "100", "2", "1"), ("omp_driver", "200", "3", "2")])
        facts = self.facts()
        self.assertEqual([p["derived"] for p in facts["points"]],
                         [{"share": 33.3333333333333, "big": False}, {"share": 66.6666666666667, "big": True}])
        self.assertEqual([(p["why"], p["derived"]["big"]) for p in facts["excluded"]], [("w", False)])
        plan = json.loads(self.sweep("plan", "trial.yaml", "-d", self.drivers, "--format=json").stdout)
        self.assertEqual([p["derived"] for p in plan["points"]], [p["derived"] for p in facts["points"]])
        self.assertEqual([(p["n"], p["excluded"]) for p in plan["omitted"]], [(100, True), (200, False)])

    def test_nothing_derived(self):
        self.run_config(HEAD + "kernel: fake\naxes: {driver: serial_driver}\nderive: {n: 3}\n"
                        "measure: {launches: 1, reps: 1, warmup: 0}\n")
        self.assertNotIn("derived", self.facts()["points"][0])
        self.assertEqual(self.facts()["config"]["includes"], [])

    def test_derive_fails(self):
        done = self.run_config(HEAD + "kernel: fake\naxes: {driver: omp_driver, n: 7, cores: [1, 2]}\n"
                               "derive:\n  n: n / cores\n")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, "trial.yaml:6:6: n is 3.5 for 'omp_driver fake n=7 cores=2'; it must be a "
                         "whole number from 0 to 9223372036854775807\n")
        self.assertFalse(os.path.exists(self.path("results")))

    def test_reference_fails_before_the_run(self):
        done = self.run_config(HEAD + "kernel: fake\naxes: {driver: omp_driver, n: 7, cores: [1, 2]}\n"
                               "reference: [{where: 1 / (cores - 2) < 0, metric: time, value: 1, upper: 1}]\n")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, "trial.yaml:5:23: where: division by 0, for 'omp_driver fake n=7 cores=2'\n")
        self.assertFalse(os.path.exists(self.path("results")))

    def test_zip_and_options(self):
        done = self.run_config(
            HEAD + "kernels: [fake, {fake: {note: own, n: 9}}]\n"
            "axes: {driver: serial_driver, options: {note: [a, b], mode: ok}}\n"
            "zip: {n: [1, 2], reps: [3, 1]}\nmeasure: {launches: 1, warmup: 0}\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual([(r["n"], r["options"], r["rep"]) for r in self.rows()],
                         [("1", "mode=ok;note=a", "0"), ("1", "mode=ok;note=a", "1"), ("1", "mode=ok;note=a", "2"),
                          ("2", "mode=ok;note=a", "0"),
                          ("1", "mode=ok;note=b", "0"), ("1", "mode=ok;note=b", "1"), ("1", "mode=ok;note=b", "2"),
                          ("2", "mode=ok;note=b", "0"),
                          ("9", "mode=ok;note=own", "0"), ("9", "mode=ok;note=own", "1"),
                          ("9", "mode=ok;note=own", "2")])

    def test_include(self):
        os.mkdir(self.path("parts"))
        self.write_config("kernel: fake\nmeasure: {launches: 1, reps: 2, warmup: 0}\nname: other\n",
                          "parts/base.yaml")
        self.write_config("reference:\n  - {where: n == 7, metric: time, value: 1s, lower: -1%}\n",
                          "parts/wanted.yaml")
        config = HEAD + "include: [parts/base.yaml, parts/wanted.yaml]\naxes: {driver: serial_driver, n: 5}\n"
        done = self.run_config(config + "measure: {reps: 1}\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("\nparts/wanted.yaml:2: this reference applies to no point\n", "\n" + done.stderr)
        self.assertEqual(len(self.rows()), 1)
        facts = self.facts()["config"]
        self.assertEqual(facts["text"], config + "measure: {reps: 1}\n")
        self.assertEqual([file["path"] for file in facts["includes"]],
                         [self.path("parts", "base.yaml"), self.path("parts", "wanted.yaml")])

    def test_what_cannot_be_included(self):
        os.mkfifo(self.path("fifo"))
        self.write_config("axes: {n: [1x]}\n", "bad.yaml")
        for name, message in (("fifo", "trial.yaml:3:10: include 'fifo': not a regular file"),
                              ("nowhere", "trial.yaml:3:10: include 'nowhere': cannot be opened: No such"),
                              ("the drivers", "trial.yaml:3:10: include 'the drivers': not a regular file"),
                              ("trial.yaml", "trial.yaml:3:10: an included file cannot include others"),
                              ("bad.yaml", "bad.yaml:1:12: n: '1x': unexpected 'x'")):
            self.write_config(HEAD + "include: %s\nkernel: fake\n" % name)
            done = self.sweep("plan", "trial.yaml")
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(message, done.stderr)


class CommandLine(SweepTest):
    def test_help(self):
        done = self.sweep("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for word in ("sweep run", "sweep plan", "--out", "--drivers", "--quiet", "--json-lines",
                     "QUARTET_MPIRUN"):
            self.assertIn(word, done.stdout)
        self.assertRegex(self.sweep("--version").stdout, r"^sweep \(Quartet\) \d+\.\d+\.\d+\n$")

    def test_bad_usage(self):
        for arguments, message in (((), "no command"), (("rum", "x"), "unknown command 'rum'; did you mean 'run'?"),
                                   (("run",), "no CONFIG is named"), (("run", "a", "b"), "unexpected argument 'b'"),
                                   (("run", "a", "--nope"), "--nope"), (("plan", "a"), "a: cannot be opened"),
                                   (("run", "--out"), "--out: needs a value")):
            done = self.sweep(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(message, done.stderr)
        self.assertEqual(os.listdir(self.folder), ["the drivers"])

    def test_plan(self):
        config = self.write_config(
            HEAD + "kernel: fake\naxes: {driver: [serial_driver, omp_driver], n: 7, cores: [1, 4000]}\n"
            "exclude: [{where: driver == omp_driver and cores == 1, why: as good as serial}]\n")
        done = self.sweep("plan", config, "--drivers", self.drivers)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], "trial: 2 points, 10 launches each, interleaved; at most 10m a launch")
        self.assertEqual(lines[1], "A launch has 10 repetitions after 1 warm-up, unless a point states otherwise.")
        self.assertIn("omp_driver fake n=7 cores=4000 (oversubscribed)", lines[4])
        self.assertRegex(lines.pop(), r"^  memory      7 ?B of [0-9.]+ ?[A-Z]i?B available, for serial_driver fake ")
        self.assertEqual(lines[5:], [
            "Omitted:",
            "  serial_driver fake n=7 cores=4000: not applicable: this driver uses one core",
            "  omp_driver fake n=7 cores=1: excluded: as good as serial",
            "Estimate: none by measurement: there is no earlier run in results/trial (`sweep",
            "    plan --probe` measures); by the time limits",
            "  time        3h20m at most"])
        self.assertEqual(sorted(os.listdir(self.folder)), ["the drivers", "trial.yaml"])
        rows = list(csv.DictReader(self.sweep("plan", config, "-d", self.drivers, "--format", "csv").stdout.splitlines()))
        self.assertEqual([(r["driver"], r["cores"], r["omitted"]) for r in rows],
                         [("serial_driver", "1", ""), ("omp_driver", "4000", ""),
                          ("serial_driver", "4000", "not applicable: this driver uses one core"),
                          ("omp_driver", "1", "as good as serial")])
        plan = json.loads(self.sweep("plan", config, "-d", self.drivers, "--format=json").stdout)
        self.assertEqual([p["cell_id"] for p in plan["points"]], [r["cell_id"] for r in rows[:2]])
        self.assertEqual([(p["excluded"], p["why"]) for p in plan["omitted"]],
                         [(False, rows[2]["omitted"]), (True, "as good as serial")])
        for arguments, message in ((("plan", config, "--format", "xml"), "'xml' must be one of"),
                                   (("run", config, "--format", "csv"), "--format is an option of plan"),
                                   (("plan", config, "-j"), "--json-lines is an option of run and resume")):
            done = self.sweep(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
