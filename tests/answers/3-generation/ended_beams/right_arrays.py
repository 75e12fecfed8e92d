# Two lists, of running and of ended texts; the best tokens by argpartition.


def ended_beams(next_logits, prompt, end, beams, steps, power):
    running, finished = [(0.0, tuple(prompt))], []
    for length in range(1, steps + 1):
        pool = [(score, text, None) for score, text in finished]
        for total, text in running:
            logits = np.asarray(next_logits(list(text)), dtype=np.float64)
            logs = logits - np.logaddexp.reduce(logits)
            for token in np.argsort(logs)[::-1][:beams]:
                if np.isfinite(logs[token]):
                    pool.append(
                        ((total + logs[token]) / length**power, (*text, int(token)), total + logs[token])
                    )
        pool = sorted(pool, key=lambda item: item[0])[::-1][:beams]
        over = [total is None or text[-1] == end for _, text, total in pool]
        finished = [(score, text) for (score, text, _), done in zip(pool, over) if done]
        running = [(total, text) for (_, text, total), done in zip(pool, over) if not done]
        if not running:
            break
    final = [(list(text), float(score)) for score, text in finished]
    final += [(list(text), float(total / length**power)) for total, text in running]
    return sorted(final, key=lambda item: -item[1])
