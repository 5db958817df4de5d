using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using static SshCore.Tests.Native.ExportedSftp;

namespace SshCore.Tests.Native;

/// <summary>A client's key is looked up in authorized_keys, and what its line says comes with it.</summary>
public sealed unsafe class AuthorizedKeysTests
{
    private string _line = "";
    private byte[] _blob = [];

    [OneTimeSetUp]
    public void SetUp()
    {
        nint line, blob;
        Ok("sshcore_key_public_line", Make.SharedKey, 0, (nint)(&line));
        _line = Encoding.UTF8.GetString(Take(line)).Trim();
        Ok("sshcore_key_public_blob", Make.SharedKey, (nint)(&blob));
        _blob = Take(blob);
    }

    [Test]
    public void APlainLineAllowsEverything()
    {
        using var keys = Parse($"# mine\n\n{_line} a comment\n", problems: 0);
        Assert.That(Check(keys, "192.0.2.1", null, out var found), Is.EqualTo(Result.Ok));
        Assert.That(found.Line, Is.EqualTo((nuint)3));
        Assert.That(Text(found.Comment), Is.EqualTo("a comment"));
        Assert.That(found.Command, Is.EqualTo((nint)0));
        Assert.That(Environment(found), Is.Empty);
        Assert.That(Flags(found), Is.EqualTo(new uint[] { 1, 1, 1, 1, 1 }));
    }

    [TestCase("no-pty", 0, 1, 1, 1, 1)]
    [TestCase("no-port-forwarding", 1, 0, 1, 1, 1)]
    [TestCase("no-agent-forwarding", 1, 1, 0, 1, 1)]
    [TestCase("no-X11-forwarding", 1, 1, 1, 0, 1)]
    [TestCase("no-user-rc", 1, 1, 1, 1, 0)]
    [TestCase("restrict", 0, 0, 0, 0, 0)]
    [TestCase("restrict,pty", 1, 0, 0, 0, 0)]
    public void EveryRestrictionHasItsFlag(string options, params int[] flags)
    {
        using var keys = Parse($"{options} {_line}", problems: 0);
        Assert.That(Check(keys, "192.0.2.1", null, out var found), Is.EqualTo(Result.Ok));
        Assert.That(Flags(found), Is.EqualTo(flags));
    }

    [Test]
    public void CommandAndVariablesOutliveTheNextLookUp()
    {
        using var keys = Parse($"from=\"10.0.0.0/8\",command=\"\" {_line} inside\ncommand=\"say \\\"grün\\\"\",environment=\"A=1 =2\",environment=\"B=\",environment=\"A=3\" {_line} outside\n", problems: 0);
        Assert.That(Check(keys, "192.0.2.1", null, out var outside), Is.EqualTo(Result.Ok));
        Assert.That(Check(keys, "10.1.2.3", null, out var inside), Is.EqualTo(Result.Ok));
        Assert.That((outside.Line, inside.Line), Is.EqualTo(((nuint)2, (nuint)1)));
        Assert.That((Text(outside.Comment), Text(inside.Comment)), Is.EqualTo(("outside", "inside")));
        Assert.That(Text(outside.Command), Is.EqualTo("say \"grün\""));
        Assert.That(Environment(outside), Is.EqualTo(new[] { "A=1 =2", "B=", "A=3" }));

        // A command that is empty still runs instead of the client's.
        Assert.That(inside.Command, Is.Not.EqualTo((nint)0));
        Assert.That(Text(inside.Command), Is.Empty);
    }

    [TestCase("10.1.2.3", null, true)]
    [TestCase("::ffff:10.1.2.3", null, true)]
    [TestCase("10.6.6.6", null, false)]
    [TestCase("192.0.2.1", null, false)]
    [TestCase("192.0.2.1", "a.example.com", true)]
    [TestCase("192.0.2.1", "a.example.org", false)]
    [TestCase("", null, false)]
    [TestCase("no address", "a.example.com", false)]
    public void ComesInFromWhereTheLineSays(string address, string? hostName, bool isLetIn)
    {
        using var keys = Parse($"from=\"10.0.0.0/8,!10.6.6.6,*.example.com\" {_line}", problems: 0);
        Assert.That(Check(keys, address, hostName, out var found), Is.EqualTo(isLetIn ? Result.Ok : Result.KeyNotAuthorized));
        Assert.That(found.Line, Is.EqualTo((nuint)(isLetIn ? 1 : 77)), "written on success alone");
    }

    [Test]
    public void ALineThatCannotBeHonouredLetsNobodyIn()
    {
        using var keys = Parse($"permitopen=\"h:1\" {_line}\ncert-authority {_line}\nnot a key\n", problems: 3);
        Assert.That(Check(keys, "192.0.2.1", null, out _), Is.EqualTo(Result.KeyNotAuthorized));
        Assert.That(Problem(keys, 0), Does.Contain(":1: ").And.Contain("permitopen"));
        Assert.That(Problem(keys, 1), Does.Contain(":2: ").And.Contain("cert-authority"));
        Assert.That(Problem(keys, 2), Does.Contain(":3: "));
        nint text = 77;
        Assert.That(Export.Named("sshcore_authorized_keys_problem").Call(keys.Handle, 3, (nint)(&text)), Is.EqualTo(Result.Argument));
        Assert.That(text, Is.EqualTo((nint)77));
    }

