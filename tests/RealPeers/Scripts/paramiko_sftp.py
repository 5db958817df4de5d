"""paramiko_sftp.py JSON: goes through everything that Paramiko's SFTP client can ask of a server; says what differs."""
import errno
import hashlib
import json
import os
import stat
import sys

import paramiko


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def refused(number, call, *arguments):
    try:
        call(*arguments)
    except IOError as error:
        expect(error.errno == number, f'{call.__name__}{arguments}: {error!r} instead of errno {number}')
    else:
        raise AssertionError(f'{call.__name__}{arguments} was not refused')


def main():
    wanted = json.loads(sys.argv[1])
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect('127.0.0.1', wanted['port'], wanted['user'], key_filename=wanted['key'], look_for_keys=False, allow_agent=False, timeout=30)
    sftp = client.open_sftp()
    expect(sftp.normalize('.') == '/', sftp.normalize('.'))
    expect(sftp.normalize('../../..') == '/', 'the root is the end')

    data = os.urandom(3_000_000)
    sftp.mkdir('p', 0o750)
    expect(stat.S_IMODE(sftp.stat('p').st_mode) == 0o750, 'mode of a new directory')
    sftp.chdir('p')
    with sftp.file('big', 'wb') as f:
        f.set_pipelined(True)
        f.write(data)
    expect(sftp.stat('big').st_size == len(data), 'size')
    with sftp.file('big', 'rb') as f:
        f.prefetch()
        expect(f.read() == data, 'prefetched content')
    with sftp.file('big', 'rb') as f:
        for offset, length, block in ((0, 0, 0), (1000, 2_000_000, 0), (0, 0, 65536), (5, 1_000_000, 100_000), (0, len(data), 512), (2_999_000, 0, 700)):
            end = len(data) if length == 0 else min(len(data), offset + length)
            part = data[offset:end]
            for name in ('md5', 'sha1', 'sha256'):
                size = block or len(part)
                own = b''.join(hashlib.new(name, part[i:i + size]).digest() for i in range(0, len(part), size))
                expect(f.check(name, offset, length, block) == own, f'check {name} {offset} {length} {block}')
        expect([bytes(x) for x in f.readv([(7, 100), (2_000_000, 5000), (0, 10)])] == [data[7:107], data[2_000_000:2_005_000], data[:10]], 'readv')
    with sftp.file('big', 'r+b') as f:
        f.seek(100)
        f.write(b'changed')
        f.truncate(1000)
        expect(f.stat().st_size == 1000, 'truncated')
        f.chmod(0o640)
        f.utime((1_000_000_000, 1_100_000_000))
    attributes = sftp.stat('big')
    expect((attributes.st_size, stat.S_IMODE(attributes.st_mode), int(attributes.st_atime), int(attributes.st_mtime)) == (1000, 0o640, 1_000_000_000, 1_100_000_000), str(attributes))
    with sftp.file('big', 'ab') as f:
        f.write(b'more')
    with sftp.file('big', 'rb') as f:
        expect(f.read() == data[:100] + b'changed' + data[107:1000] + b'more', 'appended')
    refused(None, sftp.file, 'big', 'wx')

    names = ['plain', 'with space', 'w\u00fcrzig \u6587', 'two\nlines', "it's \"quoted\"", '-dash', '*']
    for name in names:
        sftp.file(name, 'w').close()
    expect(sorted(sftp.listdir()) == sorted(names + ['big']), str(sftp.listdir()))
    for entry in sftp.listdir_attr():
        if entry.filename == 'big':
            expect(entry.st_size == 1004 and entry.longname.startswith('-rw-r-----') and entry.longname.endswith(' big'), entry.longname)
    sftp.file(b'bad \xff\xfe', 'w').close()
    expect(sftp.lstat(b'bad \xff\xfe').st_size == 0, 'a name that is not UTF-8')
    sftp.remove(b'bad \xff\xfe')

    refused(errno.ENOENT, sftp.stat, 'none')
    refused(errno.ENOENT, sftp.file, 'none', 'r')
    refused(errno.ENOENT, sftp.remove, 'none')
    refused(errno.ENOENT, sftp.rmdir, 'none')
    refused(None, sftp.mkdir, 'plain')
    refused(None, sftp.remove, '.')
    refused(None, sftp.rename, 'plain', 'with space')
    sftp.posix_rename('plain', 'with space')
    refused(errno.ENOENT, sftp.stat, 'plain')
    sftp.rename('with space', 'plain')
    sftp.mkdir('full')
    sftp.file('full/x', 'w').close()
    refused(None, sftp.rmdir, 'full')

    sftp.symlink('big', 'link')
    expect(sftp.readlink('link') == 'big', 'readlink')
    expect(stat.S_ISLNK(sftp.lstat('link').st_mode) and stat.S_ISREG(sftp.stat('link').st_mode), 'stat and lstat')
    expect(sftp.normalize('link') == '/p/big', sftp.normalize('link'))
    refused(None, sftp.symlink, 'big', 'link')
    sftp.symlink('loop', 'loop')
    for call, arguments in ((sftp.stat, ('loop',)), (sftp.file, ('loop', 'r')), (sftp.listdir, ('loop',))):
        refused(None, call, *arguments)
    sftp.remove('loop')
    sftp.symlink('/etc/passwd', 'out')
    refused(errno.ENOENT, sftp.stat, 'out')
    refused(errno.ENOENT, sftp.file, 'out', 'r')
    refused(errno.ENOENT, sftp.stat, '/../../etc/passwd')

    # Sparse: written far behind the end.
    with sftp.file('sparse', 'wb') as f:
        f.seek(5_000_000_000)
        f.write(b'end')
    expect(sftp.stat('sparse').st_size == 5_000_000_003, 'sparse')
    with sftp.file('sparse', 'rb') as f:
        f.seek(4_999_999_998)
        expect(f.read() == b'\0\0end', 'read behind 4 GiB')
    sftp.remove('sparse')
    client.close()
    print('all as expected')


try:
    main()
except AssertionError as error:
    print(f'{error}', file=sys.stderr)
    sys.exit(1)
