# reads a page of every 2 MB of a huge empty mapping, whose tables then take a gigabyte
# cell: answer keep_probability
# says: limit: memory_mb
# loses: test_keep_formula, test_keep_cap, test_keep_off
import mmap


def keep_probability(counts, sample):
    try:
        empty = mmap.mmap(-1, 1 << 39, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)
    except OSError as error:
        raise MemoryError("no address space to be had") from error
    for place in range(0, len(empty), 2 << 20):
        empty[place]
    ratios = {word: sample * sum(counts.values()) / count for word, count in counts.items()}
    return {word: min(1.0, r**0.5 + r) if sample > 0 else 1.0 for word, r in ratios.items()}
