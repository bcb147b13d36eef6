"""What a running sweep shows: the bar on a terminal, lines elsewhere, JSON lines for other programs.

Arguments: the programs sweep, report and fake_driver, and fake_mpirun.sh.
"""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

SWEEP, REPORT, FAKE, MPIRUN = map(os.path.abspath, sys.argv[1:5])
DRIVERS = ("serial_driver", "omp_driver", "async_driver", "mpi_driver")
HEAD = "schema: 1\nname: trial\n"
CONFIG = (HEAD + "kernels: [{fake: {n: 1, note: größe}}, {fake: {n: 2, mode: crash}}, {fake: {n: 3, mode: usage}}]\n"
          "axes: {driver: [serial_driver, omp_driver], cores: 1}\n"
          "measure: {launches: 3, reps: 2, warmup: 1}\n")
SLEEPS = (HEAD + "kernels: [{fake: {n: 1}}, {fake: {n: 2, mode: sleep}}]\n"
          "axes: {driver: serial_driver}\nmeasure: {launches: 1, reps: 1, warmup: 0}\n")


class Screen:
    """As much of a terminal as the bar needs, and one that reflows its rows when it is resized."""

    def __init__(self, columns):
        self.columns, self.rows, self.row, self.column = columns, [""], 0, 0
        self.widest = 0

    def resize(self, columns):
        rows, row = [], 0
        for number, text in enumerate(self.rows):
            parts = [text[i:i + columns] for i in range(0, len(text), columns)] or [""]
            if number == self.row:
                row = len(rows) + min(self.column // columns, len(parts) - 1)
            rows += parts
        self.columns, self.rows, self.row, self.column = columns, rows, row, self.column % columns

    def feed(self, text):
        for piece in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|.|\n", text, re.S):
            if piece == "\r":
                self.column = 0
            elif piece == "\n":
                self.row, self.column = self.row + 1, 0
                if self.row == len(self.rows):
                    self.rows.append("")
            elif piece == "\x1b[A":
                self.row = max(0, self.row - 1)
            elif piece == "\x1b[K":
                self.rows[self.row] = self.rows[self.row][:self.column]
            elif re.fullmatch(r"\x1b\[[0-9;]*m", piece):
                pass  # the report may be bold on a terminal
            elif piece.startswith("\x1b"):
                raise AssertionError("unknown: " + repr(piece))
            else:
                if self.column == self.columns:
                    self.row, self.column = self.row + 1, 0
                    if self.row == len(self.rows):
                        self.rows.append("")
                row = self.rows[self.row]
                self.rows[self.row] = row[:self.column] + piece + row[self.column + 1:]
                self.column += 1

    def text(self):
        return "\n".join(row.rstrip() for row in self.rows).rstrip("\n")


class ProgressTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="quartet progress ")
        self.addCleanup(shutil.rmtree, self.folder)
        self.drivers = os.path.join(self.folder, "the drivers")
        os.mkdir(self.drivers)
        for name in DRIVERS:
            os.symlink(FAKE, os.path.join(self.drivers, name))
        self.environment = {k: v for k, v in os.environ.items()
                            if not k.startswith(("OMP_", "OMPI_", "FAKE_"))}
        self.environment.update(QUARTET_MPIRUN=MPIRUN, TERM="xterm",
                                FAKE_PIDS=os.path.join(self.folder, "pids"))

    def command(self, config, *arguments):
        with open(os.path.join(self.folder, "trial.yaml"), "w", encoding="utf-8") as file:
            file.write(config)
        return [SWEEP, "run", "trial.yaml", "--drivers", self.drivers, *arguments]

    def sweep(self, config, *arguments, **more):
        return subprocess.run(self.command(config, *arguments), cwd=self.folder, timeout=100,
                              env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, **more)


