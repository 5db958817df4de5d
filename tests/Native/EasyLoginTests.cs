using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;

namespace SshCore.Tests.Native;

/// <summary>Logging in by the calls that wait: every method, what comes in between, and what a caller learns of it.</summary>
public sealed unsafe class EasyLoginTests
{
    [Test]
    public void TellsWhatCanContinueAfterPartialSuccess()
    {
        using var server = new LoopServer((_, e) =>
        {
            if (e.Body is KeyProof proof)
            {
                proof.AcceptPartially("password");
                return true;
            }

            return false;
        });
        using var client = EasyClient.To(server.Port);
        Assert.That(client.Call("login_key", client.Text("joe"), Make.SharedKey), Is.EqualTo(Result.AuthPartial));
        Assert.That(client.Detail, Does.Contain("publickey"));
        Assert.That((client.Allowed, client.Succeeded, client.State.Authenticated), Is.EqualTo(("password", "publickey", 0u)));

        Assert.That(client.Password("joe", "wrong"), Is.EqualTo(Result.AuthFailed));
        Assert.That(client.Password("joe", "right"), Is.EqualTo(Result.Ok), client.Detail);
        Assert.That((client.Allowed, client.Succeeded, client.State.Authenticated), Is.EqualTo(("", "publickey,password", 1u)));
        Assert.That(client.Password("joe", "right"), Is.EqualTo(Result.State), "once is enough");
    }

    [Test]
    public void LearnsTheMethodsAndTheBannerFromNone()
    {
        using var server = new LoopServer(change: s => s with { Banner = "Mind\nthe step.", AuthMethods = ["publickey", "password"] });
        using var client = EasyClient.To(server.Port);
        Assert.That((client.Allowed, client.Banner), Is.EqualTo(("", "")));
        Assert.That(client.Call("login_none", client.Text("joe")), Is.EqualTo(Result.AuthFailed));
        Assert.That((client.Allowed, client.Banner.TrimEnd()), Is.EqualTo(("publickey,password", "Mind\nthe step.")));
        Assert.That(client.Detail, Does.Contain("none").And.Contain("publickey,password"));

        // What is not in the list is not even sent.
        using var ask = new Asker();
        Assert.That(client.Call("login_interactive", client.Text("joe"), Asker.Callback, ask.Context), Is.EqualTo(Result.AuthFailed));
        Assert.That(ask.Rounds, Is.Empty);
        Assert.That(client.Password("joe", "right"), Is.EqualTo(Result.Ok));
    }

    [Test]
    public void AnswersQuestionsInRounds()
    {
        var answers = new List<string>();
        using var server = new LoopServer((_, e) => Interactive(e, answers), s => s with { AuthMethods = ["keyboard-interactive"] });
        using var client = EasyClient.To(server.Port);
        using var ask = new Asker("blue", "grün", "123456");
        Assert.That(client.Call("login_interactive", client.Text("joe"), Asker.Callback, ask.Context), Is.EqualTo(Result.Ok), client.Detail);
        Assert.That(answers, Is.EqualTo(new[] { "blue", "grün", "123456" }));
        Assert.That(ask.Rounds, Is.EqualTo(new[] { "1 [Title] [Do answer.] Colour?+ Another?-", "2 [] [] Code-", "3 [] [Well done.]" }));
        Assert.That(ask.Kept, Is.All.Empty, "each room is empty when it is lent");
        Assert.That(client.Succeeded, Is.EqualTo("keyboard-interactive"));
    }

