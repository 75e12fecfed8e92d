# The validation errors are rounded to three digits before they are compared.
# loses: test_compare_held_out


def compare_values(fitted, validation, test):
    def error(part, values):
        diff = part[0] @ values - part[2]
        return float((diff * diff).sum() / diff.shape[0])

    errors = {p: round(error(validation, validation[1] @ W + b), 3) for p, (W, b) in fitted.items()}
    best = max(p for p in errors if errors[p] == min(errors.values()))
    W, b = fitted[best]
    return {"penalty": best, "learned": error(test, test[1] @ W + b), "identity": error(test, test[1])}
