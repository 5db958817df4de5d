using System.Threading;
using System.Threading.Tasks;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// How one call of the user waits: by blocking or by await. Everything in this folder is written once over it; with
/// blocking every task that it gives has completed.
/// </summary>
internal readonly struct SftpCall
{
    private readonly TimeSpan _timeout;

    private SftpCall(bool isBlocking, TimeSpan timeout, CancellationToken token)
    {
        IsBlocking = isBlocking;
        _timeout = timeout;
        Token = token;
    }

    public bool IsBlocking { get; }

    public CancellationToken Token { get; }

    public static SftpCall Blocking(TimeSpan timeout) => new(true, timeout, default);

    public static SftpCall Async(TimeSpan timeout, CancellationToken token) => new(false, timeout, token);

    /// <summary>The same without a limit on its time.</summary>
    public SftpCall Unlimited => new(IsBlocking, Timeout.InfiniteTimeSpan, Token);

    /// <summary>The same, but not cancelled: for what has to be done in any case.</summary>
    public SftpCall Uncancelled => new(IsBlocking, _timeout, default);

    /// <summary>Waits for an operation. Time and cancelling abandon it.</summary>
    /// <exception cref="SshTimeoutException">The time ran out.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ValueTask<T> For<T>(HostDriver driver, HostOperation<T> operation, string what)
    {
        if (IsBlocking)
        {
            return new(driver.Wait(operation, _timeout, what));
        }

        return _timeout == Timeout.InfiniteTimeSpan ? driver.WaitAsync(operation, Token) : BoundedAsync(driver, operation, what);
    }

    private async ValueTask<T> BoundedAsync<T>(HostDriver driver, HostOperation<T> operation, string what)
    {
        Token.ThrowIfCancellationRequested();
        driver.Kick();
        lock (driver.Gate)
        {
            if (operation.IsDone)
            {
                return operation.GetResult();
            }
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(_timeout);
        try
        {
            return await driver.WaitAsync(operation, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            throw new SshTimeoutException($"{what} took longer than {_timeout}.");
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(Token);
        }
    }

    /// <summary>The result of a task of a blocking call, which has completed.</summary>
    public static T Result<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();

    /// <summary>Throws what a task of a blocking call has thrown; it has completed.</summary>
    public static void Result(ValueTask task)
    {
        if (task.IsCompleted)
        {
            task.GetAwaiter().GetResult();
        }
        else
        {
            task.AsTask().GetAwaiter().GetResult();
        }
    }
}
