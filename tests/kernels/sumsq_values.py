#!/usr/bin/env python3
"""Writes tests/kernels/sumsq_values.inc: sums of i*i over ranges, to compare the kernel sumsq with.

    python3 tests/kernels/sumsq_values.py > tests/kernels/sumsq_values.inc      (about ten minutes)

Every sum but one is brute force: Python's unbounded integers squared and added one by one, nothing
of the kernel's arithmetic. Only n = 10^12 would take days, so that row is the closed form, in
Python's integers as well; the brute-force rows up to 10^12 stand beside it.
"""

import random


def brute(begin, end):
    return sum(i * i for i in range(begin, end))


def closed(begin, end):
    assert begin == 0
    return end * (end - 1) * (2 * end - 1) // 6


def rows():
    largest = 10**12
    for n in (0, 1, 2, 7, 3810777, 3810778, 10**7, 2**32):
        yield brute, 0, n
    yield closed, 0, largest

    # Each length of a step, complete or not, on each side of where a path changes its method:
    # blocks end at multiples of 2^15, and squares outgrow 52 bits at 2^26 and 64 bits at 2^32.
    for length in range(1, 71):
        yield brute, 2**15 - length // 2, 2**15 - length // 2 + length
        yield brute, 2**26 - length // 3, 2**26 - length // 3 + length
        yield brute, 2**32 - length // 2, 2**32 - length // 2 + length
        yield brute, largest - length, largest

    # Longer windows: the ends of whole blocks, several blocks, several multiples of 2^32.
    for border in (2**26, 2**31, 2**32, 2**33, 3 * 2**32, 2**39, 232 * 2**32):
        yield brute, border - 2**15, border + 2**15
        yield brute, border - 100003, border + 100019
    yield brute, largest - 2**11, largest
    yield brute, largest - 1000003, largest

    # Anywhere.
    chance = random.Random(20240229)
    for bits in range(4, 40):
        for _ in range(4):
            begin = chance.randrange(2**bits)
            yield brute, begin, min(begin + chance.randrange(2 ** chance.randrange(1, 18)), largest)


print("/* Written by tests/kernels/sumsq_values.py, which says how: begin, end, the sum in decimal. */")
for how, begin, end in rows():
    note = "" if how is brute else " /* closed form */"
    print(f'{{INT64_C({begin}), INT64_C({end}), "{how(begin, end)}"}},{note}', flush=True)
