"""asyncssh_client.py JSON: runs one command, with this program's input, outputs and exit status as its own."""
import asyncio
import json
import sys

import asyncssh


async def main():
    wanted = json.loads(sys.argv[1])
    options = {'kex_algs': [alg.decode() for alg in asyncssh.kex.get_kex_algs()]}
    if wanted['rekey_bytes']:
        options['rekey_bytes'] = wanted['rekey_bytes']
    connection = await asyncssh.connect(
        '127.0.0.1', wanted['port'], username=wanted['user'], password=wanted['password'],
        client_keys=[wanted['key']] if wanted['key'] else None, known_hosts=wanted['known_hosts'], agent_path=None,
        config=None, **options)
    async with connection:
        process = await connection.create_process(
            wanted['command'], encoding=None, stdin=asyncssh.PIPE,
            **({'term_type': 'xterm', 'term_size': tuple(wanted['terminal'])} if wanted['terminal'] else {}))
        loop = asyncio.get_running_loop()

        async def feed():
            while True:
                data = await loop.run_in_executor(None, sys.stdin.buffer.raw.read, 65536)
                if not data:
                    break
                process.stdin.write(data)
                await process.stdin.drain()
            process.stdin.write_eof()

        async def carry(source, target):
            while True:
                data = await source.read(65536)
                if not data:
                    return
                target.write(data)
                target.flush()

        feeding = asyncio.create_task(feed())
        await asyncio.gather(carry(process.stdout, sys.stdout.buffer), carry(process.stderr, sys.stderr.buffer))
        await process.wait_closed()
        feeding.cancel()
        return process.exit_status if process.exit_status is not None else 255


try:
    sys.exit(asyncio.run(main()))
except (asyncssh.Error, OSError) as error:
    print(f'{type(error).__name__}: {error}', file=sys.stderr)
    sys.exit(255)
