# backward() on leaves that are made anew in each step.


def fine_tune_text(pictures, captions, batches, table, text_map, log_factor, rates, free, largest, share):
    now = {
        "table": np.array(table),
        "text_map": np.array(text_map),
        "log_factor": np.array(float(log_factor)),
    }
    losses = []
    for batch in batches:
        leaf = {name: torch.tensor(value, requires_grad=True) for name, value in now.items()}
        y = [leaf["text_map"] @ sum(leaf["table"][t] for t in captions[n]) for n in batch]
        y = torch.stack([v / v.norm() for v in y])
        s = torch.exp(leaf["log_factor"]) * (torch.tensor(pictures[batch]) @ y.T)
        loss = -(s.log_softmax(1).diag() + s.log_softmax(0).diag()).mean() / 2
        loss.backward()
        losses.append(loss.item())
        for name in now:
            now[name] = now[name] - rates[name] * leaf[name].grad.numpy()
        now["table"][~free] = table[~free]
        now["log_factor"] = np.minimum(now["log_factor"], math.log(largest))
    old = {"table": table, "text_map": text_map, "log_factor": log_factor}
    result = {name: (1 - share) * old[name] + share * now[name] for name in now}
    return {**result, "losses": losses}
