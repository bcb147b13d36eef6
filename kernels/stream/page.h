/* The kernel's page: the prose of --describe and docs/kernels/stream.md. */
#include "kernels/blocks/page.h"

static const char description[] =
    "One of five operations over arrays of n doubles. Copy, a = b; scale, a = s*b; add, a = b + c; "
    "triad, a = b + s*c, with s = 0.42: STREAM (J. McCalpin, \"Memory bandwidth and machine "
    "balance in current high performance computers\", IEEE TCCA Newsletter, December 1995). "
    "Nstream, a += b + s*c with s = 3: the Parallel Research Kernels (R. Van der Wijngaart, T. "
    "Mattson, HPEC 2014).\n\nA store through the caches fetches the line that it belongs to before "
    "it overwrites it (write-allocate). In the tuned path stores=nontemporal writes whole lines to "
    "memory by non-temporal stores, which avoid this but leave the data out of the caches. "
    "stores=auto does that where a part has more than 16 MiB, except in nstream, which has read "
    "what it overwrites. The reference path, and processors other than x86-64, always store "
    "through the caches.";

static const char counting[] =
    "An operation is one element of the result. Bytes as STREAM and PRK count them: 16 an "
    "element for copy and scale, 24 for add and triad, 32 for nstream. Traffic: the same with "
    "non-temporal stores; through the caches 8 more (write-allocate), except in nstream.";

static const char oracle[] =
    "After each pass every element of the result is checked. In pass k, from 1, b is k and c is "
    "2k, each plus a fraction of 31 bits that depends on the element, more than single precision "
    "has; so a less its fraction is k, 0.42k, 3k or 1.84k. Nstream's b and c are 2 plus such a "
    "fraction and a is k(b + 3c), PRK's closed form for each element instead of the sum. The "
    "minimum and the maximum over all elements are compared with it, relative, 1e-13 and a "
    "rounding (2^-53) for each pass; all n must be numbers, and the operation must have run once a "
    "pass.";

static const char exchanged[] = "Nothing.";

static const char expectation[] =
    "Memory-bound: 2 flop for 24 bytes. It scales until the memory bandwidth is saturated, which "
    "takes a few cores of a socket, and across sockets if each thread's pages are in its own "
    "socket's memory (they are, by first touch: the same thread initializes them). Processes and "
    "threads should be equally fast.";
