# awaits at the top of a cell, which is allowed
# cell: last
import asyncio

await asyncio.sleep(0.01)
