# shows outputs that no notebook may have
# cell: after imports
from IPython.display import clear_output, display, update_display

display({"text/plain": b"\xff", "image/png": "no base64", "": None, "x/y": float("nan")}, raw=True)
display({"text/plain": "x"}, metadata={"x": object()}, raw=True)
update_display("x", display_id="never shown")
clear_output(wait=True)
get_ipython().display_pub.publish("no dictionary", metadata=[])
