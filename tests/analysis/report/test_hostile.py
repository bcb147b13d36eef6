"""`report` on broken and on hostile input: a clear error or harmless output, in every format. And on
the same launches in another order of rows: the same bytes.

Arguments: the programs report and synthetic.
"""
import csv
import html.parser
import io
import json
import os
import re
import shutil
import xml.etree.ElementTree

from report_test import (COLUMNS, FORMATS, RUN, SERIAL, THREADS, ReportTest, failed, launches, main,
                         row)

ROWS = launches([.0042, .0040, .0045, .0041, .0044, .0043], **SERIAL) + launches(
    [.0021, .0020, .0023, .0022, .0020, .0021], **THREADS)

# What programs that read our files could take for more than text.
HOSTILE = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'onmouseover='alert(1)",
    "</style></svg><svg onload=alert(1)>", "<!--", "]]>", "&lt;b&gt;&#60;", "javascript:alert(1)",
    "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "%s%n%d%%", "../../../etc/passwd",
    "\033[31mred\033[0m", "\033]0;title\a", "\u202eright to left\u2066", "\u200b\ufeff", "a\r\nb\nc",
    "`touch pwned`", "\"; system(\"touch pwned\"); \"", "'; !touch pwned", "@pwned", "{/Symbol a}_b^c",
    "a|b|c", "[x](javascript:alert(1))", "![x](http://example.org/x.png)", "# h", "\\", "\\\"", "$(id)",
    "\U0001f600\u0301", "\uffff", "", " ", "x" * 300]