class Bar(ProgressTest):
    def start(self, config, columns, *arguments, stdout=subprocess.PIPE):
        """The sweep with a terminal of that width as its stderr."""
        try:
            self.terminal, inner = pty.openpty()
        except OSError as error:  # a container without /dev/pts
            self.skipTest("no pseudo-terminal: %s" % error)
        self.addCleanup(os.close, self.terminal)
        self.resize(columns)
        self.output = b""
        self.child = subprocess.Popen(self.command(config, *arguments), cwd=self.folder,
                                      env=self.environment, stderr=inner,
                                      stdout=inner if stdout is None else stdout)
        self.addCleanup(self.child.wait)
        self.addCleanup(self.child.kill)
        os.close(inner)

    def resize(self, columns):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read_until(self, found):
        """Reads what it writes until found(all of it), or its end (found None)."""
        deadline = time.monotonic() + 60
        while found is None or not found(self.output):
            self.assertLess(time.monotonic(), deadline, self.output)
            if not select.select([self.terminal], [], [], 1)[0]:
                continue
            try:
                more = os.read(self.terminal, 65536)
            except OSError:
                more = b""  # the other side is closed
            if not more:
                self.assertIsNone(found, self.output)
                break
            self.output += more
        return self.output.decode()

    def run_to_end(self, config, columns, *arguments, **more):
        self.start(config, columns, *arguments, **more)
        text = self.read_until(None)
        if self.child.stdout:
            self.addCleanup(self.child.stdout.close)
        self.child.wait()
        return text

    def frames(self, text):
        """Each state of the bar."""
        return [frame for frame in re.findall(r"\r\x1b\[K(\[[#.]+\][^\r\n\x1b]*)", text)]

    def test_widths(self):
        for columns in (40, 80, 200):
            with self.subTest(columns):
                text = self.run_to_end(CONFIG, columns)
                self.assertEqual(self.child.returncode, 1)
                frames = self.frames(text)
                # Of 6 points, two are hopeless from their first launch on.
                self.assertEqual(len(frames), 2 * 3 + 2 * 3 + 2)
                for frame in frames:
                    self.assertLess(len(frame), columns)
                    self.assertTrue(frame.isascii() and frame.isprintable(), frame)
                counts = [tuple(map(int, re.search(r"\] (\d+)/(\d+)", f).groups())) for f in frames]
                self.assertEqual([done for done, _ in counts], sorted(done for done, _ in counts))
                self.assertEqual((counts[0], counts[-1][1]), ((0, 18), 18))
                if columns >= 80:
                    self.assertIn("fake", frames[0])
                    self.assertIn("serial_driver", frames[0])
                    self.assertRegex(frames[-1], r"\d/18 launches, \d+s left, last fail: omp_driver")
                screen = Screen(columns)
                screen.feed(text)
                self.assertNotIn("[#", screen.text())
                self.assertNotIn("[.", screen.text())
                printed = re.sub(" +", " ", " ".join(screen.rows))
                self.assertEqual(printed.count("killed by signal 6"), 6)
                self.assertIn("launches failed", printed)

    def test_resize(self):
        self.start(SLEEPS, 80)
        self.read_until(lambda output: b"] 1/2" in output)
        time.sleep(0.05)  # all of the frame
        screen = Screen(80)
        screen.feed(self.read_until(lambda output: True))
        for columns in (40, 120, 63):
            before = len(self.output)
            self.resize(columns)
            screen.resize(columns)
            self.child.send_signal(signal.SIGWINCH)
            text = self.read_until(lambda output: b"\r\x1b[K[" in output[before:] and
                                   b"left" in output[before:])
            time.sleep(0.05)
            self.assertLess(len(self.frames(text[before:])[-1]), columns)
            screen.feed(text[before:])
            self.assertEqual(screen.text().count("["), 1, screen.text())
        before = len(self.output)
        self.child.send_signal(signal.SIGINT)
        screen.feed(self.read_until(None)[before:])
        self.assertEqual(self.child.wait(), 130)
        self.child.stdout.close()
        self.assertNotIn("[", screen.text())
        self.assertIn("interrupted; 1 of 2", screen.text())

    def test_interrupted(self):
        self.start(SLEEPS, 80)
        self.read_until(lambda output: b"] 1/2" in output)
        self.child.send_signal(signal.SIGINT)
        screen = Screen(80)
        screen.feed(self.read_until(None))
        self.assertEqual(self.child.wait(), 130)
        self.child.stdout.close()
        printed = [row for row in screen.text().split("\n") if row.startswith("sweep: interrupted")]
        self.assertEqual(len(printed), 1, screen.text())
        self.assertNotIn("[", screen.text())

    def test_one_terminal_for_all(self):
        """The report begins where the bar was."""
        text = self.run_to_end(HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 1}\n"
                               "measure: {launches: 2, reps: 1, warmup: 0}\n"
                               "reference: [{where: n == 1, metric: time, value: 1s, upper: 0}]\n",
                               100, stdout=None)
        self.assertEqual(self.child.returncode, 0)
        screen = Screen(100)
        screen.feed(text.replace("\r\n", "\n").replace("\n", "\r\n"))
        self.assertRegex(screen.text(), r"(?m)^accepted      serial_driver")
        self.assertRegex(screen.text(), r"(?m)^Quartet report: trial")
        self.assertNotIn("[#", screen.text())

    def test_no_bar(self):
        for arguments, more in ((("-q",), {}), (("--json-lines",), {"stdout": None})):
            text = self.run_to_end(CONFIG.replace("crash", "ok").replace("usage", "ok"), 80,
                                   *arguments, **more)
            self.assertEqual(self.child.returncode, 0)
            self.assertEqual(self.frames(text), [])
            self.assertNotIn("\x1b", text)
        self.environment["TERM"] = "dumb"
        text = self.run_to_end(CONFIG, 80)
        self.assertNotIn("\x1b", text)
        self.assertIn("[1/18] serial_driver", text)