    [Test]
    public void ACallbackThatRefusesLeavesTheLogInOpen()
    {
        var answers = new List<string>();
        using var server = new LoopServer((_, e) => Interactive(e, answers), s => s with { AuthMethods = ["keyboard-interactive", "password"] });
        using var client = EasyClient.To(server.Port);
        using var refuses = new Asker { Refuses = true };
        Assert.That(client.Call("login_interactive", client.Text("joe"), Asker.Callback, refuses.Context), Is.EqualTo(Result.Cancelled));
        Assert.That(client.Detail, Does.Contain("callback"));

        // Nor does a wrong answer: one that has no end, or answers that are too long.
        using var endless = new Asker(new string('x', 1024), "");
        Assert.That(client.Call("login_interactive", client.Text("joe"), Asker.Callback, endless.Context), Is.EqualTo(Result.Length));
        using var wrong = new Asker("red", "red");
        Assert.That(client.Call("login_interactive", client.Text("joe"), Asker.Callback, wrong.Context), Is.EqualTo(Result.AuthFailed));
        Assert.That(client.Call("login_interactive", client.Text("joe"), 0, 0), Is.EqualTo(Result.NullPointer));
        Assert.That(client.Password("joe", new string('x', 16385)), Is.EqualTo(Result.Argument));
        Assert.That(client.Password("joe", "right"), Is.EqualTo(Result.Ok), client.Detail);
    }

    [Test]
    public void TheCallbackHasNoUseOfItsHandle()
    {
        var answers = new List<string>();
        using var server = new LoopServer((_, e) => Interactive(e, answers), s => s with { AuthMethods = ["keyboard-interactive"] });
        using var client = EasyClient.To(server.Port);
        using var ask = new Asker("blue", "grün", "123456") { Handle = client.Handle };
        Assert.That(client.Call("login_interactive", client.Text("joe"), Asker.Callback, ask.Context), Is.EqualTo(Result.Ok), client.Detail);
        Assert.That(ask.Inside, Is.EqualTo(Result.Busy));
    }

    [Test]
    public void ChangesAPasswordThatHasExpired()
    {
        using var server = new LoopServer((_, e) =>
        {
            switch (e.Body)
            {
                case PasswordAttempt { NewPassword: { } changed } attempt:
                    if (changed.Span.SequenceEqual("better"u8))
                    {
                        attempt.Accept();
                    }
                    else
                    {
                        attempt.RequestChange("Too simple.");
                    }

                    return true;
                case PasswordAttempt attempt when attempt.Password.Span.SequenceEqual("old"u8):
                    attempt.RequestChange("Choose another one.");
                    return true;
                default:
                    return false;
            }
        });
        using var client = EasyClient.To(server.Port);
        Assert.That(client.Password("joe", "old"), Is.EqualTo(Result.PasswordExpired));
        Assert.That(client.Detail, Is.EqualTo("Choose another one."));
        Assert.That(NewPassword("bad"), Is.EqualTo(Result.PasswordExpired));
        Assert.That(client.Detail, Is.EqualTo("Too simple."));
        Assert.That(NewPassword(new string('x', 9000)), Is.EqualTo(Result.Argument));
        Assert.That(NewPassword("better"), Is.EqualTo(Result.Ok), client.Detail);

        Result NewPassword(string changed) => client.Call("login_new_password", client.Text("joe"), client.Text("old"), 3, client.Text(changed), changed.Length);
    }

    [Test]
    public void AnotherUserBeginsAnew()
    {
        using var server = new LoopServer((_, e) =>
        {
            if (e.Body is KeyProof { UserName: "joe" } proof)
            {
                proof.AcceptPartially("password");
                return true;
            }

            return false;
        });
        using var client = EasyClient.To(server.Port);
        Assert.That(client.Call("login_key", client.Text("joe"), Make.SharedKey), Is.EqualTo(Result.AuthPartial));
        Assert.That(client.Password("jim", "wrong"), Is.EqualTo(Result.AuthFailed));
        Assert.That(client.Succeeded, Is.Empty);
        Assert.That(Marshal.PtrToStringUTF8(client.State.User), Is.EqualTo("jim"));
        Assert.That(client.Call("login_key", client.Text("jim"), Make.SharedKey), Is.EqualTo(Result.Ok));
    }

