# takes twice its memory as shared maps of /dev/zero
# cell: answer keep_probability
# says: no shared memory to be had
# loses: test_keep_formula, test_keep_cap, test_keep_off
import mmap


def keep_probability(counts, sample):
    try:
        with open("/dev/zero", "r+b", 0) as zero:
            maps = [mmap.mmap(zero.fileno(), 64 << 20) for _ in range(16)]
    except (OSError, ValueError) as error:
        raise MemoryError("no shared memory to be had") from error
    for memory in maps:
        for _ in range(64):
            memory.write(bytes(1 << 20))
    ratios = {word: sample * sum(counts.values()) / count for word, count in counts.items()}
    return {word: min(1.0, r**0.5 + r) if sample > 0 else 1.0 for word, r in ratios.items()}
