"""asyncssh_server.py PORT USER PASSWORD AUTHORIZED_KEYS HOST_KEY...: a server that runs commands and has SFTP."""
import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import asyncssh

import run_command


class Server(asyncssh.SSHServer):
    user = password = None

    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == (self.user, self.password)


async def handle(process):
    size = process.get_terminal_size()[:2] if process.get_terminal_type() else None
    child, to, out, err = run_command.start(process.command, size)
    loop = asyncio.get_running_loop()

    async def feed():
        try:
            while True:
                data = await process.stdin.read(65536)
                if not data:
                    break
                await loop.run_in_executor(None, run_command.write_all, to, data)
        except (OSError, asyncssh.Error):
            pass
        if err is not None:
            child.stdin.close()

    async def carry(source, target):
        while True:
            data = await loop.run_in_executor(None, run_command.read, source)
            if not data:
                return
            target.write(data)
            await target.drain()

    feeding = asyncio.create_task(feed())
    carriers = [carry(out, process.stdout)]
    if err is not None:
        carriers.append(carry(err, process.stderr))
    await asyncio.gather(*carriers)
    status = await loop.run_in_executor(None, child.wait)
    feeding.cancel()
    process.exit(status)


async def main():
    # Each command holds threads while it reads and writes.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(64))
    port, Server.user, Server.password, authorized = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    await asyncssh.create_server(
        Server, '127.0.0.1', port,
        server_host_keys=sys.argv[5:],
        authorized_client_keys=authorized,
        process_factory=handle,
        sftp_factory=True,
        encoding=None,
        kex_algs='*', encryption_algs='*', mac_algs='*',
        line_editor=False)
    await asyncio.Event().wait()


asyncio.run(main())
