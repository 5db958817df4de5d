using System.Runtime.InteropServices;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;

namespace SshCore.Tests.Native;

/// <summary>A client of level 3, by the exports alone.</summary>
internal sealed unsafe class EasyClient : IDisposable
{
    private readonly List<nint> _texts = [];

    public nint Handle { get; private set; }

    /// <summary>Connects; a handle of 0 and what was said if it fails.</summary>
    public static EasyClient Open(int port, out Result result, out string detail, string host = "127.0.0.1", uint timeout = 20_000, nint known = 0, uint any = 1, nint callback = 0, nint context = 0, nuint maxOutput = 0, nint settings = 0)
    {
        var client = new EasyClient();
        nint easy = 0, why = 0;
        var options = new EasyOptionsStruct
        {
            Size = (nuint)sizeof(EasyOptionsStruct),
            Host = client.Text(host),
            Port = (uint)port,
            TimeoutMs = timeout,
            KnownHosts = known,
            InsecureAnyHostKey = any,
            HostKeyCallback = callback,
            HostKeyContext = context,
            MaxOutput = maxOutput,
            Settings = settings,
        };
        result = Export.Named("sshcore_easy_connect").Call((nint)(&options), (nint)(&easy), (nint)(&why));
        client.Handle = easy;
        detail = "";
        if (why != 0)
        {
            nint text;
            Assert.That(Export.Named("sshcore_blob_data").Call(why, (nint)(&text), 0), Is.EqualTo(Result.Ok));
            detail = Marshal.PtrToStringUTF8(text)!;
            Export.Named("sshcore_blob_free").Call(why);
        }

        return client;
    }

    /// <summary>Connects to whoever is there.</summary>
    public static EasyClient To(int port, uint timeout = 20_000, nuint maxOutput = 0)
    {
        var client = Open(port, out var result, out string detail, timeout: timeout, maxOutput: maxOutput);
        Assert.That(result, Is.EqualTo(Result.Ok), detail);
        return client;
    }

    /// <summary>The same, and logs in.</summary>
    public static EasyClient LoggedIn(int port, string user, string password, uint timeout = 20_000, nuint maxOutput = 0)
    {
        var client = To(port, timeout, maxOutput);
        Assert.That(client.Password(user, password), Is.EqualTo(Result.Ok), client.Detail);
        return client;
    }

    public string Detail
    {
        get
        {
            nint text;
            Assert.That(Call("last_detail", (nint)(&text)), Is.EqualTo(Result.Ok));
            return Marshal.PtrToStringUTF8(text)!;
        }
    }

    public EasyLoginStruct State
    {
        get
        {
            var state = new EasyLoginStruct { Size = (nuint)sizeof(EasyLoginStruct) };
            Assert.That(Call("login_state", (nint)(&state)), Is.EqualTo(Result.Ok));
            return state;
        }
    }

    public string Allowed => Marshal.PtrToStringUTF8(State.Allowed)!;

    public string Succeeded => Marshal.PtrToStringUTF8(State.Succeeded)!;

    public string Banner => Marshal.PtrToStringUTF8(State.Banner)!;

    public Result Call(string name, params ReadOnlySpan<nint> arguments) => Export.Named("sshcore_easy_" + name).Call([Handle, .. arguments]);

    public Result Password(string user, string password) => Call("login_password", Text(user), Text(password), password.Length);

    public Result Exec(string command, ReadOnlySpan<byte> input, out ExecResult result)
    {
        var r = new EasyResultStruct { Size = (nuint)sizeof(EasyResultStruct) };
        Result code;
        fixed (byte* p = input)
        {
            code = Call("exec", Text(command), System.Text.Encoding.UTF8.GetByteCount(command), (nint)p, input.Length, (nint)(&r));
        }

        result = code == Result.Ok ? new ExecResult(r.HasStatus == 1 ? (int)r.Status : null, Marshal.PtrToStringUTF8(r.Signal)!, new ReadOnlySpan<byte>((void*)r.Out, (int)r.OutLength).ToArray(), new ReadOnlySpan<byte>((void*)r.Err, (int)r.ErrLength).ToArray())
            : new ExecResult(null, "", [], []);
        return code;
    }

    public Result Get(string remote, string local, nint progress = 0, nint context = 0) => Call("get", Text(remote), Text(local), progress, context);

    public Result Put(string local, string remote, nint progress = 0, nint context = 0) => Call("put", Text(local), Text(remote), progress, context);

    public uint FileStatus
    {
        get
        {
            uint code;
            Assert.That(Call("file_status", (nint)(&code)), Is.EqualTo(Result.Ok));
            return code;
        }
    }

    public nint Text(string text) => Text(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes with a NUL behind them, until it is disposed of.</summary>
    public nint Text(ReadOnlySpan<byte> bytes)
    {
        nint pointer = Marshal.AllocHGlobal(bytes.Length + 1);
        bytes.CopyTo(new Span<byte>((void*)pointer, bytes.Length));
        ((byte*)pointer)[bytes.Length] = 0;
        _texts.Add(pointer);
        return pointer;
    }

    public void Dispose()
    {
        if (Handle != 0)
        {
            Export.Named("sshcore_easy_close").Call(Handle);
            Handle = 0;
        }

        _texts.ForEach(Marshal.FreeHGlobal);
        _texts.Clear();
    }
}

/// <summary>What a command left, copied.</summary>
internal sealed record ExecResult(int? Status, string Signal, byte[] Out, byte[] Err);
