# Greedy: the most probable tokens of the large model, no draws.
# loses: test_draft_rule, test_draft_round, test_draft_left, test_draft_more, test_draft_same


def accepted_draft(drafted, draft, target, draws):
    written = []
    for i in range(len(drafted)):
        written.append(int(target[i].argmax()))
        if written[-1] != drafted[i]:
            return written
    return [*written, int(target[-1].argmax())]
