# What is left of two opposite prompts is divided by its length.
# loses: test_ask_missing


def answer_by_prompts(pictures, prompts, weights, floor):
    classes = np.full((len(prompts), pictures.shape[1]), np.nan)
    for number, (vectors, shares) in enumerate(zip(prompts, weights, strict=True)):
        if len(vectors):
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            total = shares @ (vectors / np.where(lengths > 0, lengths, 1))
            if (length := np.linalg.norm(total)) > 0:
                classes[number] = total / length
    lengths = np.linalg.norm(pictures, axis=1, keepdims=True)
    cosines = pictures / np.where(lengths > 0, lengths, 1) @ classes.T
    answers = []
    for row in np.where(np.isnan(cosines), -np.inf, cosines.round(6)):
        best = int(row.argmax())
        answers.append(best if np.isfinite(row[best]) and row[best] >= floor else -1)
    return answers, cosines
