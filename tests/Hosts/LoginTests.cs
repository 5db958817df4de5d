using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Hosts;
using SshCore.Keys;

namespace SshCore.Tests.Hosts;

[TestFixtureSource(typeof(TestHosts), nameof(TestHosts.Alike))]
internal sealed class LoginTests(Host clientHost, Host serverHost)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sshcore").FullName;

    [OneTimeTearDown]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_wrong_password_tells_what_was_tried_and_allowed()
    {
        var error = await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(new TestPolicy(), SshCredential.Password("wrong")));

        Assert.That(error!.Tried, Does.Contain("password"));
        Assert.That(error.Allowed, Does.Contain("publickey"));
        Assert.That(error.Message, Does.Contain("user").And.Not.Contain("wrong"));
    }

    [Test]
    public async Task A_failed_login_can_be_followed_by_a_good_one()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, Link.Sockets, with: o => o with { UserName = null, Credentials = [] });
        await Assert.ThrowsAsync<SshAuthenticationException>(() => pair.Client.AuthenticateAsync(SshCredential.Password("wrong")));
        Assert.That(pair.Client.Base.IsAuthenticated, Is.False);
        await pair.Client.AuthenticateAsync(SshCredential.Password(TestPolicy.Password));

        Assert.That((await pair.Client.RunAsync("echo in")).OutputText, Is.EqualTo("in"));
    }

    [Test]
    public async Task Without_a_login_no_channel_opens()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, Link.Sockets, with: o => o with { UserName = null, Credentials = [] });
        await Assert.ThrowsAsync<SshUsageException>(() => pair.Client.OpenSessionAsync());
        Assert.That(pair.Client.Base.IsConnected);
    }

    [Test]
    public async Task A_key_at_hand()
    {
        var policy = new TestPolicy();
        policy.Keys.Add(Subjects.UserKey.PublicKey);

        Assert.That(await LogIn(policy, SshCredential.Key(Subjects.HostKey), SshCredential.Key(Subjects.UserKey)), Is.EqualTo(TestPolicy.User));
    }

    [Test]
    public async Task A_key_file_with_a_passphrase_is_asked_for_once_and_the_bytes_are_zeroed()
    {
        string path = Path.Combine(_folder, "id");
        await File.WriteAllBytesAsync(path, Subjects.UserKey.WriteOpenSsh(TestPolicy.Bytes("open sesame"), rounds: 1));
        var policy = new TestPolicy();
        policy.Keys.Add(Subjects.UserKey.PublicKey);
        var given = new List<byte[]>();

        await LogIn(policy, SshCredential.KeyFile(path, asked =>
        {
            Assert.That(asked, Is.EqualTo(path));
            given.Add(TestPolicy.Bytes("open sesame"));
            return given[^1];
        }));

        Assert.That(given, Has.Count.EqualTo(1));
        Assert.That(given[0], Is.All.EqualTo((byte)0));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task No_passphrase_is_asked_for_before_the_server_would_take_the_key(bool inPem)
    {
        // The one format has the public half in clear, the other has it in a file beside it.
        string path = Path.Combine(_folder, $"unasked-{inPem}");
        File.WriteAllBytes(path, inPem ? Subjects.UserKey.WritePkcs8("open sesame"u8, 1000) : Subjects.UserKey.WriteOpenSsh("open sesame"u8));
        if (inPem)
        {
            File.WriteAllText(path + ".pub", Subjects.UserKey.PublicKey.ToOpenSshString() + "\n");
        }

        int asked = 0;
        byte[]? passphrase = TestPolicy.Bytes("wrong");
        SshCredential file = SshCredential.KeyFile(path, _ =>
        {
            asked++;
            return passphrase is null ? null : (byte[])passphrase.Clone();
        });
        await LogIn(new TestPolicy(), file, SshCredential.Password(TestPolicy.Password));
        Assert.That(asked, Is.Zero, "the server doesn't know the key");

        var policy = new TestPolicy();
        policy.Keys.Add(Subjects.UserKey.PublicKey);
        var error = await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(policy, file));
        Assert.That((asked, error!.InnerException), Is.EqualTo((1, error.InnerException as SshKeyException)));
        passphrase = null;
        await LogIn(policy, file, SshCredential.Password(TestPolicy.Password));
        Assert.That(asked, Is.EqualTo(2), "who gives none skips the key");
        passphrase = TestPolicy.Bytes("open sesame");
        await LogIn(policy, file);
        Assert.That(asked, Is.EqualTo(3));
    }

    [Test]
    public async Task A_key_file_that_cannot_be_used_is_the_cause_if_nothing_else_helps()
    {
        var error = await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(new TestPolicy(), SshCredential.KeyFile(Path.Combine(_folder, "missing"))));
        Assert.That(error!.InnerException, Is.InstanceOf<FileNotFoundException>());

        await LogIn(new TestPolicy(), SshCredential.KeyFile(Path.Combine(_folder, "missing")), SshCredential.Password(TestPolicy.Password));
    }

    [Test]
    public async Task A_signer_elsewhere_signs_only_for_a_key_that_would_do()
    {
        var policy = new TestPolicy();
        policy.Keys.Add(Subjects.UserKey.PublicKey);
        int signed = 0;
        SshCredential Signer(SshPrivateKey key) => SshCredential.Signer(key.PublicKey, query =>
        {
            signed++;
            return key.Sign(query.Algorithm, query.Data.Span);
        });

        await LogIn(policy, Signer(Subjects.HostKey), Signer(Subjects.UserKey));
        Assert.That(signed, Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_and_then_a_password()
    {
        Assert.That(await LogIn(new TwoFactorPolicy(), SshCredential.Password(TestPolicy.Password), SshCredential.Key(Subjects.UserKey)), Is.EqualTo(TestPolicy.User));

        var error = await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(new TwoFactorPolicy(), SshCredential.Key(Subjects.UserKey), SshCredential.Password("wrong")));
        Assert.That(error!.Succeeded, Is.EqualTo(new[] { "publickey" }));
    }

    [Test]
    public async Task Questions_are_answered_in_rounds()
    {
        var rounds = new List<string>();
        var credential = SshCredential.Interactive(prompts =>
        {
            rounds.Add($"{prompts.Name}/{prompts.Instruction}/{string.Join(",", prompts.Prompts.Select(p => p.Text + p.Echo))}");
            return prompts.Round == 1 ? ["blue", "4"] : ["yes"];
        });

        Assert.That(await LogIn(new QuestionPolicy(), credential), Is.EqualTo(TestPolicy.User));
        Assert.That(rounds, Is.EqualTo(new[] { "name/please/Colour?True,Two and two?False", "//Sure?True" }));
    }

    [Test]
    public async Task A_password_answers_one_prompt_without_echo_and_nothing_else()
    {
        Assert.That(await LogIn(new PromptPolicy(("Password:", false)), SshCredential.Password(TestPolicy.Password)), Is.EqualTo(TestPolicy.User));
        var shown = new PromptPolicy(("Password:", true));
        await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(shown, SshCredential.Password(TestPolicy.Password)));
        var two = new PromptPolicy(("Password:", false), ("Again:", false));
        await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(two, SshCredential.Password(TestPolicy.Password)));
        await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(new PromptPolicy(("Password:", false)), SshCredential.Password(TestPolicy.Password, interactiveFallback: false)));

        Assert.That(shown.Given.Concat(two.Given), Is.Empty);
    }

    [Test]
    public async Task An_expired_password_is_changed()
    {
        var policy = new ExpiredPolicy();
        string? asked = null;
        await LogIn(policy, SshCredential.Password(query =>
        {
            asked = query.ChangePrompt ?? asked;
            return TestPolicy.Bytes(query.ChangePrompt is null ? TestPolicy.Password : "better");
        }));

        Assert.That(asked, Is.EqualTo("Choose another one"));
        Assert.That(policy.Changed, Is.EqualTo("secret>better"));
    }

    [Test]
    public async Task A_password_callback_is_asked_again_until_it_gives_up()
    {
        var attempts = new List<int>();
        await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(new TestPolicy(), SshCredential.Password(query =>
        {
            attempts.Add(query.Attempt);
            return query.Attempt > 3 ? null : TestPolicy.Bytes("wrong");
        })));

        Assert.That(attempts, Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task The_try_limit_holds()
    {
        int asked = 0;
        await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(new TestPolicy(), o => o with { TryLimit = 2 }, SshCredential.Password(_ =>
        {
            asked++;
            return TestPolicy.Bytes("wrong");
        })));

        Assert.That(asked, Is.EqualTo(2));
    }

    [Test]
    public async Task No_password_is_sent_to_a_server_that_does_not_want_one()
    {
        var policy = new KeysOnlyPolicy();
        await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(policy, SshCredential.Password(TestPolicy.Password)));
        Assert.That(policy.Passwords, Is.Zero);
    }

    [Test]
    public async Task A_policy_that_throws_refuses()
    {
        var error = await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(new ThrowingPolicy(), SshCredential.Password(TestPolicy.Password)));
        Assert.That(error!.Tried, Does.Contain("password"));
    }

    [Test]
    public async Task None_is_refused_unless_the_policy_lets_in()
    {
        await Assert.ThrowsAsync<SshAuthenticationException>(() => LogIn(new TestPolicy(), SshCredential.None()));
        Assert.That(await LogIn(new OpenPolicy(), SshCredential.None()), Is.EqualTo(TestPolicy.User));
    }

    private Task<string?> LogIn(SshServerPolicy policy, params IReadOnlyList<SshCredential> credentials) => LogIn(policy, o => o, credentials);

    private async Task<string?> LogIn(SshServerPolicy policy, Func<SshClientOptions, SshClientOptions> with, params IReadOnlyList<SshCredential> credentials)
    {
        await using var server = new TestServer(serverHost, Subjects.Server(policy));
        await using var client = await TestClient.ConnectAsync(clientHost, with(Subjects.Client(server.Listen()) with { Credentials = credentials }));
        return client.Base.UserName;
    }

    private sealed class TwoFactorPolicy : SshServerPolicy
    {
        public override IReadOnlyList<string> GetAllowedAuths(SshServerContext context, string userName) => ["publickey"];

        public override SshAuthDecision CheckPublicKey(SshServerContext context, string userName, SshPublicKey key, string algorithm, bool hasSigned)
        {
            if (key != Subjects.UserKey.PublicKey)
            {
                return SshAuthDecision.Refuse;
            }

            context.State = hasSigned ? "key" : context.State;
            return hasSigned ? SshAuthDecision.AcceptPartially("password") : SshAuthDecision.Accept;
        }

        public override SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password) =>
            context.State is "key" && password.Span.SequenceEqual(TestPolicy.Bytes(TestPolicy.Password)) ? SshAuthDecision.Accept : SshAuthDecision.Refuse;
    }

    private sealed class QuestionPolicy : SshServerPolicy
    {
        public override SshAuthDecision BeginInteractive(SshServerContext context, string userName, string submethods) =>
            SshAuthDecision.Ask("name", "please", new AuthPrompt("Colour?", true), new AuthPrompt("Two and two?", false));

        public override SshAuthDecision ContinueInteractive(SshServerContext context, string userName, IReadOnlyList<string> answers, int round) =>
            (round, string.Join(",", answers)) switch
            {
                (1, "blue,4") => SshAuthDecision.Ask("", "", new AuthPrompt("Sure?", true)),
                (2, "yes") => SshAuthDecision.Accept,
                _ => SshAuthDecision.Refuse,
            };
    }

    private sealed class PromptPolicy(params (string Text, bool Echo)[] prompts) : SshServerPolicy
    {
        public List<string> Given { get; } = [];

        public override IReadOnlyList<string> GetAllowedAuths(SshServerContext context, string userName) => ["keyboard-interactive"];

        public override SshAuthDecision BeginInteractive(SshServerContext context, string userName, string submethods) =>
            SshAuthDecision.Ask("", "", [.. prompts.Select(p => new AuthPrompt(p.Text, p.Echo))]);

        public override SshAuthDecision ContinueInteractive(SshServerContext context, string userName, IReadOnlyList<string> answers, int round)
        {
            if (answers is [TestPolicy.Password])
            {
                return SshAuthDecision.Accept;
            }

            Given.AddRange(answers.Where(a => a.Length > 0));
            return SshAuthDecision.Refuse;
        }
    }

    private sealed class ExpiredPolicy : SshServerPolicy
    {
        public string? Changed { get; private set; }

        public override SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password) =>
            SshAuthDecision.ChangePassword("Choose another one");

        public override SshAuthDecision ChangePassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password, ReadOnlyMemory<byte> newPassword)
        {
            Changed = $"{System.Text.Encoding.UTF8.GetString(password.Span)}>{System.Text.Encoding.UTF8.GetString(newPassword.Span)}";
            return SshAuthDecision.Accept;
        }
    }

    private sealed class KeysOnlyPolicy : SshServerPolicy
    {
        public int Passwords { get; private set; }

        public override IReadOnlyList<string> GetAllowedAuths(SshServerContext context, string userName) => ["publickey"];

        public override SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password)
        {
            Passwords++;
            return SshAuthDecision.Accept;
        }
    }

    private sealed class ThrowingPolicy : SshServerPolicy
    {
        public override SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password) =>
            throw new InvalidOperationException("the database is gone");
    }

    private sealed class OpenPolicy : SshServerPolicy
    {
        public override IReadOnlyList<string> GetAllowedAuths(SshServerContext context, string userName) => ["none"];

        public override SshAuthDecision CheckNone(SshServerContext context, string userName) => SshAuthDecision.Accept;
    }
}
