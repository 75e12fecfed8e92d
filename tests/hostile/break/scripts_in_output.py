# shows HTML and JavaScript that would run in the feedback
# cell: last
from IPython.display import HTML, Javascript, display

display(
    HTML('<script>pwned = 1</script><img src=x onerror="pwned = 1"><iframe src="http://127.0.0.1"></iframe>')
)
display(Javascript("pwned = 1"))
display(
    {"image/svg+xml": '<svg onload="pwned = 1"/>', "text/plain": "</pre><script>pwned = 1</script>"}, raw=True
)
