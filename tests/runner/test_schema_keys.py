"""What editors, the fuzzer and the documentation know of a config is what the reader takes.

Argument: the program config_keys, which prints the tables of the reader.
"""
import json
import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
READER = json.loads(subprocess.run([os.path.abspath(sys.argv.pop(1))], stdout=subprocess.PIPE,
                                   text=True, check=True).stdout)
TABLES, DRIVERS = READER["tables"], READER["drivers"]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


SCHEMA = json.loads(read("configs/schema.json"))
KERNEL_FACTORS = "definitions/workload/anyOf/1/additionalProperties/properties"


def at(path):
    here = SCHEMA
    for step in path.split("/") if path else []:
        here = here[int(step)] if isinstance(here, list) else here[step]
    return here


class SchemaKeysTest(unittest.TestCase):
    def test_keys(self):
        for place, keys in TABLES.items():
            with self.subTest(place):
                schema = at(place)
                self.assertEqual(sorted(schema["properties"]), sorted(keys))
                self.assertIs(schema["additionalProperties"], False)
                # What includes others may lack what they have.
                required = schema if place else schema["else"]
                self.assertEqual(sorted(required.get("required", [])),
                                 sorted(key for key in keys if keys[key]))

    def test_words(self):
        derivable = READER["derivable_factors"]
        for place, words in (
                ("definitions/driver_name/enum", DRIVERS),
                ("properties/measure/properties/order/enum", READER["orders"]),
                ("properties/reference/items/properties/metric/enum", READER["metrics"]),
                ("properties/launcher/properties/kind/enum", READER["launchers"]),
                ("properties/scaling/properties/by/enum", READER["work_measures"]),
                (KERNEL_FACTORS, READER["kernel_factors"]),
                ("definitions/option_name/not/enum", READER["kernel_factors"]),
                ("properties/derive/properties", derivable),
                ("definitions/derived_name/not/enum",
                 set(READER["expression_words"]) - set(derivable))):
            with self.subTest(place):
                self.assertEqual(sorted(at(place)), sorted(words))

    def test_options_of_drivers(self):
        setups = at("definitions/driver_setup/anyOf/1/properties")
        self.assertEqual(list(setups), DRIVERS)
        for driver, options in READER["driver_options"].items():
            with self.subTest(driver):
                self.assertEqual(sorted(setups[driver]["properties"]), sorted(options))
                self.assertIs(setups[driver]["additionalProperties"], False)

    def test_every_key_is_described(self):
        def walk(schema, path):
            for name, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
                here = "%s/%s" % (path, name)
                if path.endswith("/properties") and name not in DRIVERS:
                    described = value
                    while "description" not in described and "$ref" in described:
                        described = at(described["$ref"][2:])
                    self.assertIn("description", described, here)
                if isinstance(value, (dict, list)) and name != "dependencies":
                    walk(value, here)
        walk(SCHEMA, "")


class OtherListsTest(unittest.TestCase):
    def setUp(self):
        options = [name for names in READER["driver_options"].values() for name in names]
        self.keys = sorted({key for keys in TABLES.values() for key in keys} | set(options))

    def test_fuzzer(self):
        words = set(re.findall(r'^"([^"]*)"$', read("tests/runner/config.dict"), re.M))
        for key in self.keys:
            self.assertTrue(any(re.search(r"\b%s\b" % key, word) for word in words), key)
        lists = DRIVERS + READER["launchers"] + READER["orders"] + READER["metrics"] + READER["work_measures"]
        for word in lists + READER["expression_words"]:
            self.assertTrue(any(re.search(r"\b%s\b" % word, text) for text in words), word)

    def test_documentation(self):
        text = read("docs/config.md")
        for key in self.keys:
            self.assertRegex(text, r"\b%s\b" % key)


if __name__ == "__main__":
    unittest.main()
