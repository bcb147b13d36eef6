"""`report`'s command line: options, errors, exit statuses, and what suits where it prints.

Arguments: the programs report and synthetic.
"""
import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import termios

from report_test import (FORMATS, REPORT, RUN, SERIAL, THREADS, ReportTest,
                         environment, launches, main, write)

ROWS = launches([.0042, .0040, .0045, .0041, .0044, .0043], **SERIAL) + launches(
    [.0021, .0020, .0023, .0022, .0020, .0021], **THREADS)


class Options(ReportTest):
    def setUp(self):
        super().setUp()
        self.write(ROWS, RUN)

    def test_help_and_version(self):
        for option in ("-h", "--help"):
            out, err = self.run_report(option)
            self.assertTrue(out.startswith(b"Usage: report ") and err == b"")
            self.assert_fits(out.decode())
        for option in ("-V", "--version"):
            self.assertRegex(self.run_report(option)[0], rb"^report \(Quartet\) \d+\.\d+")
        self.assert_fits(self.run_report("compare", "--help")[0].decode())

    def test_short_and_long(self):
        for short, long in (("-a", "--all-points"), ("-m", "--methods"),
                            ("-fjson", "--format=json"), ("-bomp_driver", "--baseline=omp_driver"),
                            ("-M5%", "--margin=0.05"), ("-eextra-p", "--export=extra-p")):
            self.assertEqual(self.report(short), self.report(long))
            self.assertNotEqual(self.report(short), self.report())

    def test_folder_or_file(self):
        by_folder = self.run_report("-f", "csv", self.folder)[0]
        self.assertEqual(self.run_report("-f", "csv", self.folder + "/")[0], by_folder)
        self.assertEqual(self.run_report("-f", "csv", "samples.csv")[0], by_folder)
        self.assertEqual(self.run_report("-f", "csv", ".")[0], by_folder)

    def test_all_points(self):
        text = self.report("--all-points")
        self.assertIn("All points", text)
        self.assertNotIn("Verdict\n", text)

    def test_page(self):
        for arguments, page in ((["--html"], "report"), (["--out", "page"], "page"),
                                (["--html", "-f", "json"], "report"), (["-H", "-m"], "report")):
            shutil.rmtree(os.path.join(self.folder, page), ignore_errors=True)
            out, _ = self.run_report(*arguments, ".")
            with open(os.path.join(self.folder, page, "index.html"), encoding="utf-8") as file:
                self.assertIn("</html>", file.read())
            with open(os.path.join(self.folder, page, "summary.csv"), "rb") as file:
                self.assertEqual(file.read(), self.run_report("-f", "csv", ".")[0])
            self.assertTrue(os.listdir(os.path.join(self.folder, page, "figures")))
            if arguments == ["--html"]:
                self.assertIn("Page with figures: ./report/index.html", out.decode())
            if "json" in arguments:
                json.loads(out)
        self.assertIn("Page with figures: ./report/index.html", self.run_report(".")[0].decode())

    def test_no_page_unasked(self):
        self.report("-a")
        self.assertEqual(sorted(os.listdir(self.folder)), ["run.json", "samples.csv"])

    def test_page_beside_the_samples(self):
        os.makedirs(os.path.join(self.folder, "elsewhere"))
        subprocess.run([REPORT, "--html", "../samples.csv"], check=True, capture_output=True,
                       cwd=os.path.join(self.folder, "elsewhere"), env=environment())
        self.assertTrue(os.path.exists(os.path.join(self.folder, "report", "index.html")))

    def test_pictures(self):
        if not shutil.which("gnuplot"):
            self.skipTest("no gnuplot")
        self.report("--pictures", "png,pdf")
        figures = os.listdir(os.path.join(self.folder, "report", "figures"))
        for kind, magic in ((".png", b"\x89PNG"), (".pdf", b"%PDF"), (".svg", b"<?xml")):
            names = [f for f in figures if f.endswith(kind)]
            self.assertTrue(names, kind)
            for name in names:
                with open(os.path.join(self.folder, "report", "figures", name), "rb") as file:
                    self.assertEqual(file.read(len(magic)), magic, name)

    def test_exports(self):
        found = json.loads(self.report("-e", "google-benchmark"))
        self.assertEqual(found["context"]["executable"], "build/sweep")
        lines = [json.loads(line) for line in self.report("-e", "extra-p").splitlines()]
        self.assertEqual({line["callpath"] for line in lines}, {"sumsq->serial_driver", "sumsq->omp_driver"})


class Compare(ReportTest):
    """`report compare` is the same program; tests/analysis/compare has what it says."""

    def test_compare(self):
        for name, factor in (("before", 1), ("after", 2)):
            write(os.path.join(self.folder, name),
                  [{**r, "wall_s": "%.9f" % (factor * float(r["wall_s"]))} for r in ROWS], RUN)
        out, err = self.run_report("compare", "before", "after")
        self.assertEqual(err, b"")
        self.assert_fits(out.decode())
        self.assertIn(b"slower", out)
        self.run_report("compare", "--fail-on", "slower:5%", "before", "after", code=1)
        self.run_report("compare", "--fail-on", "slower:5%", "after", "before")
        self.run_report("compare", "--out", "page", "before", "after")
        with open(os.path.join(self.folder, "page", "index.html"), encoding="utf-8") as file:
            self.assertIn("</html>", file.read())
        for arguments in (["compare"], ["compare", "before"], ["compare", "before", "nowhere"]):
            self.assertIn("report", self.error(*arguments))


