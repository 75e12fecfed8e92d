# raises a text full of formulas, terminal escapes, zero bytes and line ends
# cell: answer keep_probability
# says: ValueError
# loses: test_keep_formula, test_keep_cap, test_keep_off
text = '=cmd|"/C calc"!A1\t\x1b]0;owned\x07\x1b[2J\x00\r\x85\u2028\u202e</pre><script>pwned = 1</script>'
print(text)


def keep_probability(*args, **more):
    raise ValueError(text)
