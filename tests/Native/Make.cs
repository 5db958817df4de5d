using System.Text;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;

namespace SshCore.Tests.Native;

/// <summary>Live handles for the tests of misuse, made through the exports.</summary>
internal static unsafe class Make
{
    private static readonly Lazy<nint> Key = new(NewKey);

    // Lives as long as the process.
    private static readonly Lazy<LoopServer> Loop = new(() => new LoopServer());

    public static nint SharedKey => Key.Value;

    public static nint NewKey()
    {
        nint key;
        Assert.That(Export.Named("sshcore_key_generate").Call(1, 0, 0, 0, 0, (nint)(&key)), Is.EqualTo(Result.Ok));
        return key;
    }

    public static nint Blob()
    {
        nint blob;
        Assert.That(Export.Named("sshcore_key_comment").Call(SharedKey, (nint)(&blob)), Is.EqualTo(Result.Ok));
        return blob;
    }

    public static nint KnownHosts()
    {
        nint hosts;
        Assert.That(Export.Named("sshcore_known_hosts_parse").Call(0, 0, (nint)(&hosts), 0), Is.EqualTo(Result.Ok));
        return hosts;
    }

    public static nint AuthorizedKeys()
    {
        nint keys;
        Assert.That(Export.Named("sshcore_authorized_keys_parse").Call(0, 0, (nint)(&keys), 0), Is.EqualTo(Result.Ok));
        return keys;
    }

    /// <summary>A client of level 3 that is connected to a server of this process.</summary>
    public static nint Easy(bool isLoggedIn)
    {
        nint easy, host = System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8("127.0.0.1");
        var options = new EasyOptionsStruct { Size = (nuint)sizeof(EasyOptionsStruct), Host = host, Port = (uint)Loop.Value.Port, TimeoutMs = 20_000, InsecureAnyHostKey = 1 };
        Assert.That(Export.Named("sshcore_easy_connect").Call((nint)(&options), (nint)(&easy), 0), Is.EqualTo(Result.Ok));
        fixed (byte* password = "right"u8)
        {
            Assert.That(isLoggedIn ? Export.Named("sshcore_easy_login_password").Call(easy, host, (nint)password, 5) : Result.Ok, Is.EqualTo(Result.Ok));
        }

        System.Runtime.InteropServices.Marshal.FreeCoTaskMem(host);
        return easy;
    }

    public static nint Sftp(bool isServer)
    {
        nint sftp;
        Assert.That(Export.Named(isServer ? "sshcore_sftp_server_new" : "sshcore_sftp_client_new").Call(0, (nint)(&sftp)), Is.EqualTo(Result.Ok));
        return sftp;
    }

    public static nint Client()
    {
        nint client;
        Assert.That(Export.Named("sshcore_client_new").Call(0, (nint)(&client)), Is.EqualTo(Result.Ok));
        return client;
    }

    public static nint Server()
    {
        nint server, key = SharedKey;
        var settings = new SettingsStruct { Size = (nuint)sizeof(SettingsStruct), HostKeys = (nint)(&key), HostKeyCount = 1 };
        Assert.That(Export.Named("sshcore_server_new").Call((nint)(&settings), (nint)(&server)), Is.EqualTo(Result.Ok));
        return server;
    }

    /// <summary>A live handle of the type that a function takes first.</summary>
    public static LiveHandle Target(string function)
    {
        string first = Header.Functions[function].Parameters[0];
        return first.Split(' ')[0] switch
        {
            "sshcore_connection" => new LiveHandle(Client(), "sshcore_connection_free"),
            "sshcore_key" => new LiveHandle(NewKey(), "sshcore_key_free"),
            "sshcore_known_hosts" => new LiveHandle(KnownHosts(), "sshcore_known_hosts_free"),
            "sshcore_authorized_keys" => new LiveHandle(AuthorizedKeys(), "sshcore_authorized_keys_free"),
            "sshcore_blob" => new LiveHandle(Blob(), "sshcore_blob_free"),
            "sshcore_sftp" => new LiveHandle(Sftp(function.Contains("answer", StringComparison.Ordinal) || function.Contains("poll_request", StringComparison.Ordinal)), "sshcore_sftp_free"),
            "sshcore_easy" => new LiveHandle(Easy(!function.Contains("login", StringComparison.Ordinal)), "sshcore_easy_close"),
            _ => throw new NotSupportedException(first),
        };
    }
}

/// <summary>A handle that is freed at the end; it may be gone by then.</summary>
internal sealed record LiveHandle(nint Handle, string FreedBy) : IDisposable
{
    public void Dispose() => Export.Named(FreedBy).Call(Handle);
}