class Errors(ReportTest):
    def test_usage(self):
        self.write(ROWS)
        for arguments, message in (
                ([], "no results are named"),
                (["--baseline", "omp_driver"], "no results are named"),
                (["a", "b"], "more than one folder is named (two runs: report compare A B)"),
                (["/nonexistent"], "/nonexistent: No such file or directory"),
                (["--nope", "."], "unknown option '--nope'; see 'report --help'"),
                (["--export"], "--export: needs a value; see 'report --help'"),
                (["--html=x", "."], "--html: takes no value; see 'report --help'"),
                (["-b", "omp_drivr", "."], "--baseline: unknown driver 'omp_drivr'; must be one of: "
                 "serial_driver, omp_driver; did you mean 'omp_driver'?"),
                (["-b", "", "."], "--baseline: unknown driver ''"),
                (["-f", "jsn", "."], "--format: 'jsn' must be one of: text, markdown, json, csv, "
                 "junit; did you mean 'json'?"),
                (["-e", "google-benchmarks", "."], "did you mean 'google-benchmark'?"),
                (["-e", "xml", "."], "must be one of: google-benchmark, extra-p"),
                (["-e", "extra-p", "-b", "serial_driver", "."], "--export goes with no other option"),
                (["-e", "extra-p", "-M", "3%", "."], "--export goes with no other option"),
                (["-e", "extra-p", "--html", "."], "--export goes with no other option"),
                (["-e", "extra-p", "/nonexistent"], "No such file"),
                (["-p", "gif", "."], "--pictures: 'gif' must be one of: svg, png, pdf"),
                (["-p", "png,gif", "."], "--pictures: 'gif'"),
                (["-p", "", "."], "--pictures: ''"),
                (["-p", "png,,pdf", "."], "--pictures: ''")):
            message_found = self.error(*arguments)
            self.assertIn(message, message_found)
            for line in message_found.splitlines():
                self.assertRegex(line, r"^(.*/)?report: ")
        for margin in ("0", "0%", "-3%", "100%", "1", "nan", "inf", "x", "", "%", "3%%", "3 percent"):
            self.assertIn("--margin: '%s': must be above 0 and below 100 %%" % margin,
                          self.error("--margin", margin, "."))
        self.assertIn("samples.csv: No such file", self.error(os.path.dirname(REPORT)))

    def test_full_disk(self):
        self.write(ROWS)
        for arguments in (["."], ["-a", "."], ["-m", "."], ["--help"], ["--version"],
                          ["-e", "google-benchmark", "."], ["-e", "extra-p", "."],
                          *(["-f", form, "."] for form in FORMATS)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([REPORT, *arguments], stdout=full, stderr=subprocess.PIPE,
                                      check=False, timeout=60, cwd=self.folder, env=environment())
            self.assertEqual(done.returncode, 3, arguments)
            self.assertIn(b"cannot write", done.stderr)

    def test_closed_output(self):
        self.write(ROWS)
        done = subprocess.run(["sh", "-c", 'exec "$0" . >&-', REPORT], stderr=subprocess.PIPE,
                              check=False, timeout=60, cwd=self.folder, env=environment())
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"cannot write", done.stderr)

    def test_page_cannot_be_written(self):
        self.write(ROWS)
        for folder in ("/dev/null/page", "/proc/page", os.path.join(self.folder, "a/b/c"),
                       os.path.join(self.folder, "samples.csv")):
            message = self.error("--out", folder, ".", code=3)
            self.assertIn(folder, message)
        os.mkdir(os.path.join(self.folder, "page"))
        os.mkdir(os.path.join(self.folder, "page", "index.html"))
        self.assertIn("Is a directory", self.error("--out", "page", ".", code=3))

    def test_read_only_folder(self):
        self.write(ROWS)
        os.chmod(self.folder, 0o555)
        self.addCleanup(os.chmod, self.folder, 0o755)
        user = {"user": 65534} if os.geteuid() == 0 else {}  # root may write everywhere
        try:
            done = subprocess.run([REPORT, "--html", self.folder], capture_output=True, check=False,
                                  timeout=60, env=environment(), **user)
        except PermissionError:
            self.skipTest("the program is in a folder of root's")
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"Permission denied", done.stderr)

    def test_without_gnuplot(self):
        self.write(ROWS)
        done = subprocess.run([REPORT, "--html", "."], capture_output=True, check=False,
                              timeout=60, cwd=self.folder, env=environment(PATH=self.folder))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn(b"gnuplot", done.stderr)
        with open(os.path.join(self.folder, "report", "index.html"), encoding="utf-8") as file:
            page = file.read()
        self.assertIn("</html>", page)
        self.assertIn("4.25 ms", page)


