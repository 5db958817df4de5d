using System.IO;
using System.Text;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Transport;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>The table of legal messages: all of it against its golden file, and against what a connection really does.</summary>
internal sealed class PacketGateTests
{
    // Set to a folder, it gets the present table to be put in the golden file's place.
    private const string UpdateVariable = "SSHCORE_UPDATE_GOLDEN";

    [Test]
    public void TableIsTheGoldenFile()
    {
        string table = Table();
        if (Environment.GetEnvironmentVariable(UpdateVariable) is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, "PacketGate.txt"), table);
        }

        Assert.That(table, Is.EqualTo(Fixture.Text("PacketGate.txt")));
    }

    [Test]
    public void ConnectionDoesWhatTheTableSays([Values] Role role, [Values("FirstKex", "FirstKexStrict", "BeforeAuth", "Open", "Rekey", "RekeyBeforeAuth")] string phaseName)
    {
        var phase = Enum.Parse<GatePhase>(phaseName);
        var crypto = new NullProvider();
        for (int number = 0; number < 256; number++)
        {
            using var script = Enter(phase, role, crypto);
            string what = $"{phase}, message {number}";
            script.Send([(byte)number]);
            switch (PacketGate.Judge(phase, (byte)number, fromServer: role == Role.Client))
            {
                case GateVerdict.Fatal:
                    Assert.That(script.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), what);
                    script.ExpectClosed(SshErrorKind.ProtocolViolation);
                    break;
                case GateVerdict.Unimplemented:
                    Assert.That(script.Error, Is.Null, what);
                    ExpectUnimplemented(script, what);
                    break;
                case GateVerdict.Ignore:
                    Assert.That(script.Error, Is.Null, what);
                    Assert.That(ReadAll(script), Has.None.Matches<byte[]>(p => p![0] == (byte)MessageId.Unimplemented), what);
                    break;
                default:
                    Assert.That(script.Error?.Message ?? "", Does.Not.Contain("not allowed here"), what);
                    break;
            }
        }
    }

    /// <summary>CVE-2018-7750, CVE-2025-32433: whatever has happened before log-in, nothing of 80 to 127 gets through.</summary>
    [Test]
    public void ConnectionProtocolBeforeLogInEnds([Values] Role role, [Range(80, 127)] int number, [Values] bool serviceAsked)
    {
        using var script = Enter(GatePhase.BeforeAuth, role, new NullProvider());
        if (serviceAsked && role == Role.Server)
        {
            script.Send(MessageId.ServiceRequest, w => w.WriteString("ssh-userauth"));
        }

        script.Send([(byte)number]);
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
        Assert.That(script.Events, Has.None.Matches<SshEvent>(e => e.Body is OpenRequested or GlobalRequested));
    }

    private static PeerScript Enter(GatePhase phase, Role role, NullProvider crypto)
    {
        bool strict = phase != GatePhase.FirstKex;
        var script = Subjects.Start(role, script: o => o with { StrictKex = strict }, crypto: crypto);
        switch (phase)
        {
            case GatePhase.FirstKex or GatePhase.FirstKexStrict:
                script.ExchangeVersions().ExchangeKexInits();
                break;
            case GatePhase.BeforeAuth:
                script.Handshake();
                break;
            case GatePhase.Open:
                script.LogIn();
                break;
            case GatePhase.RekeyBeforeAuth:
                script.Handshake();
                script.SendKexInit().ReceiveKexInit();
                break;
            default:
                script.LogIn();
                script.SendKexInit().ReceiveKexInit();
                break;
        }

        return script;
    }

    private static void ExpectUnimplemented(PeerScript script, string what)
    {
        // In an exchange of ours the answer waits; its number is that of the packet it answers.
        byte[]? answer = ReadAll(script).Find(p => p[0] == (byte)MessageId.Unimplemented);
        if (answer is null)
        {
            Assert.That(script.Subject.NextTimeout, Is.Not.Null, what);
            return;
        }

        var reader = new SshReader(answer.AsSpan(1));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(script.OutSequence - 1), what);
        Assert.That(reader.IsComplete, what);
    }

    private static List<byte[]> ReadAll(PeerScript script)
    {
        var all = new List<byte[]>();
        while (script.TryNext() is { } payload)
        {
            all.Add(payload);
        }

        return all;
    }

    private static string Table()
    {
        var text = new StringBuilder();
        foreach (var phase in Enum.GetValues<GatePhase>())
        {
            foreach (bool fromServer in (bool[])[false, true])
            {
                text.Append(phase).Append(fromServer ? " from a server\n" : " from a client\n");
                foreach (var verdict in Enum.GetValues<GateVerdict>())
                {
                    text.Append("  ").Append(verdict.ToString().PadRight(14)).Append(Numbers(phase, fromServer, verdict)).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    private static string Numbers(GatePhase phase, bool fromServer, GateVerdict verdict)
    {
        var ranges = new List<string>();
        for (int start = 0; start < 256; start++)
        {
            int end = start;
            while (end < 256 && PacketGate.Judge(phase, (byte)end, fromServer) == verdict)
            {
                end++;
            }

            if (end > start)
            {
                ranges.Add(end - start == 1 ? $"{start}" : $"{start}-{end - 1}");
                start = end;
            }
        }

        return ranges.Count == 0 ? "nothing" : string.Join(' ', ranges);
    }
}
