using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Hosts;

namespace SshCore.Tests.Hosts;

internal sealed class SmallTests
{
    [TestCase("host", "host", 22)]
    [TestCase("host:2222", "host", 2222)]
    [TestCase("10.0.0.1:0", "10.0.0.1", 0)]
    [TestCase("::1", "::1", 22)]
    [TestCase("[::1]", "::1", 22)]
    [TestCase("[fe80::1%eth0]:65535", "fe80::1%eth0", 65535)]
    public void End_points_are_read(string text, string host, int port)
    {
        Assert.That(SshEndPoint.Parse(text), Is.EqualTo(new SshEndPoint(host, port)));
        Assert.That(SshEndPoint.Parse(new SshEndPoint(host, port).ToString()), Is.EqualTo(new SshEndPoint(host, port)));
    }

    [TestCase("")]
    [TestCase(":22")]
    [TestCase("host:")]
    [TestCase("host:65536")]
    [TestCase("host:-1")]
    [TestCase("host:+1")]
    [TestCase("[::1")]
    [TestCase("[::1]22")]
    [TestCase("[]:22")]
    public void Other_texts_are_no_end_points(string text)
    {
        Assert.That(SshEndPoint.TryParse(text, out _), Is.False);
        Assert.Throws<FormatException>(() => SshEndPoint.Parse(text));
    }

    [Test]
    public void A_decision_that_nobody_made_refuses()
    {
        Assert.That(default(SshAuthDecision), Is.EqualTo(SshAuthDecision.Refuse));
        Assert.That(default(SshAuthDecision).IsAccepted, Is.False);
        Assert.That(default(SshOpenDecision).IsAccepted, Is.False);
        Assert.That(default(SshGlobalReply).Success, Is.False);
    }

    [Test]
    public async Task The_default_policy_refuses_everything([Values] Host host)
    {
        await using var server = new TestServer(host, Subjects.Server(new Nothing()));
        var options = Subjects.Client(server.Listen());
        foreach (var credential in (SshCredential[])[SshCredential.None(), SshCredential.Password("x"), SshCredential.Key(Subjects.UserKey), SshCredential.Interactive(p => [.. p.Prompts.Select(_ => "x")])])
        {
            await Assert.ThrowsAsync<SshAuthenticationException>(() => TestClient.ConnectAsync(host, options with { Credentials = [credential] }));
        }
    }

    [Test]
    public async Task Who_logs_in_may_do_nothing_by_that_alone([Values] Host host)
    {
        await using var server = new TestServer(host, Subjects.Server(new LoginOnly()));
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(server.Listen()));

