using System.Linq;
using System.Runtime.InteropServices;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Tests.Native;

/// <summary>What a connection is made with, and what can be changed and asked while it runs.</summary>
public sealed unsafe class SettingsTests
{
    [TestCaseSource(nameof(LimitFields))]
    public void EveryLimitIsTheOneOfItsName(string name)
    {
        const uint Value = 4321;
        object boxed = default(LimitsStruct);
        var field = typeof(LimitsStruct).GetField(name)!;
        field.SetValue(boxed, field.FieldType == typeof(ulong) ? (object)(ulong)Value : Value);
        var changed = (LimitsStruct)boxed;
        changed.Size = (nuint)sizeof(LimitsStruct);
        var limits = LimitsReader.Read((nint)(&changed));

        bool isTime = name.EndsWith("Seconds", StringComparison.Ordinal);
        string core = isTime ? name[..^"Seconds".Length] : name;
        foreach (var property in typeof(SshLimits).GetProperties().Where(p => p.Name != nameof(SshLimits.Default)))
        {
            object expected = property.Name != core ? property.GetValue(SshLimits.Default)!
                : isTime ? TimeSpan.FromSeconds(Value) : Convert.ChangeType(Value, property.PropertyType, null);
            Assert.That(property.GetValue(limits), Is.EqualTo(expected), property.Name);
        }
    }

