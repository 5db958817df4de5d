"""asyncssh_sftp.py JSON: copies a tree to a server and back, and uses the extensions that asyncssh knows."""
import asyncio
import json
import sys

import asyncssh


async def main():
    wanted = json.loads(sys.argv[1])
    async with asyncssh.connect('127.0.0.1', wanted['port'], username=wanted['user'], client_keys=[wanted['key']], known_hosts=None) as connection:
        async with connection.start_sftp_client() as sftp:
            await sftp.put(wanted['tree'], 'asyncssh', recurse=True, preserve=True)
            await sftp.get('asyncssh', wanted['back'], recurse=True, preserve=True)
            volume = await sftp.statvfs('/')
            assert volume.bsize > 0 and volume.blocks > 0 and volume.namemax >= 255, volume
            await sftp.link('asyncssh/plain', 'hard')
            await sftp.posix_rename('hard', 'harder')
            async with sftp.open('harder', 'r+') as file:
                await file.fsync()
                assert (await file.statvfs()).bsize == volume.bsize
                assert (await file.stat()).size == (await sftp.stat('asyncssh/plain')).size
            await sftp.remove('harder')
            assert await sftp.realpath('asyncssh/sub/../plain') == b'/asyncssh/plain' or await sftp.realpath('asyncssh/sub/../plain') == '/asyncssh/plain'
            try:
                await sftp.stat('none')
            except asyncssh.SFTPError as error:
                assert error.code == asyncssh.FX_NO_SUCH_FILE, error
            else:
                raise AssertionError('none is there')
    print('all as expected')


try:
    asyncio.run(main())
except (AssertionError, asyncssh.Error, OSError) as error:
    print(f'{type(error).__name__}: {error}', file=sys.stderr)
    sys.exit(1)
