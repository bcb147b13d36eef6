"""configs/schema.json and the sweep agree on what a config is.

Argument: the program sweep. Skipped without the modules yaml and jsonschema.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import unittest

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(missing)
    sys.exit(77)

SWEEP = os.path.abspath(sys.argv.pop(1))
HERE = os.path.dirname(os.path.abspath(__file__))
CONFIGS = os.path.join(HERE, "..", "..", "configs")
with open(os.path.join(CONFIGS, "schema.json"), encoding="utf-8") as text:
    SCHEMA = json.load(text)

HEAD = "schema: 1\nname: x\n"
KERNEL = "kernel: sumsq\n"
AXES = "axes: {driver: [serial_driver], n: [10]}\n"
BAD = [
    HEAD + KERNEL + AXES + "scaling: weak\n",
    HEAD + KERNEL + AXES + "scaling: {by: bytes}\n",
    HEAD + KERNEL + AXES + "scaling: {mode: week}\n",
    HEAD + KERNEL + AXES + "scaling: {mode: weak, by: time}\n",
    HEAD + KERNEL + AXES + "scaling: {mode: weak, multiple: 0}\n",
    HEAD + KERNEL + AXES + "launcher: openmpi\n",
    HEAD + KERNEL + AXES + "launcher: {kind: mpirun}\n",
    HEAD + KERNEL + AXES + "launcher: {kind: custom}\n",
    HEAD + KERNEL + AXES + "launcher: {command: [x]}\n",
    HEAD + KERNEL + AXES + "launcher: {kind: srun, hostfile: x}\n",
    HEAD + KERNEL + AXES + "launcher: {kind: custom, command: ['{rank}']}\n",
    HEAD + KERNEL + AXES + "launcher: {environment: {OMP_PLACES: cores}}\n",
    HEAD + KERNEL + AXES + "batch: {scheduler: slum}\n",
    HEAD + KERNEL + AXES + "batch: {account: a b}\n",
    HEAD + KERNEL + AXES + "batch: {partition: $(id)}\n",
    HEAD + KERNEL + AXES + "batch: {time: soon}\n",
    HEAD + KERNEL + AXES + "batch: {modules: []}\n",
    HEAD + KERNEL + AXES + "batch: {modules: [\"a;b\"]}\n",
    HEAD + KERNEL + AXES + "batch: {options: [mem=0]}\n",
    "[]\n",
    HEAD + AXES,
    HEAD + KERNEL,
    HEAD + KERNEL + "kernels: [wait]\n" + AXES,
    HEAD + KERNEL + AXES + "kernl: wait\n",
    "schema: 2\nname: x\n" + KERNEL + AXES,
    "schema: 1\nname: ../x\n" + KERNEL + AXES,
    "schema: 1\nname: " + "x" * 101 + "\n" + KERNEL + AXES,
    HEAD + "kernels: []\n" + AXES,
    HEAD + "kernels: [sumsq, sumsq]\n" + AXES,
    HEAD + "kernel: Sum\n" + AXES,
    HEAD + "kernel: {wait: {--csv: 1}}\n" + AXES,
    HEAD + "kernel: {wait: {delay: [1]}}\n" + AXES,
    HEAD + "kernel: {wait: {reps: 0}}\n" + AXES,
    HEAD + "kernel: {wait: {n: -1}}\n" + AXES,
    HEAD + KERNEL + "axes: {driver: serial_drive, n: 1}\n",
    HEAD + KERNEL + "axes: {driver: [{omp_driver: {loc: global}}], n: 1}\n",
    HEAD + KERNEL + "axes: {driver: [{serial_driver: {threads: 2}}], n: 1}\n",
    HEAD + KERNEL + "axes: {driver: [{omp_driver: {lock: maybe}}], n: 1}\n",
    HEAD + KERNEL + "axes: {driver: [{omp_driver: {schedule: fast}}], n: 1}\n",
    HEAD + KERNEL + "axes: {driver: [{async_driver: {in_flight: -1}}], n: 1}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1e7x}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: all}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 64KiB}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1.5}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, cores: 0}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, cores: {geom: [1, 8]}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, cores: {step: [1, 8, 1]}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, cores: {geom: [all, 8, 2]}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: {geom: [1, all, 2]}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1}\nzip: {cores: {geom: [1, all, 2]}}\n",
    HEAD + "kernel: {sumsq: {cores: 0}}\n" + AXES,
    HEAD + "kernel: {sumsq: {cores: [1, 1]}}\n" + AXES,
    HEAD + KERNEL + AXES + "measure: {equivalence: small}\n",
    HEAD + KERNEL + AXES + "measure: {equivalence: 1.5}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, build: {}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, build: [a, b]}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, build: {-a: b}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, build: {a/b: b}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, build: {a: ''}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, build: {a: [b]}}\n",
    HEAD + KERNEL + AXES + "baseline: serial_driver\n",
    HEAD + KERNEL + AXES + "exclude: [{where: n > 1}]\n",
    HEAD + KERNEL + AXES + "measure: {launches: 0}\n",
    HEAD + KERNEL + AXES + "measure: {launches: {min: 6}, width: 5%}\n",
    HEAD + KERNEL + AXES + "measure: {launches: 6, width: 5%}\n",
    HEAD + KERNEL + AXES + "measure: {launches: {min: 6, max: 9}, width: narrow}\n",
    HEAD + KERNEL + AXES + "measure: {timeout: 5}\n",
    HEAD + KERNEL + AXES + "measure: {retries: 1001}\n",
    HEAD + KERNEL + AXES + "measure: {order: randon}\n",
    HEAD + KERNEL + AXES + "measure: {seed: -1}\n",
    HEAD + KERNEL + AXES + "measure: {warmups: 1}\n",
    HEAD + KERNEL + AXES + "zip: {m: [1, 2]}\n",
    HEAD + KERNEL + AXES + "zip: {}\n",
    HEAD + KERNEL + AXES + "zip: []\n",
    HEAD + KERNEL + AXES + "zip: {jobs: [0, 1]}\n",
    HEAD + KERNEL + AXES + "zip: {cores: [al, 1]}\n",
    HEAD + KERNEL + AXES + "derive: {cores: 1}\n",
    HEAD + KERNEL + AXES + "derive: {max: 1}\n",
    HEAD + KERNEL + AXES + "derive: {A: 1}\n",
    HEAD + KERNEL + AXES + "derive: {a: [1]}\n",
    HEAD + KERNEL + AXES + "derive: [a]\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, options: {jobs: [1, 2]}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, options: {cores: [1, 2]}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, options: {a: [1, 1]}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, options: {a: []}}\n",
    HEAD + KERNEL + "axes: {driver: omp_driver, n: 1, options: {sumsq: {a: {b: 1}}}}\n",
    HEAD + KERNEL + AXES + "include: []\n",
    HEAD + KERNEL + AXES + "include: {a: b}\n",
    HEAD + KERNEL + "kernels: [wait]\n" + AXES + "include: other.yaml\n",
]
# Accepted by the reader; whether this machine can run it, or any point remains, is not tested here.
GOOD = sorted(glob.glob(os.path.join(CONFIGS, "*.yaml")) +
              glob.glob(os.path.join(HERE, "corpus", "good_*.yaml")))


def sweep_refuses(path):
    """Whether the sweep finds the config wrong: it then says where."""
    plan = subprocess.run([SWEEP, "plan", path], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    return plan.returncode == 2 and plan.stderr.startswith(path + ":"), plan.stderr


class SchemaConfigsTest(unittest.TestCase):
    def setUp(self):
        self.validator = jsonschema.Draft7Validator(SCHEMA)

    def test_schema_is_one(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)

    def test_good(self):
        self.assertGreater(len(GOOD), 5)
        for path in GOOD:
            with self.subTest(path):
                with open(path, encoding="utf-8-sig") as file:
                    config = yaml.safe_load(file)
                self.assertEqual([e.message for e in self.validator.iter_errors(config)], [])

    def test_bad(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bad.yaml")
            for text in BAD:
                with self.subTest(text):
                    self.assertFalse(self.validator.is_valid(yaml.safe_load(text)))
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(text)
                    refused, printed = sweep_refuses(path)
                    self.assertTrue(refused, printed)

    def test_quick_names_the_schema(self):
        with open(os.path.join(CONFIGS, "quick.yaml"), encoding="utf-8") as file:
            self.assertEqual(file.readline(), "# yaml-language-server: $schema=schema.json\n")


if __name__ == "__main__":
    unittest.main()