    [Test]
    public void ALimitOfNoneIsZero()
    {
        var s = new LimitsStruct { Size = (nuint)sizeof(LimitsStruct), KeyProbes = uint.MaxValue, RekeyTrafficBytes = ulong.MaxValue };
        var limits = LimitsReader.Read((nint)(&s));
        Assert.That((limits.KeyProbes, limits.RekeyTrafficBytes), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void OneThatNoConnectionCouldWorkWithIsAWrongArgument()
    {
        var limits = new LimitsStruct { Size = (nuint)sizeof(LimitsStruct), IdentificationLength = 1 };
        Assert.That(NewClient(new SettingsStruct { Limits = (nint)(&limits) }, out _), Is.EqualTo(Result.Argument));
        limits = new LimitsStruct { Size = (nuint)sizeof(LimitsStruct), PasswordLength = 1u << 31 };
        Assert.That(NewClient(new SettingsStruct { Limits = (nint)(&limits) }, out _), Is.EqualTo(Result.Argument));
        limits.Size = 8;
        Assert.That(NewClient(new SettingsStruct { Limits = (nint)(&limits) }, out _), Is.EqualTo(Result.StructSize));
        Assert.That(NewClient(new SettingsStruct { WindowSize = 1 }, out _), Is.EqualTo(Result.Argument));
        Assert.That(NewClient(new SettingsStruct { GuessKeyExchange = 2 }, out _), Is.EqualTo(Result.Argument));
        Assert.That(NewClient(new SettingsStruct { RekeyPackets = 1 }, out _), Is.EqualTo(Result.Argument));
    }

    [Test]
    public void LimitsHold()
    {
        var limits = new LimitsStruct { Size = (nuint)sizeof(LimitsStruct), PreBannerLines = uint.MaxValue };
        Assert.That(NewClient(new SettingsStruct { Limits = (nint)(&limits) }, out nint client), Is.EqualTo(Result.Ok));
        byte[] line = "a line before\r\n"u8.ToArray();
        nuint taken;
        fixed (byte* p = line)
        {
            Assert.That(Export.Named("sshcore_receive").Call(client, (nint)p, line.Length, (nint)(&taken)), Is.EqualTo(Result.Ok));
        }

        var e = new EventStruct { Size = (nuint)sizeof(EventStruct) };
        var error = new ErrorStruct { Size = (nuint)sizeof(ErrorStruct) };
        do
        {
            Assert.That(Export.Named("sshcore_poll_event").Call(client, (nint)(&e)), Is.EqualTo(Result.Ok));
        }
        while (e.Kind != 0);

        Assert.That(Export.Named("sshcore_connection_error").Call(client, (nint)(&error)), Is.EqualTo(Result.Ok));
        Assert.That(error.Kind, Is.EqualTo(Header.Constants["SSHCORE_ERROR_LIMIT_EXCEEDED"]));
        Export.Named("sshcore_connection_free").Call(client);
    }

    [Test]
    public void GuessesTheKeyExchange()
    {
        nuint plain = Hello(default), guessing = Hello(new SettingsStruct { GuessKeyExchange = 1 });
        Assert.That(guessing, Is.GreaterThan(plain)); // KEXINIT and the first message of the method

        static nuint Hello(in SettingsStruct settings)
        {
            Assert.That(NewClient(settings, out nint client), Is.EqualTo(Result.Ok));
            nint data;
            nuint length;
            Assert.That(Export.Named("sshcore_output").Call(client, (nint)(&data), (nint)(&length)), Is.EqualTo(Result.Ok));
            Export.Named("sshcore_connection_free").Call(client);
            return length;
        }
    }

    [Test]
    public void KeepAliveChangesWhileItRuns()
    {
        using var pair = new ExportedPair();
        Export tick = Export.Named("sshcore_tick"), next = Export.Named("sshcore_next_timeout"), set = Export.Named("sshcore_set_keep_alive"), output = Export.Named("sshcore_output");
        ulong at;
        nint data;
        nuint length;
        Assert.That(tick.Call(pair.Client, 1_000_000), Is.EqualTo(Result.Ok));
        Assert.That(set.Call(pair.Client, 5, 3), Is.EqualTo(Result.Ok));
        Assert.That(next.Call(pair.Client, (nint)(&at)), Is.EqualTo(Result.Ok));
        Assert.That(at, Is.EqualTo(6_000_000));
        Assert.That(output.Call(pair.Client, (nint)(&data), (nint)(&length)), Is.EqualTo(Result.Ok));
        Assert.That(length, Is.EqualTo((nuint)0));
        Assert.That(tick.Call(pair.Client, 6_000_000), Is.EqualTo(Result.Ok));
        Assert.That(output.Call(pair.Client, (nint)(&data), (nint)(&length)), Is.EqualTo(Result.Ok));
        Assert.That(length, Is.GreaterThan((nuint)0));
        Assert.That(set.Call(pair.Client, 0, 0), Is.EqualTo(Result.Ok));
        Assert.That(next.Call(pair.Client, (nint)(&at)), Is.EqualTo(Result.Ok));
        Assert.That(at, Is.GreaterThan(60_000_000));
        Assert.That(set.Call(pair.Client, 5, -1), Is.EqualTo(Result.Argument));
    }

    [Test]
    public void SaysWhoIsThere()
    {
        using var pair = new ExportedPair();
        nint text, key;
        nuint length;
        foreach (nint side in (nint[])[pair.Client, pair.Server])
        {
            Assert.That(Export.Named("sshcore_user").Call(side, (nint)(&text)), Is.EqualTo(Result.Ok));
            Assert.That(Marshal.PtrToStringUTF8(text), Is.EqualTo("joe"));
        }

        Assert.That(Export.Named("sshcore_host_key").Call(pair.Client, (nint)(&key), (nint)(&length)), Is.EqualTo(Result.Ok));
        var blob = new ReadOnlySpan<byte>((void*)key, (int)length).ToArray();
        Assert.That(blob.AsSpan(4, 11).SequenceEqual("ssh-ed25519"u8));
        Assert.That(Export.Named("sshcore_host_key").Call(pair.Server, (nint)(&key), (nint)(&length)), Is.EqualTo(Result.State));
        Assert.That(Export.Named("sshcore_server_sig_algs").Call(pair.Client, (nint)(&text)), Is.EqualTo(Result.Ok));
        Assert.That(Marshal.PtrToStringUTF8(text), Does.Contain("ssh-ed25519,"));
        Assert.That(NewClient(default, out nint fresh), Is.EqualTo(Result.Ok));
        Assert.That(Export.Named("sshcore_user").Call(fresh, (nint)(&text)), Is.EqualTo(Result.Ok));
        Assert.That(Marshal.PtrToStringUTF8(text), Is.Empty);
        Assert.That(Export.Named("sshcore_server_sig_algs").Call(fresh, (nint)(&text)), Is.EqualTo(Result.State));
        Export.Named("sshcore_connection_free").Call(fresh);
    }

    private static Result NewClient(SettingsStruct settings, out nint client)
    {
        settings.Size = (nuint)sizeof(SettingsStruct);
        fixed (nint* p = &client)
        {
            *p = 0;
            return Export.Named("sshcore_client_new").Call((nint)(&settings), (nint)p);
        }
    }

    private static IEnumerable<string> LimitFields() => typeof(LimitsStruct).GetFields().Select(f => f.Name).Where(n => n != nameof(LimitsStruct.Size));
}