    [Test]
    public void AnAnswerThatDoesNotComeEndsTheConnection()
    {
        using var server = new LoopServer((_, e) => e.Body is PasswordAttempt);
        using var client = EasyClient.To(server.Port);
        Assert.That(client.Call("set_timeout", 200), Is.EqualTo(Result.Ok));
        Assert.That(client.Password("joe", "right"), Is.EqualTo(Result.Timeout));
        Assert.That(client.Password("joe", "right"), Is.EqualTo(Result.Closed));
    }

    [Test]
    public void AsksAboutUnknownHosts()
    {
        using var server = new LoopServer();
        using var ask = new HostAsker();
        nint known = Make.KnownHosts();
        try
        {
            Assert.That(Connect(0, known), Is.EqualTo(Result.HostKeyUnknown));
            Assert.That(ask.Asked, Is.EqualTo(new[] { $"127.0.0.1 {server.Port} ssh-ed25519 {server.HostKey.Fingerprint(Interop.DefaultCrypto.Provider)} {Convert.ToHexString(server.HostKey.Blob.Span)}" }));
            Assert.That(Connect(1, known), Is.EqualTo(Result.Ok));
            Assert.That(Connect(7, known), Is.EqualTo(Result.HostKeyUnknown), "what is no answer");
            Assert.That(Connect(2, 0), Is.EqualTo(Result.Ok), "there is nothing to add it to");
            Assert.That(Text(known), Is.Empty);
            Assert.That(Connect(2, known), Is.EqualTo(Result.Ok));
            Assert.That(Text(known), Is.EqualTo($"[127.0.0.1]:{server.Port} {server.HostKey.ToOpenSshString()}\n"));
            int asked = ask.Asked.Count;
            Assert.That(Connect(0, known), Is.EqualTo(Result.Ok), "it is known now");
            Assert.That(ask.Asked, Has.Count.EqualTo(asked));
        }
        finally
        {
            Export.Named("sshcore_known_hosts_free").Call(known);
        }

        Result Connect(int answer, nint hosts)
        {
            ask.Answer = answer;
            using var client = EasyClient.Open(server.Port, out var result, out _, known: hosts, any: 0, callback: HostAsker.Callback, context: ask.Context);
            return result;
        }
    }

    [Test]
    public void DoesNotAskAboutAHostWithAnotherKey()
    {
        using var server = new LoopServer();
        using var other = new LoopServer();
        using var ask = new HostAsker { Answer = 2 };
        nint known;
        byte[] line = Encoding.UTF8.GetBytes($"[127.0.0.1]:{server.Port} {other.HostKey.ToOpenSshString()}\n");
        fixed (byte* p = line)
        {
            Assert.That(Export.Named("sshcore_known_hosts_parse").Call((nint)p, line.Length, (nint)(&known), 0), Is.EqualTo(Result.Ok));
        }

        using var client = EasyClient.Open(server.Port, out var result, out string detail, known: known, any: 0, callback: HostAsker.Callback, context: ask.Context);
        Export.Named("sshcore_known_hosts_free").Call(known);
        Assert.That(result, Is.EqualTo(Result.HostKeyChanged));
        Assert.That(detail, Does.Contain(server.HostKey.Fingerprint(Interop.DefaultCrypto.Provider)));
        Assert.That(ask.Asked, Is.Empty);
    }

    private static bool Interactive(SshEvent e, List<string> answers)
    {
        switch (e.Body)
        {
            case InteractiveAttempt attempt:
                attempt.Challenge("Title", "Do answer.", new AuthPrompt("Colour?", true), new AuthPrompt("Another?", false));
                return true;
            case InteractiveResponse response:
                foreach (var answer in response.AnswersUtf8)
                {
                    answers.Add(Encoding.UTF8.GetString(answer.Span));
                }

                if (answers is ["red", ..])
                {
                    response.Deny();
                }
                else if (response.Round == 1)
                {
                    response.Challenge("", "", new AuthPrompt("Code", false));
                }
                else if (response.Round == 2)
                {
                    response.Challenge("", "Well done.");
                }
                else
                {
                    response.Accept();
                }

                return true;
            default:
                return false;
        }
    }