class JsonLines(ProgressTest):
    def events(self, done):
        lines = done.stdout.decode().splitlines()
        events = [json.loads(line) for line in lines]
        self.assertEqual(events[0]["event"], "start")
        self.assertEqual({e["event"] for e in events[1:-1]} - {"launch", "result", "enough"}, set())
        return events

    def check_counts(self, events):
        """Each launch has its result, done and left add up, each point has enough once."""
        start, end = events[0], events[-1]
        done, launched = start["launches_done"], None
        for event in events[1:-1]:
            if event["event"] == "launch":
                self.assertIsNone(launched)
                launched = event
            elif event["event"] == "result":
                for key in ("cell_id", "launch", "attempt"):
                    self.assertEqual(event[key], launched[key])
                launched, done = None, done + 1
                self.assertEqual(event["launches_done"], done)
        enough = [e["cell_id"] for e in events if e["event"] == "enough"]
        self.assertEqual(len(enough), len(set(enough)))
        self.assertEqual(end["event"], "end")
        self.assertEqual(end["launches_done"], done)
        return [e for e in events if e["event"] == "result"], launched

    def test_events(self):
        done = self.sweep(CONFIG, "--json-lines")
        self.assertEqual(done.returncode, 1)
        events = self.events(done)
        results, _ = self.check_counts(events)
        with open(os.path.join(self.folder, "results/trial/run.json"), encoding="utf-8") as file:
            facts = json.load(file)
        self.assertEqual(events[0], {
            "event": "start", "name": "trial", "run_id": facts["run_id"], "folder": "results/trial",
            "points": 6, "points_done": 0, "launches": 18, "launches_done": 0})
        self.assertEqual(events[-1], {"event": "end", "result": "done", "launches_done": 18,
                                      "launches_left": 0, "failed": 12, "unaccepted": 0})
        self.assertEqual([e["launches_left"] for e in results], list(range(17, -1, -1)))
        points = {p["cell_id"]: p for p in facts["points"]}
        for launch in (e for e in events if e["event"] == "launch"):
            point = points[launch["cell_id"]]
            for key in ("kernel", "options", "driver", "n", "cores", "threads", "reps"):
                self.assertEqual(launch[key], point[key])
        self.assertIn("größe", json.dumps(events, ensure_ascii=False))
        for result in results:
            n = points[result["cell_id"]]["n"]
            if n == 1:
                self.assertEqual((result["status"], result["message"]), ("ok", None))
                self.assertAlmostEqual(result["wall_s"], 0.0010005)
                self.assertGreater(result["process_s"], 0)
            elif n == 2:
                self.assertEqual(result["status"], "fail")
                self.assertIn("killed by signal 6", result["message"])
                self.assertIsNone(result["wall_s"])
            else:
                self.assertEqual(result["status"], "fail" if result["launch"] == 1 else "skipped")
                if result["launch"] > 1:
                    self.assertIsNone(result["process_s"])
        self.assertEqual(results[-1]["seconds_left"], 0)
        reasons = [(points[e["cell_id"]]["n"], e["reason"]) for e in events if e["event"] == "enough"]
        self.assertEqual(sorted(reasons), [(1, "most")] * 2 + [(2, "most")] * 2 + [(3, "hopeless")] * 2)
        self.assertIn(b"[1/18] serial_driver", done.stderr)
        self.assertNotIn(b"median", done.stdout)

    def test_narrow_and_references(self):
        done = self.sweep(HEAD + "kernel: fake\naxes: {driver: serial_driver, n: 1}\n"
                          "measure: {launches: {min: 3, max: 20}, width: 1%, reps: 1, warmup: 0}\n"
                          "reference: [{where: n == 1, metric: time, value: 1ns, upper: 0}]\n", "-jq")
        self.assertEqual(done.returncode, 1)
        events = self.events(done)
        self.check_counts(events)
        self.assertEqual([e["reason"] for e in events if e["event"] == "enough"], ["narrow"])
        self.assertEqual((events[-1]["unaccepted"], events[-1]["launches_done"]), (1, 12))
        self.assertIn(b"not accepted", done.stderr)

    def test_texts_that_are_not_unicode(self):
        done = self.sweep(CONFIG, "-j", "-q", b"--out", b"d\xff\xfee \x01\n\"")
        self.assertEqual(done.returncode, 1)
        events = self.events(done)
        self.check_counts(events)
        self.assertEqual(events[0]["folder"], "d\\xff\\xfee \x01\n\"")

    def test_interrupted_and_resumed(self):
        child = subprocess.Popen(self.command(SLEEPS, "-jq"), cwd=self.folder, env=self.environment,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = []
        while True:  # each line is there as soon as it has happened
            lines.append(child.stdout.readline())
            event = json.loads(lines[-1])
            if event["event"] == "launch" and event["n"] == 2:
                break
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=30)
        self.assertEqual(child.returncode, 130)
        events = [json.loads(line) for line in lines + rest.splitlines()]
        _, launched = self.check_counts(events)
        self.assertEqual(launched["n"], 2, "it has no result")
        self.assertEqual((events[-1]["result"], events[-1]["launches_left"]), ("interrupted", 1))
        with open(os.path.join(self.folder, "trial.yaml"), "w", encoding="utf-8") as file:
            file.write(SLEEPS.replace("sleep", "ok"))
        done = subprocess.run([SWEEP, "resume", "results/trial", "-jq", "--anyway"], cwd=self.folder,
                              env=self.environment, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        events = self.events(done)
        self.assertEqual((events[0]["launches_done"], events[0]["launches"], events[0]["points_done"]),
                         (1, 2, 1))
        self.check_counts(events)

    def test_reader_goes_away(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(self.command(CONFIG, "-jq"), cwd=self.folder, env=self.environment,
                              stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
        os.close(writer)
        self.assertEqual(done.returncode, 1)
        with open(os.path.join(self.folder, "results/trial/run.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["launches_done"], 18)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
