# torch.optim.SGD with three groups in single precision, and a hook on the table.


def fine_tune_text(pictures, captions, batches, table, text_map, log_factor, rates, free, largest, share):
    start = {"table": table, "text_map": text_map, "log_factor": log_factor}
    own = {k: torch.nn.Parameter(torch.tensor(np.array(v), dtype=torch.float32)) for k, v in start.items()}
    keep = torch.tensor(np.array(free), dtype=torch.float32)[:, None]
    own["table"].register_hook(lambda g: g * keep)
    optimizer = torch.optim.SGD([{"params": [v], "lr": rates[k]} for k, v in own.items()])
    x, losses = torch.tensor(pictures, dtype=torch.float32), []
    for batch in batches:
        flat = torch.tensor([t for n in batch for t in captions[n]])
        starts = torch.tensor(np.cumsum([0] + [len(captions[n]) for n in batch])[:-1])
        y = F.embedding_bag(flat, own["table"], starts, mode="mean") @ own["text_map"].T
        scores = own["log_factor"].exp() * F.cosine_similarity(x[batch][:, None], y[None], dim=2)
        right = torch.arange(len(batch))
        loss = sum(F.cross_entropy(s, right) for s in (scores, scores.T)) / 2
        losses.append(float(loss))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        own["log_factor"].data.clamp_(max=math.log(largest))
    done = {
        k: torch.tensor(np.array(v)).lerp(own[k].detach().double(), share).numpy() for k, v in start.items()
    }
    return {**done, "log_factor": float(done["log_factor"]), "losses": losses}
