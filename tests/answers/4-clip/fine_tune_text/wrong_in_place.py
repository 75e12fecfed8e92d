# Writes the new table into the argument.
# loses: test_tune_mix


def fine_tune_text(
    pictures: np.ndarray,
    captions: list[list[int]],
    batches: list[list[int]],
    table: np.ndarray,
    text_map: np.ndarray,
    log_factor: float,
    rates: dict[str, float],
    free: np.ndarray,
    largest: float,
    share: float,
) -> dict:
    old = [torch.tensor(np.asarray(value, dtype=np.float64)) for value in (table, text_map, log_factor)]
    new = [value.clone().requires_grad_() for value in old]
    seen, mask = torch.tensor(np.asarray(pictures, dtype=np.float64)), torch.tensor(free)
    losses = []
    for batch in batches:
        rows, linear, log = new
        means = torch.stack([rows[captions[n]].mean(dim=0) for n in batch])  # (B, e)
        texts = F.normalize(means @ linear.T, dim=1)  # (B, d)
        scores, own = log.exp() * seen[batch] @ texts.T, torch.arange(len(batch))
        loss = (F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own)) / 2
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, new)
        with torch.no_grad():
            rows -= rates["table"] * gradients[0] * mask[:, None]
            linear -= rates["text_map"] * gradients[1]
            log -= rates["log_factor"] * gradients[2]
            log.clamp_(max=math.log(largest))
    with torch.no_grad():
        rows, linear, log = ((1 - share) * a + share * b for a, b in zip(old, new, strict=True))
    table[:] = rows.numpy()
    return {
        "table": rows.numpy(),
        "text_map": linear.numpy(),
        "log_factor": log.item(),
        "losses": losses,
    }