    [Test]
    public void AnOptionThatIsNotTextLetsNobodyInAndACommentMayBe()
    {
        byte[] bad = [.. "command=\"caf"u8, 0xE9, .. Encoding.UTF8.GetBytes($"\" {_line}\n")];
        byte[] cut = [.. "command=\"safe"u8, 0, .. Encoding.UTF8.GetBytes($" rest\" {_line}\n")];
        using var keys = Parse([.. bad, .. cut], problems: 2);
        Assert.That(Check(keys, "192.0.2.1", null, out _), Is.EqualTo(Result.KeyNotAuthorized));
        using var commented = Parse([.. Encoding.UTF8.GetBytes(_line + " caf"), 0xE9], problems: 0);
        Assert.That(Check(commented, "192.0.2.1", null, out _), Is.EqualTo(Result.Ok));
    }

    [Test]
    public void AnotherKeyIsNotLetIn()
    {
        using var keys = Parse($"{_line}\n", problems: 0);
        nint other = Make.NewKey(), blob;
        Ok("sshcore_key_public_blob", other, (nint)(&blob));
        Assert.That(Check(keys, Take(blob), "192.0.2.1", null, out _), Is.EqualTo(Result.KeyNotAuthorized));
        Ok("sshcore_key_free", other);
        Assert.That(Check(keys, _blob[..^1], "192.0.2.1", null, out _), Is.EqualTo(Result.Format));
        Assert.That(Check(keys, [], "192.0.2.1", null, out _), Is.EqualTo(Result.Format));
    }

    [Test]
    public void ThreadsMayLookUpAtOnce()
    {
        using var keys = Parse($"no-pty {_line}\n", problems: 0);
        System.Threading.Tasks.Parallel.For(0, 2000, _ => Assert.That(Check(keys, "192.0.2.1", null, out var found) == Result.Ok && found.AllowsPty == 0));
    }

    private static LiveHandle Parse(string text, int problems) => Parse(Encoding.UTF8.GetBytes(text), problems);

    private static LiveHandle Parse(byte[] text, int problems)
    {
        nint keys;
        nuint count = 77;
        fixed (byte* p = text)
        {
            Ok("sshcore_authorized_keys_parse", (nint)p, text.Length, (nint)(&keys), (nint)(&count));
        }

        Assert.That(count, Is.EqualTo((nuint)problems));
        return new LiveHandle(keys, "sshcore_authorized_keys_free");
    }

    private Result Check(LiveHandle keys, string address, string? hostName, out AuthorizedKeyStruct found) => Check(keys, _blob, address, hostName, out found);

    private static Result Check(LiveHandle keys, byte[] key, string address, string? hostName, out AuthorizedKeyStruct found)
    {
        var line = new AuthorizedKeyStruct { Size = (nuint)sizeof(AuthorizedKeyStruct), Line = 77 };
        nint from = Marshal.StringToCoTaskMemUTF8(address), name = Marshal.StringToCoTaskMemUTF8(hostName);
        fixed (byte* p = key)
        {
            var result = Export.Named("sshcore_authorized_keys_check").Call(keys.Handle, (nint)p, key.Length, from, name, (nint)(&line));
            Marshal.FreeCoTaskMem(from);
            Marshal.FreeCoTaskMem(name);
            found = line;
            return result;
        }
    }

    private static string Problem(LiveHandle keys, int index)
    {
        nint text;
        Ok("sshcore_authorized_keys_problem", keys.Handle, index, (nint)(&text));
        return Text(text);
    }

    private static string Text(nint pointer) => Marshal.PtrToStringUTF8(pointer)!;

    private static string[] Environment(AuthorizedKeyStruct found)
    {
        var list = new ReadOnlySpan<nint>((void*)found.Environment, (int)found.EnvironmentCount + 1);
        Assert.That(list[^1], Is.EqualTo((nint)0), "a NULL stands at the end");
        return [.. list[..^1].ToArray().Select(Text)];
    }

    private static uint[] Flags(AuthorizedKeyStruct found) =>
        [found.AllowsPty, found.AllowsPortForwarding, found.AllowsAgentForwarding, found.AllowsX11Forwarding, found.AllowsUserRc];

    private static byte[] Take(nint blob)
    {
        nint data;
        nuint length;
        Ok("sshcore_blob_data", blob, (nint)(&data), (nint)(&length));
        byte[] bytes = Bytes(data, length);
        Ok("sshcore_blob_free", blob);
        return bytes;
    }
}