class Page(html.parser.HTMLParser):
    """What is in a page: elements with their attributes' names, and what its scripts are."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.links, self.scripts, self.inside = set(), set(), [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.inside.append(tag)
        self.elements.add((tag, *sorted(name for name, _ in attributes)))
        self.links |= {value for name, value in attributes if name in ("src", "href", "xlink:href")}
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.inside and self.inside[-1] == "script":
            self.scripts[-1] += data

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass


class Broken(ReportTest):
    def refuse(self, content, *expected, name="samples.csv", code=2):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        for arguments in ([], ["--html"], ["-e", "extra-p"]):
            message = self.error(*arguments, self.folder, code=code)
            for words in expected:
                self.assertIn(words, message)
            self.assertTrue(message.startswith("report: "), message)
            self.assertEqual(len(message.splitlines()), 1, message)
            self.assertLess(len(message), 1000 + len(self.folder))
            self.assertTrue(message[:-1].isprintable(), message)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "report")))

    def lines(self, *changes, header=None):
        """A samples.csv of one good row, and one in which these cells are changed."""
        file = io.StringIO()
        writer = csv.DictWriter(file, header or COLUMNS, restval="", lineterminator="\n",
                                extrasaction="ignore")
        writer.writeheader()
        writer.writerow(row(wall_s="1"))
        for cells in changes:
            writer.writerow(row(**{"wall_s": "1", **cells}))
        return file.getvalue()

    def test_no_samples(self):
        self.refuse("", "samples.csv", "empty")
        self.refuse("a,b\n1,2\n", "samples.csv:1: ", "is it a samples.csv?")
        self.refuse("\n", "samples.csv:1: ")
        self.refuse(b"\x7fELF\2\1\1\0" + bytes(range(256)) * 40, "samples.csv")
        self.refuse(b"\0" * 1000, "samples.csv")
        self.refuse(("\ufeff" + self.lines()).encode("utf-16-le"),
                    "samples.csv: is encoded as UTF-16 (little-endian); it must be UTF-8")
        self.refuse("x" * 5_000_000, "samples.csv")
        self.refuse(",".join("c%d" % i for i in range(1_000_000)) + "\n1\n", "samples.csv")
        self.refuse('"unclosed\n' * 1000, "samples.csv")

    def test_no_file(self):
        os.mkdir(os.path.join(self.folder, "samples.csv"))
        self.assertIn("samples.csv", self.error(self.folder, code=3))

    def test_header(self):
        good = self.lines()
        for column in ("schema", "kernel", "n", "wall_s", "status"):
            self.refuse(self.lines(header=[c for c in COLUMNS if c != column]),
                        "samples.csv:1: no column '%s'" % column)
        self.refuse(good.replace("kernel", "kernel,kernel", 1), "samples.csv:1: ", "kernel")
        self.refuse(good.split("\n")[0].replace(",", ";") + "\n1\n", "samples.csv:1: ")

    def test_rows(self):
        self.refuse(self.lines() + "1,2\n", "samples.csv:3: 2 cells, but the header has %d" % len(COLUMNS))
        for cells in ({"wall_s": "nan"}, {"wall_s": "-1"}, {"wall_s": "inf"}, {"wall_s": "0x1"},
                      {"wall_s": "1e"}, {"wall_s": "1,5"}, {"wall_s": "1e999"}, {"n": "1.5"}, {"n": "-1"},
                      {"n": "99999999999999999999"}, {"cores": "x"}, {"launch": "a"},
                      {"status": "okay"}, {"schema": "9"}, {"schema": ""}, {"warmup": "2"},
                      {"work_op": "nan"}, {"work_byte": "-inf"}, {"launch": "9" * 18}):
            with self.subTest(cells=cells):
                column, = cells
                self.refuse(self.lines(cells), "samples.csv:3: column %s: " % column)

    def test_control_characters_in_messages(self):
        self.refuse(self.lines({"status": "\033[31m\u202ered"}), "samples.csv:3: ")
        self.write(launches([.004], **{**SERIAL, "driver": "\033[31m\u202ered\n"}))
        message = self.error("-b", "x\ny", self.folder)
        self.assertIn("unknown driver 'x?y'; must be one of: ?[31m?red?", message)
        self.assertTrue(message[:-1].isprintable(), message)

    def test_mixed_schemas(self):
        self.refuse(self.lines({"schema": "2"}), "samples.csv:3: ", "schema")

    def test_nul_bytes(self):
        self.refuse(self.lines().replace("sumsq", "sum\0sq"), "samples.csv:2: ")

    def test_run_json(self):
        self.write(ROWS)
        for content in ("", "{", "{\n\"a\": 1,\n}", "[", "x", "\0", "{\"a\":" * 5000, "\"\\ud800\"",
                        b"\xff\xfe", "{} {}", "[]", "null", "1", "{\"seed\": %d}" % 2**70):
            with self.subTest(content=content[:20]):
                with open(os.path.join(self.folder, "run.json"), "wb") as file:
                    file.write(content if isinstance(content, bytes) else content.encode())
                self.assertIn("run.json:", self.error(self.folder))


class Harmless(ReportTest):
    def test_line_ends_and_mark(self):
        path = self.write(ROWS)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        expected = self.report("-f", "csv")
        for changed in (text.replace("\n", "\r\n"), "\ufeff" + text):
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(changed)
            self.assertEqual(self.report("-f", "csv"), expected)

    def test_header_only(self):
        self.write([])
        made = self.assert_well_formed()
        self.assertIn("No verdict: the file has no launch yet.", made["text"])
        self.report("--html")

    def test_truncated(self):
        """A run that continues or was killed: each cut is read, or refused by line."""
        path = self.write(ROWS)
        with open(path, "rb") as file:
            whole = file.read()
        for cut in range(len(whole) - 1, len(whole) - 700, -37):
            if whole[:cut].endswith(b"\n"):
                continue  # nothing is missing
            with open(path, "wb") as file:
                file.write(whole[:cut])
            self.assertIn("of the file are an incomplete row", self.words())

    def test_any_run_json(self):
        """Any JSON: what is of another type than expected is unknown."""
        self.write(ROWS)
        before = json.loads(self.report("-f", "json"))
        huge = {"machine": {"cores": 1e300, "memory_bytes": -1, "l1d_bytes": 2**62, "l2_count": 2**62},
                "seed": 1e30, "load_average_at_start": 1e308, "equivalence_margin": 1e308,
                "sessions": [[]] * 100, "points": [{"cell_id": "s", "base_n": "x"}] * 3}
        for content in ("{}", "{\"machine\": [], \"build\": 7}",
                        json.dumps(huge), json.dumps({k: {} for k in RUN}),
                        json.dumps({k: [] for k in (*RUN, "warnings", "acceptance", "excluded")}),
                        json.dumps({"warnings": ["x" * 100000], "name": "y" * 100000})):
            with self.subTest(content=content[:40]):
                with open(os.path.join(self.folder, "run.json"), "w", encoding="utf-8") as file:
                    file.write(content)
                made = self.assert_well_formed()
                self.assertEqual(json.loads(made["json"])["points"], before["points"])
                self.assert_fits(made["text"])
                self.report("-m")
        self.report("--html")


class Hostile(ReportTest):
    TEXTS = ("kernel", "options", "driver", "lock", "schedule", "grain", "build", "hosts", "cell_id",
             "work_unit", "binding", "run_id")

    def rows(self, texts):
        """Two models of one work for each text, which stands in every column of text."""
        rows = []
        for text in texts:
            cells = dict.fromkeys(self.TEXTS, text)
            rows += launches([.004, .0041, .0042, .0043, .0044, .0045], **{**SERIAL, **cells})
            rows += launches([.002, .0021, .0022, .0023, .0024, .0025], **{**THREADS, **cells})
            rows.append(failed("fail", 9, **{**SERIAL, **cells, "n": "7"}))
        return rows

    def run_of(self, text):
        return {**RUN, "name": text, "start": text, "config": {"path": text, "text": text},
                "argv": [text, text], "warnings": [{"kind": text, "text": text}],
                "environment": {text: text}, "modules": [text],
                "machine": dict.fromkeys(("host", "processor", "governor", "system", "kernel"), text),
                "build": dict.fromkeys(("compiler", "mpi", "kernel_flags", "git_revision"), text),
                "excluded": [{"kernel": text, "driver": text, "n": 1, "cores": 1, "why": text}],
                "acceptance": [{"cell_id": text, "point": text, "where": text, "metric": text,
                                "reference": 1, "measured": 2, "unit": text, "accepted": False}]}

    def page(self):
        self.run_report("--html", ".")
        with open(os.path.join(self.folder, "report", "index.html"), encoding="utf-8") as file:
            return Page(file.read())

    def check_svg(self):
        figures = os.path.join(self.folder, "report", "figures")
        for name in os.listdir(figures):
            path = os.path.join(figures, name)
            if name.endswith(".json"):
                with open(path, encoding="utf-8") as file:
                    json.load(file)
            if not name.endswith(".svg"):
                continue
            for element in xml.etree.ElementTree.parse(path).iter():
                self.assertNotIn("script", element.tag.lower())
                for attribute in element.attrib:
                    self.assertFalse(attribute.lower().startswith("on"), name)

    def test_all_formats(self):
        self.write(self.rows(HOSTILE), self.run_of("".join(HOSTILE[:20])))
        for arguments in ([], ["-a"]):
            made = self.assert_well_formed(*arguments)
            self.assert_fits(made["text"])
            self.assertNotIn("\u202e", made["text"])
        for r in csv.reader(io.StringIO(made["csv"], newline="")):
            for cell in r:
                self.assertFalse(cell.startswith(("=", "+", "@", "\t", "\r")), cell)
                if cell.startswith("-"):
                    float(cell)
        kernels = {work["kernel"] for work in json.loads(made["json"])["works"]}
        self.assertLessEqual({"=cmd|' /C calc'!A0", "<script>alert(1)</script>"}, kernels)
        self.report("-m")
        json.loads(self.report("-e", "google-benchmark"))
        for line in self.report("-e", "extra-p").splitlines():
            json.loads(line)

    def test_markdown(self):
        """A cell cannot leave its place in the table, nor be markup."""
        self.write(self.rows(HOSTILE), self.run_of("".join(HOSTILE[:20])))
        text = self.report("-f", "markdown", "-a")
        self.assertNotRegex(text, r"(?<!\\)<(script|img|svg|!--)")
        tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
        self.assertTrue(tables)
        for table in tables:
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
            self.assertEqual(len(widths), 1, table)

    def test_page(self):
        """No element, attribute or script comes from the data, and nothing is fetched."""
        self.write(self.rows(["plain%d" % i for i in range(len(HOSTILE))]), self.run_of("plain " * 60))
        plain = self.page()
        shutil.rmtree(os.path.join(self.folder, "report"))
        self.write(self.rows(HOSTILE), self.run_of("".join(HOSTILE[:20])))
        found = self.page()
        self.assertEqual(found.elements - plain.elements, set())
        self.assertEqual(found.scripts, plain.scripts)
        for link in found.links:
            self.assertTrue(link.startswith(("#", "data:")), link)
        self.check_svg()
        for folder in (self.folder, os.path.join(self.folder, "report"),
                       os.path.join(self.folder, "report", "figures")):
            self.assertNotIn("pwned", os.listdir(folder))

    def test_large_cells(self):
        self.write(self.rows(["y" * 100_000]), self.run_of("z" * 100_000))
        made = self.assert_well_formed()
        self.assert_fits(made["text"])
        self.page()

    def test_extreme_numbers(self):
        for wall, n in (("1e-12", "1"), ("1e9", "9223372036854775807"), ("1e-300", "0"), ("0", "5")):
            with self.subTest(wall=wall, n=n):
                self.write([row(launch=str(i), wall_s=wall, n=n, work_op="1e300", work_byte="1e-300", **cells)
                            for i in range(1, 8) for cells in (SERIAL, THREADS)])
                made = self.assert_well_formed()
                self.assertNotRegex(made["text"], r"\b(nan|inf)\b")
                self.assertNotRegex(made["markdown"], r"\b(nan|inf)\b")
                self.page()


class Determinism(ReportTest):
    def everything(self):
        shutil.rmtree(os.path.join(self.folder, "report"), ignore_errors=True)
        made = {(form, more): self.run_report("-f", form, *more, ".")
                for form, more in [*((form, ()) for form in FORMATS), ("text", ("-a",))]}
        made["methods", ()] = self.run_report("-m", ".")
        self.run_report("--html", ".")
        return {**made, **{(name, ()): content for name, content in self.folder_bytes("report").items()}}

    def test_order_of_rows(self):
        self.synthetic("--kernels", "sumsq,wait,stream,spin,pingpong", "--models",
                       "serial,threads,threads+lock,async,processes", "--cores", "1,2,4", "--n",
                       "1e4,1e5,1e6", "--launches", "7", "--failures", "0.1", "--retry", "--drift",
                       "0.1", "--builds", "gcc,clang")
        before = self.everything()
        self.assertGreater(len(before), 10 + len(FORMATS))
        self.assertEqual(self.everything(), before)
        self.shuffle()
        after = self.everything()
        self.assertEqual(sorted(after), sorted(before))
        for name, content in before.items():
            with self.subTest(name=name):
                self.assertEqual(self.without_hash(after[name]), self.without_hash(content))

    @staticmethod
    def without_hash(content):
        """The page names the sha256 of samples.csv, which follows its rows."""
        if isinstance(content, tuple):
            content = b"".join(content)
        return re.sub(rb"[0-9a-f]{64}", b"", content)


if __name__ == "__main__":
    main()
