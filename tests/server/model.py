"""The rules of common/document.h once more, in Python: what test_delay_server.py compares with.

As a program: prints the checksums that test_document.c has.
"""
STEP = 0x9e3779b97f4a7c15
MASK = (1 << 64) - 1
DELAY, ERROR, DROP = 1, 2, 3


def mix(x):
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9 & MASK
    x = (x ^ x >> 27) * 0x94d049bb133111eb & MASK
    return x ^ x >> 31


def start(k, seed):
    return mix(mix(seed) + k & MASK)


def document(k, seed, size):
    at = start(k, seed)
    words = (mix(at + (i + 1) * STEP & MASK) for i in range((size + 7) // 8))
    return b"".join(word.to_bytes(8, "little") for word in words)[:size]


def checksum(data):
    total = 0xcbf29ce484222325 ^ len(data)
    for at in range(0, len(data), 8):
        total = (total ^ int.from_bytes(data[at:at + 8], "little")) * 0x100000001b3 & MASK
        total ^= total >> 32
    return total


def random(k, seed, draw):
    return mix(start(k, seed) ^ mix(draw))


def below(k, seed, draw, share):
    return (random(k, seed, draw) >> 11) / 2**53 < share


def delay_ns(k, seed, latency_ns, jitter_ns):
    return latency_ns + (random(k, seed, DELAY) * (jitter_ns + 1) >> 64)


if __name__ == "__main__":
    for k, seed, size in ((0, 0, 0), (0, 1, 1), (7, 1, 1024), (2**63 - 1, 2**63 - 1, 1001),
                          (123456789, 42, 1 << 20)):
        print(f"    {{{k}, {seed}, {size}, 0x{checksum(document(k, seed, size)):016x}}},")
