using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Sftp;
using SshCore.TestKit;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>Commands and files by the calls that wait, on OpenSSH's server and on ours.</summary>
[TestFixture("sshd")]
[TestFixture("sshcore")]
public sealed unsafe class EasyWorkTests(string kind)
{
    private PeerServer _server = null!;
    private TempFolder _folder = null!;
    private EasyClient _client = null!;

    [SetUp]
    public void SetUp() => _client = EasyClient.LoggedIn(_server.Port, TestUser.Name, TestUser.Password);

    [TearDown]
    public void TearDown() => _client.Dispose();

    [OneTimeSetUp]
    public void Start()
    {
        _server = PeerServer.Start(kind);
        _folder = new TempFolder();
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void ACommandTakesAndGivesMuch()
    {
        byte[] input = new byte[8_000_000];
        new SeededRandom(3).Fill(input);
        Assert.That(_client.Exec("tee /dev/stderr", input, out var result), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That(result.Status, Is.Zero);
        Assert.That(result.Out, Is.EqualTo(input));
        Assert.That(result.Err, Is.EqualTo(input));
    }

    [Test]
    public void ACommandThatSaysTooMuchIsGivenUp()
    {
        using var client = EasyClient.LoggedIn(_server.Port, TestUser.Name, TestUser.Password, maxOutput: 100_000);
        Assert.That(client.Exec("cat /dev/zero", [], out _), Is.EqualTo(Result.Limit));
        Assert.That(client.Detail, Does.Contain("100000 bytes"));
        Assert.That(client.Exec("head -c 100000 /dev/zero", [], out var full), Is.EqualTo(Result.Ok), client.Detail);
        Assert.That(full.Out, Has.Length.EqualTo(100_000));
        Assert.That(client.Exec("head -c 50001 /dev/zero; head -c 50000 /dev/zero >&2", [], out _), Is.EqualTo(Result.Limit), "both streams count");
        Assert.That(client.Exec("echo hello", [], out var hello), Is.EqualTo(Result.Ok), client.Detail);
        Assert.That(Encoding.UTF8.GetString(hello.Out), Is.EqualTo("hello\n"));
    }

    [Test]
    public void ACommandNeedNotReadItsInput()
    {
        Assert.That(_client.Exec("exit 3", new byte[10_000_000], out var result), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That(result.Status, Is.EqualTo(3));
    }

    [Test]
    public void ASignalIsToldByItsName()
    {
        Assert.That(_client.Exec("kill -TERM $$", [], out var result), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That((result.Status, result.Signal), Is.EqualTo(((int?)null, "TERM")));
    }

    [Test]
    public void AWrongPasswordIsTold()
    {
        using var client = EasyClient.To(_server.Port);
        Assert.That(client.Password(TestUser.Name, "wrong"), Is.EqualTo(Result.AuthFailed));
        Assert.That(client.Allowed, Does.Contain("password"));
        Assert.That(client.Password(TestUser.Name, TestUser.Password), Is.EqualTo(Result.Ok));
    }

    [Test]
    public void FilesGoThereAndBack([Values(0, 1, 32_768, 3_000_001)] int length)
    {
        byte[] data = new byte[length];
        new SeededRandom(4).Fill(data);
        string local = _folder.File("there"), back = _folder.File("back");
        string remote = Path.Combine(_server.User.Home, "remote");
        File.WriteAllBytes(local, data);
        File.WriteAllText(remote, new string('x', 100_000));
        Assert.That(_client.Put(local, remote), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That(File.ReadAllBytes(remote), Is.EqualTo(data));
        Assert.That(_client.Get(remote, back), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That(File.ReadAllBytes(back), Is.EqualTo(data));
    }

    [Test]
    public void NamesAreBytes()
    {
        // What a shell can write .NET cannot name: it is looked at by the remote side.
        byte[] folder = Encoding.UTF8.GetBytes(_folder.Path);
        byte[] local = [.. folder, (byte)'/', 0xFF, (byte)'l', 0xE9];
        byte[] remote = [.. Encoding.UTF8.GetBytes(_server.User.Home), (byte)'/', 0xFE, 0x80];
        byte[] back = [.. folder, (byte)'/', 0xC0];
        Assert.That(_client.Exec($"printf content > '{_folder.Path}/'$(printf '\\377l\\351')", [], out _), Is.EqualTo(Result.Ok));
        Assert.That(_client.Call("put", _client.Text(local), _client.Text(remote), 0, 0), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That(_client.Call("get", _client.Text(remote), _client.Text(back), 0, 0), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That(_client.Exec($"cat '{_folder.Path}/'$(printf '\\300')", [], out var content), Is.EqualTo(Result.Ok));
        Assert.That(Encoding.UTF8.GetString(content.Out), Is.EqualTo("content"));
        _client.Exec($"rm -f '{_folder.Path}/'$(printf '\\300') '{_folder.Path}/'$(printf '\\377l\\351') '{_server.User.Home}/'$(printf '\\376\\200')", [], out _);
    }

    [Test]
    public void KeysChangeInTheMiddle()
    {
        var settings = new SettingsStruct { Size = (nuint)sizeof(SettingsStruct), RekeyBytes = 300_000 };
        using var client = EasyClient.Open(_server.Port, out _, out _, settings: (nint)(&settings));
        Assert.That(client.Password(TestUser.Name, TestUser.Password), Is.EqualTo(Result.Ok));
        byte[] data = new byte[2_000_000];
        new SeededRandom(6).Fill(data);
        string local = _folder.File("rekey"), remote = Path.Combine(_server.User.Home, "rekey");
        File.WriteAllBytes(local, data);
        Assert.That(client.Put(local, remote), Is.EqualTo(Result.Ok), client.Detail);
        Assert.That(client.Exec("cat rekey", data, out var result), Is.EqualTo(Result.Ok), client.Detail);
        Assert.That(result.Out, Is.EqualTo(data));
    }

    [Test]
    public void ProgressIsToldAndGivesUp([Values] bool put)
    {
        using var folder = new TempFolder();
        string local = folder.Write("local", "as it was"), remote = Path.Combine(_server.User.Home, "long");
        string from = put ? local : remote;
        File.WriteAllBytes(from, new byte[5_000_000]);
        var counter = new Counter();
        Assert.That(Copy(), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That(counter.Last, Is.EqualTo((5_000_000ul, 5_000_000ul)));
        Assert.That(counter.Calls, Is.GreaterThan(2));

        string kept = put ? remote : local;
        byte[] before = File.ReadAllBytes(kept);
        counter = new Counter { GiveUpAt = 1_000_000 };
        Assert.That(Copy(), Is.EqualTo(Result.Cancelled));
        Assert.That(_client.Detail, Does.Contain("progress"));
        Assert.That(counter.AfterIts, Is.Zero, "it is not called again");
        if (!put)
        {
            Assert.That(File.ReadAllBytes(local), Is.EqualTo(before));
            Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(1));
        }

        counter = new Counter();
        Assert.That(Copy(), Is.EqualTo(Result.Ok), _client.Detail);

        Result Copy()
        {
            var handle = GCHandle.Alloc(counter);
            try
            {
                return put ? _client.Put(local, remote, Counter.Callback, (nint)handle) : _client.Get(remote, local, Counter.Callback, (nint)handle);
            }
            finally
            {
                handle.Free();
            }
        }
    }

    [Test]
    public void WhatTheServerRefusesHasItsStatus()
    {
        string local = _folder.Write("small", "x"), never = _folder.File("never");
        Assert.That(_client.Get(Path.Combine(_server.User.Home, "missing"), never), Is.EqualTo(Result.Refused));
        Assert.That((SftpStatusCode)_client.FileStatus, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That(_client.Detail, Does.StartWith("Open: NoSuchFile"));
        Assert.That(_client.Put(local, Path.Combine(_server.User.Home, "missing", "file")), Is.EqualTo(Result.Refused));
        Assert.That((SftpStatusCode)_client.FileStatus, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That(_client.Get(_server.User.Home, never), Is.EqualTo(Result.Refused), "a folder");
        Assert.That(_client.Put(local, _server.User.Home), Is.EqualTo(Result.Refused));
        Assert.That(_client.Put(local, "/proc/sshcore"), Is.EqualTo(Result.Refused), "nobody may");
        Assert.That(File.Exists(never), Is.False);
        Assert.That(_client.Put(local, "small"), Is.EqualTo(Result.Ok), "from the home");
        Assert.That((SftpStatusCode)_client.FileStatus, Is.EqualTo(SftpStatusCode.Ok));
    }

    [Test]
    public void WhatThisSideCannotDoHasItsReason()
    {
        using var folder = new TempFolder();
        string remote = Path.Combine(_server.User.Home, "source");
        File.WriteAllText(remote, "content");
        Assert.That(_client.Put(folder.File("missing"), remote), Is.EqualTo(Result.File));
        Assert.That(_client.Detail, Is.EqualTo($"{folder.File("missing")}: No such file or directory"));
        Assert.That(_client.Put(folder.Path, remote), Is.EqualTo(Result.File));
        Assert.That(_client.Detail, Does.Contain("is a directory"));
        Assert.That(_client.Get(remote, folder.File("missing/file")), Is.EqualTo(Result.File));
        Assert.That(_client.Get(remote, folder.Path), Is.EqualTo(Result.File));
        Assert.That(_client.Get(remote, "/dev/null"), Is.EqualTo(Result.File));
        Assert.That(_client.Detail, Is.EqualTo("/dev/null is no regular file."));
        Assert.That(_client.Get(remote, ""), Is.EqualTo(Result.Argument));
        Assert.That(_client.Get(remote, folder.File(new string('n', 300))), Is.EqualTo(Result.File));
        Assert.That(File.ReadAllText(remote), Is.EqualTo("content"), "nothing was put");
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public void AFileThatIsReplacedKeepsItsPlaceAndPermissions()
    {
        using var folder = new TempFolder();
        string remote = Path.Combine(_server.User.Home, "source");
        File.WriteAllText(remote, "content");
        string target = folder.Write("target", "old"), link = folder.File("link"), longest = folder.File(new string('n', 255));
        File.SetUnixFileMode(target, (UnixFileMode)0b111_100_000);
        File.CreateSymbolicLink(link, target);
        Assert.That(_client.Get(remote, link), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That(File.ReadAllText(target), Is.EqualTo("content"));
        Assert.That(File.GetUnixFileMode(target), Is.EqualTo((UnixFileMode)0b111_100_000));
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(target));
        Assert.That(_client.Get(remote, longest), Is.EqualTo(Result.Ok), _client.Detail);
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(3));
    }

    private sealed class Counter
    {
        public static nint Callback => (nint)(delegate* unmanaged<nint, ulong, ulong, int>)&OnProgress;

        public ulong GiveUpAt { get; init; } = ulong.MaxValue;

        public int Calls { get; private set; }

        /// <summary>Calls after it gave up.</summary>
        public int AfterIts { get; private set; }

        public (ulong Done, ulong Total) Last { get; private set; }

        [UnmanagedCallersOnly]
        private static int OnProgress(nint context, ulong done, ulong total)
        {
            var self = (Counter)GCHandle.FromIntPtr(context).Target!;
            self.AfterIts += self.Last.Done >= self.GiveUpAt ? 1 : 0;
            self.Calls++;
            self.Last = (done, total);
            return done >= self.GiveUpAt ? 1 : 0;
        }
    }
}
