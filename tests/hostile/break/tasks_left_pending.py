# leaves tasks that never end, and stops the event loop
# cell: after imports
import asyncio


async def never():
    await asyncio.sleep(4242)


await asyncio.sleep(0)
tasks = [asyncio.create_task(never()) for _ in range(9)]
asyncio.get_running_loop().call_soon(asyncio.get_running_loop().stop)
