"""Launches of different hosts, files of a driver or conditions are different populations: never one
interval, in any output of the report. The times show which population a number belongs to.
"""
import json
import unittest
from report_test import COLUMNS, RUN, SERIAL, THREADS, ReportTest, failed, launches, main

OLD, NEW = "aaaaaaaa1111", "bbbbbbbb2222"
FAST, SLOW = [0.010 + i * 1e-5 for i in range(6)], [0.100 + i * 1e-4 for i in range(6)]


def session(run_id, **more):
    return {"run_id": run_id, "start": "2026-01-02T03:04:05.678Z", "host": "h", "launches": 6, **more}


class Populations(ReportTest):
    def check_apart(self, rows, run=None, names=2):
        """Each population has its own median, and no interval reaches from one to the other."""
        self.write(rows, run)
        for export in ("google-benchmark", "extra-p"):
            out, _ = self.run_report("--export", export, self.folder)
            if export == "extra-p":
                times = [(v["callpath"], v["value"]) for v in map(json.loads, out.splitlines())]
            else:
                times = [(b["name"], b["real_time"] / 1e9) for b in json.loads(out)["benchmarks"]
                         if b["run_type"] == "iteration"]
            by_name = {}
            for name, value in times:
                by_name.setdefault(name, set()).add(value < 0.05)
            self.assertEqual(len(by_name), names, by_name)
            self.assertEqual({len(v) for v in by_name.values()}, {1}, by_name)
        points = [p for p in self.csv() if p["median_s"]]
        self.assertEqual(len(points), names)
        self.assertEqual(len({(p["variant"], p["hosts"]) for p in points}), names)
        for point in points:
            self.assertEqual(float(point["low_s"]) < 0.05, float(point["high_s"]) < 0.05, point)
            self.assertEqual(point["launches"], "6")
        for form in ("text", "markdown"):
            self.assertNotIn("12 launches", self.words("-f", form, "-a"))
        return points

    def test_hosts(self):
        """Two files put together; or a run that was requeued on another node."""
        for ids in ("r r", "r q"):
            first, second = ids.split()
            points = self.check_apart(launches(FAST, hosts="node01", run_id=first, **SERIAL) +
                                      launches(SLOW, hosts="node02", run_id=second, **SERIAL))
            self.assertEqual({p["hosts"] for p in points}, {"node01", "node02"})

    def rebuilt(self, **more):
        return (launches(FAST, build_id=OLD, run_id="r1", **SERIAL, **more) +
                launches(SLOW, build_id=NEW, run_id="r2", **SERIAL, **more))

    def test_rebuilt(self):
        """Numbered in the order of the sessions, and compared as an axis of builds is."""
        points = self.check_apart(self.rebuilt())
        self.assertEqual([(p["variant"], p["build"]) for p in points],
                         [("serial build1-aaaaaaaa", "build1-aaaaaaaa"),
                          ("serial build2-bbbbbbbb", "build2-bbbbbbbb")])
        self.assertEqual([p["base"] for p in points], ["serial build1-aaaaaaaa"] * 2)
        self.assertIn("drivers were rebuilt between launches", self.words())

    def test_rebuilt_on_the_axis(self):
        points = self.check_apart(self.rebuilt(build="gcc"))
        self.assertEqual({p["build"] for p in points}, {"gcc-build1-aaaaaaaa", "gcc-build2-bbbbbbbb"})

    def test_one_driver_rebuilt(self):
        """The other one's launches are of one file, and stay together."""
        self.write(self.rebuilt() + launches(FAST, build_id="cccccccc", run_id="r1", **THREADS) +
                   launches([t * 1.01 for t in FAST], build_id="cccccccc", run_id="r2", **THREADS))
        self.assertEqual({(p["driver"], p["build"], p["launches"]) for p in self.csv()},
                         {("serial_driver", "build1-aaaaaaaa", "6"), ("serial_driver", "build2-bbbbbbbb", "6"),
                          ("omp_driver", "", "12")})

    def test_rebuilt_and_failed(self):
        """A launch that failed is of the file that failed."""
        self.write(self.rebuilt() + [failed("fail", 7, build_id=NEW, run_id="r2", **SERIAL)])
        self.assertEqual([(p["build"], p["launches"], p["failed"]) for p in self.csv()],
                         [("build1-aaaaaaaa", "6", "0"), ("build2-bbbbbbbb", "6", "1")])

    def test_conditions(self):
        """Two machines of one name, as run.json says, and two files of rows that do not say theirs."""
        run = {**RUN, "sessions": [session("r1", population=1, differences=[]),
                                   session("r2", population=2, differences=["cores: 8, before 4"])]}
        for columns in (COLUMNS, [c for c in COLUMNS if c != "build_id"]):
            rows = launches(FAST, run_id="r1", **SERIAL) + launches(SLOW, run_id="r2", **SERIAL)
            self.write(rows, run, columns)
            points = self.check_apart(rows, run)
            self.assertEqual([p["hosts"] for p in points], ["h", "h#2"])
            self.assertIn("measured under other conditions, and its launches are separate points: "
                          "cores: 8, before 4", self.words())

    def test_unknown_is_no_difference(self):
        """Sessions of an older version, and rows that do not name the file, stay together."""
        run = {**RUN, "sessions": [session("r1"), session("r2", population=1, differences=[])]}
        for build_id in ("", OLD):
            self.write(launches(FAST, run_id="r1", **SERIAL) +
                       launches(FAST, run_id="r2", build_id=build_id, **SERIAL), run)
            point, = self.csv()
            self.assertEqual((point["launches"], point["build"], point["hosts"]), ("12", "", "h"))

    def test_tried_again_elsewhere(self):
        """A launch is what its last attempt was, also if that was made on another host."""
        self.write(launches(FAST, hosts="node01", **SERIAL) +
                   [failed("fail", 7, hosts="node01", **SERIAL)] +
                   [{**r, "launch": "7", "attempt": "2"} for r in launches(FAST[:1], hosts="node02", **SERIAL)])
        self.assertEqual([(p["hosts"], p["launches"], p["failed"], p["superseded"]) for p in self.csv()],
                         [("node01", "6", "0", "1"), ("node02", "1", "0", "0")])

    def test_several_results(self):
        """Two runs are no one run: the message says what compares them."""
        self.write(launches(FAST, **SERIAL))
        self.assertIn("report compare A B", self.error(self.folder, self.folder))


if __name__ == "__main__":
    main()
