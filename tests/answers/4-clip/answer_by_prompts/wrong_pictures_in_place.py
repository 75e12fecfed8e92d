# Divides the pictures in place.
# loses: test_ask_all


def answer_by_prompts(pictures, prompts, weights, floor):
    classes = np.full((len(prompts), pictures.shape[1]), np.nan)
    for number, (vectors, shares) in enumerate(zip(prompts, weights, strict=True)):
        if len(vectors):
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            total = shares @ (vectors / np.where(lengths > 0, lengths, 1))
            if (length := np.linalg.norm(total)) > 1e-9:
                classes[number] = total / length
    lengths = np.linalg.norm(pictures, axis=1, keepdims=True)
    pictures /= np.where(lengths > 0, lengths, 1)
    cosines = pictures @ classes.T
    answers = []
    for row in np.where(np.isnan(cosines), -np.inf, cosines.round(6)):
        best = int(row.argmax())
        answers.append(best if np.isfinite(row[best]) and row[best] >= floor else -1)
    return answers, cosines