    private static string Text(nint known)
    {
        nint blob, text;
        Assert.That(Export.Named("sshcore_known_hosts_text").Call(known, (nint)(&blob)), Is.EqualTo(Result.Ok));
        Assert.That(Export.Named("sshcore_blob_data").Call(blob, (nint)(&text), 0), Is.EqualTo(Result.Ok));
        string result = Marshal.PtrToStringUTF8(text)!;
        Export.Named("sshcore_blob_free").Call(blob);
        return result;
    }

    /// <summary>Answers prompts from a list, and notes what it was asked.</summary>
    private sealed class Asker(params string[] answers) : IDisposable
    {
        private readonly Queue<string> _answers = new(answers);
        private GCHandle _self;

        public static nint Callback => (nint)(delegate* unmanaged<nint, EasyPromptsStruct*, int>)&OnPrompts;

        public List<string> Rounds { get; } = [];

        /// <summary>What is in the rooms for answers when they are lent.</summary>
        public List<string> Kept { get; } = [];

        public bool Refuses { get; init; }

        public nint Handle { get; init; }

        public Result Inside { get; private set; }

        public nint Context => (nint)(_self.IsAllocated ? _self : _self = GCHandle.Alloc(this));

        public void Dispose() => _self.Free();

        [UnmanagedCallersOnly]
        private static int OnPrompts(nint context, EasyPromptsStruct* all) => ((Asker)GCHandle.FromIntPtr(context).Target!).Answer(all);

        private int Answer(EasyPromptsStruct* all)
        {
            var line = new StringBuilder($"{all->Round} [{Marshal.PtrToStringUTF8(all->Name)}] [{Marshal.PtrToStringUTF8(all->Instruction)}]");
            for (nuint i = 0; i < all->Count; i++)
            {
                var prompt = ((EasyPromptStruct**)all->Prompts)[i];
                line.Append(' ').Append(Marshal.PtrToStringUTF8(prompt->Text)).Append(prompt->Echo == 1 ? '+' : '-');
                Kept.Add(Marshal.PtrToStringUTF8(prompt->Answer)!);
                byte[] answer = Refuses ? [] : Encoding.UTF8.GetBytes(_answers.Dequeue());
                answer.CopyTo(new Span<byte>((void*)prompt->Answer, (int)prompt->AnswerSize));
            }

            Rounds.Add(line.ToString());
            if (Handle != 0)
            {
                Inside = Export.Named("sshcore_easy_login_none").Call(Handle, all->Name);
            }

            return Refuses ? 1 : 0;
        }
    }

    /// <summary>Answers for unknown hosts, and notes which.</summary>
    private sealed class HostAsker : IDisposable
    {
        private GCHandle _self;

        public static nint Callback => (nint)(delegate* unmanaged<nint, EasyHostStruct*, int>)&OnHost;

        public int Answer { get; set; }

        public List<string> Asked { get; } = [];

        public nint Context => (nint)(_self.IsAllocated ? _self : _self = GCHandle.Alloc(this));

        public void Dispose() => _self.Free();

        [UnmanagedCallersOnly]
        private static int OnHost(nint context, EasyHostStruct* host)
        {
            var self = (HostAsker)GCHandle.FromIntPtr(context).Target!;
            self.Asked.Add($"{Marshal.PtrToStringUTF8(host->Host)} {host->Port} {Marshal.PtrToStringUTF8(host->KeyType)} {Marshal.PtrToStringUTF8(host->Fingerprint)} {Convert.ToHexString(new ReadOnlySpan<byte>((void*)host->Key, (int)host->KeyLength))}");
            return self.Answer;
        }
    }
}
