# takes more than its memory as stacks that grow
# cell: answer keep_probability
# says: limit: memory_mb
# loses: test_keep_formula, test_keep_cap, test_keep_off
import mmap


def keep_probability(counts, sample):
    try:
        stack = mmap.mmap(-1, 1 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100)  # MAP_GROWSDOWN
    except OSError as error:
        raise MemoryError("no stack to be had") from error
    for _ in range(1024):
        stack.write(bytes(1 << 20))
    ratios = {word: sample * sum(counts.values()) / count for word, count in counts.items()}
    return {word: min(1.0, r**0.5 + r) if sample > 0 else 1.0 for word, r in ratios.items()}
