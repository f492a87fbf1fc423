#!/usr/bin/env python3
"""Times two programs that do the same work, in turn, and prints one line of a table.

    pair.py [-n ROUNDS] LABEL TARGET -- PROGRAM [ARG...] -- OTHER [ARG...]

Each round starts one, then the other (in the next round the other way round), so that whatever
else the machine does meets both. Wall and CPU seconds and peak memory are the operating system's
for the whole process. The ratio is of the other's wall time to the program's, pair by pair; what
is printed is the median of all rounds with the least and the greatest.
"""

import os
import statistics
import sys
import time


def run(command):
    """Wall seconds, CPU seconds and peak MiB of a command, which must succeed."""
    started = time.perf_counter()
    pid = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    if status != 0:
        sys.exit(f"status {status >> 8}: {' '.join(command)}")
    # Kibibytes; on macOS bytes.
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale


def main():
    args = sys.argv[1:]
    rounds = 5
    if args[:1] == ["-n"]:
        rounds, args = int(args[1]), args[2:]
    label, target, dashes, *rest = args
    if dashes != "--" or "--" not in rest:
        sys.exit(__doc__)
    cut = rest.index("--")
    commands = (rest[:cut], rest[cut + 1 :])
    # The first run of each is not counted: it brings files into the page cache. Where a run
    # takes long, that is of no account.
    warm = [run(c)[0] for c in commands] if rounds > 3 else None
    del warm
    taken = ([], [])
    for i in range(rounds):
        for which in (0, 1) if i % 2 == 0 else (1, 0):
            taken[which].append(run(commands[which]))
    ratios = [b[0] / a[0] for a, b in zip(*taken)]
    middle = [[statistics.median(column) for column in zip(*runs)] for runs in taken]
    (ours, our_cpu, our_mib), (theirs, their_cpu, their_mib) = middle
    print(
        label,
        f"{statistics.median(ratios):.2f}x",
        f"{min(ratios):.2f}-{max(ratios):.2f}",
        target,
        f"{ours:.3f}/{theirs:.3f}",
        f"{our_cpu:.3f}/{their_cpu:.3f}",
        f"{our_mib:.0f}/{their_mib:.0f}",
        sep="\t",
        flush=True,
    )


main()
