using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp.Server;

/// <summary>What the application's own code throws beside the requests: every request is answered, and every session ends.</summary>
[TestFixture(Host.Async, false)]
[TestFixture(Host.Async, true)]
[TestFixture(Host.Blocking, false)]
[TestFixture(Host.Blocking, true)]
[Parallelizable(ParallelScope.All)]
internal sealed class SessionFailureTests(Host host, bool later)
{
    [Test]
    public async Task ALoggerThatThrowsLeavesNoRequestWithoutItsAnswer()
    {
        var files = new TestFiles(later) { Contents = { ["a"] = [1, 2] } };
        await using var session = new ServedSession(host, files, SftpServerOptions.Default with { Logger = new Throwing(), Allows = kind => kind != SftpRequestKind.Remove });
        var handle = session.Open("a");
        session.OnPath(SftpMessageType.Remove, 1, "a");
        Assert.That(session.Status(), Is.EqualTo((1u, SftpStatusCode.PermissionDenied, "Permission denied")));
        session.OnPath(SftpMessageType.Stat, 2, "none");
        Assert.That(session.Status(), Is.EqualTo((2u, SftpStatusCode.NoSuchFile, "No such file")));
        files.Throws = () => new InvalidOperationException("a bug");
        session.OnPath(SftpMessageType.Stat, 3, "a");
        Assert.That(session.Status(), Is.EqualTo((3u, SftpStatusCode.Failure, "Failure")));
        session.Send(SftpMessageType.Open, 4, w =>
        {
            w.WriteString("a");
            w.WriteUInt32(1);
            w.WriteUInt32(0);
        });
        Assert.That(session.Status(), Is.EqualTo((4u, SftpStatusCode.Failure, "Failure")));
        session.Read(5, handle, 0, 5);
        session.Receive();
        await session.EndAsync();
        Assert.That(files.OpenFiles, Is.Zero, "what is open is closed although that could not be told");
        Assert.That(files.Calls.Last(), Is.EqualTo("ended"));
    }

    [Test]
    public async Task ASessionThatCouldNotStartEnds()
    {
        var files = new Unstarted(later);
        using var stream = new MemoryStream();
        var running = host == Host.Async
            ? Task.Run(() => new SftpServer(files).RunAsync(stream, Subjects.Bounded()).AsTask())
            : Task.Run(() => new SftpServer(files).Run(stream));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => running.WaitAsync(Subjects.Patience));
        Assert.That(error!.Message, Is.EqualTo("no session"));
        Assert.That(files.Error, Is.SameAs(error));
    }

    private sealed class Unstarted(bool later) : SftpFileSystem
    {
        public Exception? Error { get; private set; }

        public override async ValueTask SessionStartedAsync(System.Threading.CancellationToken cancellationToken)
        {
            if (later)
            {
                await Task.Yield();
            }

            throw new InvalidOperationException("no session");
        }

        protected override void SessionEnded(Exception? error) => Error = error;
    }

    private sealed class Throwing : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new InvalidOperationException("the log");

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("the log");
    }
}
