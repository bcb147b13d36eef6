"""The Python peers of the drivers, and tutorial.sh. Arguments: tutorial.py, tutorial.sh, the build folder.
"""
import http.server
import os
import re
import subprocess
import sys
import threading
import unittest

PEER, SCRIPT, BUILD = map(os.path.abspath, sys.argv[1:4])
MODELS = ("serial", "threads", "processes", "asyncio")


def run(*words):
    return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=280)


class Peers(unittest.TestCase):
    def row(self, *words):
        done = run(sys.executable, "-B", PEER, *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        header = run(sys.executable, "-B", PEER, "header").stdout.strip()
        self.assertEqual(header, "work,model,n,jobs,seconds,result")
        row = dict(zip(header.split(","), done.stdout.strip().split(",")))
        self.assertEqual(row["work"], words[0])
        return row

    def test_sums(self):
        for model in MODELS:
            row = self.row("sumsq", "--model", model, "--jobs", "3", "-n", "1000")
            self.assertEqual((row["model"], row["n"], row["jobs"], row["result"]),
                             (model, "1000", "3", "332833500"))

    def test_waits(self):
        for model in MODELS:
            row = self.row("wait", "--model", model, "-n", "20", "--workers", "5",
                           "--delay", "0.002")
            self.assertEqual((row["n"], row["result"]), ("20", "20"))
            workers = 1 if model == "serial" else 5
            self.assertGreaterEqual(float(row["seconds"]), 20 / workers * 0.002)

    def test_documents(self):
        with Documents() as server:
            for model in MODELS:
                row = self.row("fetch", "--model", model, "-n", "20", "--workers", "3", server.url)
                self.assertEqual(row["result"], "20")
            self.assertEqual(server.asked, {k: len(MODELS) for k in range(20)})

    def test_wrong_documents(self):
        for body, sums in ((b"12345678", "0" * 16), (b"", "cbf29ce484222324")):
            with Documents(body, sums) as server:
                done = run(sys.executable, "-B", PEER, "fetch", "-n", "2", server.url)
                self.assertEqual((done.returncode, done.stdout, done.stderr),
                                 (1, "", "tutorial.py: fetch: 0 is wrong\n"))

    def test_usage(self):
        for words in ((), ("sum",), ("sumsq", "--model", "none"), ("wait", "-n", "0"), ("fetch",),
                      ("fetch", "ftp://a/")):
            done = run(sys.executable, "-B", PEER, *words)
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(done.stdout, "")


class Documents:
    """A server of the same document under every number; its sum, by common/document.h, is right."""

    def __init__(self, body=b"", checksum="cbf29ce484222325"):
        outer = self
        self.asked = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                k = int(self.path.rsplit("/", 1)[1])
                outer.asked[k] = outer.asked.get(k, 0) + 1
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-Checksum", checksum)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/doc/"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Script(unittest.TestCase):
    def test_usage(self):
        done = run(SCRIPT, "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Examples:", done.stdout)
        for words, message in (
                (("--rounds", "0"), "--rounds: '0': expected 1 to 9999"),
                (("--cores", "x"), "--cores: 'x': expected 1 to 9999"),
                (("--python",), "--python: needs a value; see --help"),
                (("--slow",), "--slow: unknown argument; see --help")):
            done = run(SCRIPT, *words)
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (2, "", f"tutorial.sh: {message}\n"))

    def table(self, *words):
        done = run(SCRIPT, "--build", BUILD, "--quick", "--rounds", "1", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    @unittest.skipUnless(os.access(f"{BUILD}/bench_ratio", os.X_OK), "bench was not built")
    def test_table(self):
        done = self.table("--python", sys.executable, "--cores", "2")
        lines = [line.split() for line in done.stdout.splitlines()]
        serial = [line for line in lines if line[:2] == ["serial", "1"]]
        self.assertGreaterEqual(len(serial), 3)
        for line in serial:  # serial 1 SECONDS UNIT base SECONDS UNIT base RATIOx
            self.assertEqual((line[4], line[7]), ("base", "base"))
            self.assertRegex(line[8], r"^\d+(\.\d+)?x$")
        self.assertRegex(done.stdout, r"(?m)^sum of i\*i for i below 500000, 4 jobs$")
        self.assertRegex(done.stdout, r"(?m)^100 waits of 3 ms$")
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
        # No terminal, no progress; a build for debugging prints a warning about itself.
        self.assertEqual([line for line in done.stderr.splitlines()
                          if ": warning: not a release build: " not in line], [])

    @unittest.skipUnless(os.access(f"{BUILD}/bench_ratio", os.X_OK), "bench was not built")
    def test_without_python(self):
        done = self.table("--python", "no-such-python")
        self.assertIn("skipped: Python's columns: no-such-python not found", done.stderr)
        self.assertNotIn("Python", done.stdout)
        self.assertTrue(re.search(r"(?m)^  serial +1 +\S+ [mun]?s +base$", done.stdout))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
