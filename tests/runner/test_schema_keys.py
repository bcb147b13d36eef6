"""configs/schema.json has the keys that the sources read, no more and no fewer.

The tables of keys are taken from the sources' text: this needs neither a build nor a module.
"""
import glob
import json
import os
import re
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

# Where the schema has what a function's table of keys reads.
PLACES = {
    "read_config": "",
    "read_axes": "properties/axes",
    "read_axis": "definitions/series",
    "read_baseline": "properties/baseline",
    "read_batch": "properties/batch",
    "read_exclusion": "properties/exclude/items",
    "read_launches": "properties/measure/properties/launches/anyOf/1",
    "read_measure": "properties/measure",
    "read_one_zip": "definitions/zip",
    "read_reference": "properties/reference/items",
    "read_scaling": "properties/scaling",
}


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


CONFIG = "\n".join(read(path) for path in sorted(glob.glob(os.path.join(ROOT, "runner/config/config*.c"))))
DRIVERS, EXPRESSION = read("runner/config/drivers.c"), read("runner/config/expression.c")
SCHEMA = json.loads(read("configs/schema.json"))


def at(path):
    here = SCHEMA
    for step in path.split("/") if path else []:
        here = here[int(step)] if isinstance(here, list) else here[step]
    return here


def tables():
    """{function: {key: whether it must be there}} of every table of keys in config*.c."""
    found = {}
    for function in re.split(r"\n(?=\w[^;\n]*\([^;]*?\{\n)", CONFIG):
        table = re.search(r"struct document_key \w+\[\] = \{(.*?)\};", function, re.S)
        if table:
            name = re.match(r".*?(\w+)\(", function, re.S)[1]
            found[name] = {key: required == "true" for key, required in
                           re.findall(r'\{"(\w+)", \w+, (true|false)\}', table[1])}
    return found


def strings(text, pattern):
    """The strings between the braces that follow a pattern."""
    return re.findall(r'"([^"]*)"', re.search(pattern + r"\s*=?\s*\{(.*?)\};", text, re.S)[1])


class SchemaKeysTest(unittest.TestCase):
    def test_every_table_has_its_place(self):
        self.assertEqual(len(tables()), len(re.findall(r"struct document_key \w+\[\]", CONFIG)))
        self.assertEqual(sorted(tables()), sorted(PLACES))

    def test_keys(self):
        for function, keys in tables().items():
            with self.subTest(function):
                schema = at(PLACES[function])
                self.assertTrue(keys)
                self.assertEqual(sorted(schema["properties"]), sorted(keys))
                self.assertIs(schema["additionalProperties"], False)
                # What includes others may lack what they have.
                required = schema["else"] if function == "read_config" else schema
                self.assertEqual(sorted(required.get("required", [])),
                                 sorted(key for key in keys if keys[key]))

    def test_what_a_kernel_fixes(self):
        words = re.search(r"\} words\[\] = \{(.*?)\}\};", CONFIG, re.S)[1]
        fixed = at("definitions/workload/anyOf/1/additionalProperties/properties")
        self.assertEqual(sorted(fixed), sorted([*re.findall(r'\{"(\w+)"', words), "cores"]))

    def test_what_derive_sets(self):
        settable = re.findall(r"FACTOR_([A-Z]+)", re.search(r"settable\[\] = \{(.*?)\};", CONFIG, re.S)[1])
        self.assertEqual(sorted(at("properties/derive/properties")), sorted(map(str.lower, settable)))
        factors = strings(EXPRESSION, r"factor_names\[FACTOR_COUNT\]")
        functions = re.findall(r'\{"(\w+)", OPERATION_', re.search(r"functions\[\] = (.*?);", EXPRESSION, re.S)[1])
        others = strings(EXPRESSION, r"others\[\]")
        self.assertEqual(sorted(at("definitions/derived_name/not/enum")),
                         sorted(set(factors + functions + others) - set(map(str.lower, settable))))

    def test_what_is_no_option(self):
        words = strings(CONFIG.split("void read_option(struct document *document, yaml_node_t *key")[1], r"words\[\]")
        fixed = at("definitions/workload/anyOf/1/additionalProperties/properties")
        self.assertEqual(sorted(words), sorted(fixed))
        self.assertEqual(sorted(words), sorted(at("definitions/option_name/not/enum")))

    def test_orders(self):
        self.assertEqual(at("properties/measure/properties/order/enum"),
                         strings(CONFIG, r"order_names\[ORDERS\]"))

    def test_drivers_and_their_options(self):
        drivers = strings(DRIVERS, r"driver_names\[\]")
        self.assertEqual(at("definitions/driver_name/enum"), drivers)
        setups = at("definitions/driver_setup/anyOf/1/properties")
        self.assertEqual(list(setups), drivers)
        options = re.search(r"driver_option options\[\] = \{(.*?)\n\};", DRIVERS, re.S)[1]
        having = {driver: [] for driver in drivers}
        for option, those in re.findall(r'\{"(\w+)", "[^"]*", (\w+),', options):
            for driver in strings(DRIVERS, re.escape(those) + r"\[\]"):
                having[driver].append(option)
        self.assertTrue(having["omp_driver"])
        for driver in drivers:
            with self.subTest(driver):
                self.assertEqual(sorted(setups[driver]["properties"]), sorted(having[driver]))
                self.assertIs(setups[driver]["additionalProperties"], False)

    def test_every_key_is_described(self):
        def walk(schema, path):
            for name, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
                here = "%s/%s" % (path, name)
                if path.endswith("/properties") and name not in at("definitions/driver_name/enum"):
                    described = value
                    while "description" not in described and "$ref" in described:
                        described = at(described["$ref"][2:])
                    self.assertIn("description", described, here)
                if isinstance(value, (dict, list)) and name != "dependencies":
                    walk(value, here)
        walk(SCHEMA, "")


if __name__ == "__main__":
    unittest.main()