class Terminal(ReportTest):
    def on_terminal(self, columns, *arguments, **variables):
        """What a terminal of that width gets."""
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        attributes = termios.tcgetattr(follower)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(follower, termios.TCSANOW, attributes)
        process = subprocess.Popen([REPORT, *arguments, self.folder], stdout=follower,
                                   stderr=subprocess.STDOUT, env=environment(**variables))
        os.close(follower)
        parts = []
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # the last writer is gone
                break
            if not part:
                break
            parts.append(part)
        os.close(leader)
        self.assertEqual(process.wait(timeout=60), 0)
        return b"".join(parts).decode()

    def test_colour(self):
        self.write(ROWS)
        coloured = self.on_terminal(80)
        self.assertIn("\033[", coloured)
        # Besides underlines, which colour takes the place of, the text is the same.
        without = [line for line in self.report().splitlines() if not re.match("=+$|-+$", line)]
        self.assertEqual([re.sub("\033\\[[0-9;]*m", "", line) for line in coloured.splitlines()],
                         without)
        for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\033", self.on_terminal(80, **variables))
        self.assertIn("\033[", self.on_terminal(80, NO_COLOR=""))  # as no-color.org has it
        for form in FORMATS[1:]:
            self.assertNotIn("\033", self.on_terminal(80, "-f", form))

    def test_width(self):
        self.synthetic("--models", "serial,threads,threads+lock,async,processes,hybrid", "--cores", "1,2,4",
                       "--n", "1e3,1e4", "--launches", "6")
        for columns, most in ((40, 80), (80, 80), (132, 132)):
            widths = [len(line) for line in self.on_terminal(columns, "-a", NO_COLOR="1").splitlines()
                      if self.folder not in line]
            self.assertLessEqual(max(widths), most)
        self.assertGreater(max(widths), 80)
        self.assertLessEqual(max(len(line) for line in self.on_terminal(
            132, "-a", NO_COLOR="1", COLUMNS="100").splitlines() if self.folder not in line), 100)

    def test_not_a_terminal(self):
        """No width or colour of its own, whatever the environment says."""
        self.synthetic("--launches", "6")
        plain = self.report()
        self.assertNotIn("\033", plain)
        for variables in ({"COLUMNS": "200"}, {"COLUMNS": "20"}, {"TERM": ""}, {"COLUMNS": "x"}):
            self.assertEqual(self.run_report(self.folder, **variables)[0].decode(), plain)

    def test_all_runs_fit(self):
        models = "serial,threads,threads+lock,async,processes,hybrid"
        for arguments in (
                ["--models", "serial"], ["--models", models, "--cores", "1,2,64"],
                ["--models", models, "--builds", "gcc,clang", "--cores", "2"],
                ["--kernels", "k" * 70, "--models", "serial,threads"],
                ["--kernels", ",".join("kernel%d" % i for i in range(40)), "--launches", "3"],
                ["--kernels", "sumsq,dgemm,stream,spin,pingpong,wait", "--models", models, "--n",
                 "1e3,1e9", "--cores", "1,2,4,8"],
                ["--hosts", ",".join("a-rather-long-host-name-%d.example.org" % i for i in range(3))],
                ["--models", models, "--failures", "0.2", "--retry", "--drift", "0.5"],
                ["--models", models, "--broken", "async", "--machine-cores", "2", "--cores", "1,4"],
                ["--sizes", "40", "--launches", "3"]):
            self.synthetic("--launches", "6", *arguments)
            for options in ([], ["-a"], ["-m"]):
                with self.subTest(arguments=arguments, options=options):
                    self.assert_fits(self.report(*options))

    def test_long_names_fit(self):
        """Of options and of a run; a word that is longer than a line is broken."""
        self.write([{**r, "options": "path=" + "x" * 100 + ";delay=1ms"} for r in ROWS] +
                   [{**r, "options": "path=y;delay=1ms"} for r in ROWS],
                   {**RUN, "name": "a run with a long name " * 5,
                    "warnings": [{"kind": "busy", "text": "w" * 200}]})
        for options in ([], ["-a"], ["-m"]):
            self.assert_fits(self.report(*options))


class Locale(ReportTest):
    def test_decimal_point(self):
        """A locale that writes 1,5 changes nothing."""
        self.synthetic("--models", "serial,threads", "--cores", "1,2", "--n", "1e3,1e4")
        if not shutil.which("localedef"):
            self.skipTest("no localedef")
        made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8",
                               os.path.join(self.folder, "de_DE.UTF-8")], capture_output=True,
                              check=False)
        german = {"LOCPATH": self.folder, "LC_ALL": "de_DE.UTF-8"}
        comma = subprocess.run(["printf", "%.1f", "0"], capture_output=True, check=False,
                               env=environment(**german)).stdout
        if made.returncode > 1 or comma != b"0,0":
            self.skipTest("no locale with a decimal comma")
        for arguments in (["-a"], ["--html"], *(["-f", form] for form in FORMATS)):
            files = []
            for variables in (german, {"LC_ALL": "C"}):
                out = self.run_report(*arguments, ".", **variables)
                files.append((out, self.folder_bytes("report")))
            self.assertEqual(*files)


if __name__ == "__main__":
    main()