        await Assert.ThrowsAsync<SshChannelOpenException>(() => client.OpenChannelAsync(new ChannelOpen("direct-tcpip")));
        Assert.That((await client.SendGlobalRequestAsync(new GlobalRequest("tcpip-forward"))).Success, Is.False);
        using var session = await client.OpenSessionAsync();
        foreach (var request in (ChannelRequest[])[new PtyRequest(), new EnvRequest("LC_ALL", "C"), new ExecRequest("x"), new ShellRequest(), new SubsystemRequest("sftp"), new BreakRequest(), new RawChannelRequest("auth-agent-req@openssh.com")])
        {
            Assert.That(await session.RequestAsync(request, Subjects.Bounded()), Is.False, request.Type);
        }
    }

    [Test]
    public async Task A_subsystem_has_its_handler([Values] Host host)
    {
        await using var server = new TestServer(host, Subjects.Server(new WithSubsystem()));
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(server.Listen()));
        using var session = await client.OpenSessionAsync();
        await Assert.ThrowsAsync<SshChannelRequestException>(() => session.SubsystemAsync("other", Subjects.Bounded()).AsTask());
        await session.SubsystemAsync("hello", Subjects.Bounded());
        var buffer = new byte[5];
        await session.ReadExactlyAsync(buffer, Subjects.Bounded());

        Assert.That(buffer, Is.EqualTo(TestPolicy.Bytes("hello")));
        Assert.That(await session.ReadAsync(buffer, Subjects.Bounded()), Is.Zero);
    }

    [Test]
    public async Task Code_that_blocks_where_it_should_await_holds_up_nobody()
    {
        await using var pair = await HostPair.ConnectAsync(Host.Async, Host.Async, Link.Sockets);
        var jobs = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            for (int n = 0; n < 20; n++)
            {
                using var channel = await pair.Client.OpenChannelAsync(new ChannelOpen("echo@test"));
                await channel.WriteAsync(TestPolicy.Bytes("12345"), Subjects.Bounded());
                await channel.ReadExactlyAsync(new byte[5], Subjects.Bounded());

                // This runs where the data was received: it needs the connection while it stands in its way.
                var result = pair.Client.RunAsync($"echo {n}").GetAwaiter().GetResult();
                Assert.That(result.OutputText, Is.EqualTo($"{n}"));
            }
        }));

        await Task.WhenAll(jobs).WaitAsync(Subjects.Patience);
    }

    [Test]
    public async Task Logs_tell_what_happens_and_no_secret([Values] Host host)
    {
        var log = new Lines();
        const string Secret = "correct horse battery";
        var policy = new TestPolicy();
        policy.Keys.Add(Subjects.UserKey.PublicKey);
        await using var server = new TestServer(host, Subjects.Server(policy) with { Logger = log });
        var options = Subjects.Client(server.Listen()) with { Logger = log, Credentials = [SshCredential.Password(Secret), SshCredential.Key(Subjects.UserKey)] };
        await using (var client = await TestClient.ConnectAsync(host, options with { UserName = "user" }))
        {
            await client.RunAsync("echo words-of-the-session");
        }

        await Assert.ThrowsAsync<SshAuthenticationException>(() => TestClient.ConnectAsync(host, options with { UserName = "ro\u202eot", Credentials = [SshCredential.Password(Secret)] }));
        var all = log.All;
        Assert.That(all, Has.Some.Contains("Logged in as user by publickey").And.Some.Contains("password of user Refuse"));
        Assert.That(all, Has.None.Contains(Secret).And.None.Contains("words-of-the-session"));
        Assert.That(all, Has.Some.Contains("ro\\u202eot").And.None.Contains("\n").And.None.Contains("\u202e"));
    }

    [Test]
    public async Task A_client_says_what_it_is([Values] Host host)
    {
        var pair = await HostPair.ConnectAsync(host, host, Link.Sockets);
        using var session = await pair.Client.OpenSessionAsync();
        Assert.That(pair.Client.Base.ToString(), Does.Contain("127.0.0.1:").And.Contain("logged in as user").And.Contain("1 channels"));
        pair.Client.Base.SendIgnore();
        pair.Client.Base.SendDebug("hello");
        Assert.That((session.WriteRoom > 0, session.Available, session.ErrorAvailable), Is.EqualTo((true, 0, 0)));
        await pair.DisposeAsync();
        Assert.That(pair.Client.Base.ToString(), Does.Contain("ended: LocalDisconnect"));
        Assert.That((session.WriteRoom, session.Available, session.IsOpen), Is.EqualTo((0, 0, false)));
        Assert.That(pair.Client.Base.EndToken.WaitHandle.WaitOne(Subjects.Patience));
    }

    private sealed class Nothing : SshServerPolicy;

    private sealed class LoginOnly : SshServerPolicy
    {
        public override SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password) => SshAuthDecision.Accept;

        public override SshOpenDecision OnChannelOpen(SshServerContext context, string channelType, ReadOnlyMemory<byte> data) =>
            channelType == "session" ? SshOpenDecision.Accept : base.OnChannelOpen(context, channelType, data);
    }

    private sealed class WithSubsystem : SshServerPolicy
    {
        public override IReadOnlyDictionary<string, SshSubsystem> Subsystems { get; } = new Dictionary<string, SshSubsystem> { ["hello"] = new Hello() };

        public override SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password) => SshAuthDecision.Accept;

        public override SshOpenDecision OnChannelOpen(SshServerContext context, string channelType, ReadOnlyMemory<byte> data) => SshOpenDecision.Accept;
    }

    private sealed class Hello : SshSubsystem
    {
        public override void Run(SshServerSession session) => session.Write(TestPolicy.Bytes("hello"));
    }

    private sealed class Lines : ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }
    }
}
