namespace SshCore.Hosts.Driving;

/// <summary>Something that happens once and that any number of callers wait for. Guarded by the gate.</summary>
internal sealed class HostOperation<T>
{
    private T _result = default!;
    private Func<Exception>? _error;

    public WaitQueue Waiters { get; } = new();

    public bool IsDone { get; private set; }

    /// <summary>The caller gave up waiting: a result that comes late has to be undone.</summary>
    public bool IsAbandoned { get; set; }

    public void Succeed(HostDriver driver, T result)
    {
        if (!IsDone)
        {
            _result = result;
            Finish(driver);
        }
    }

    public void Fail(HostDriver driver, Func<Exception> error)
    {
        if (!IsDone)
        {
            _error = error;
            Finish(driver);
        }
    }

    /// <summary>The result, after <see cref="IsDone"/> was seen under the gate or a waiter was woken.</summary>
    public T GetResult() => _error is null ? _result : throw _error();

    /// <summary>The result if it is done and did not fail.</summary>
    public bool TryGetResult(out T result)
    {
        result = _result;
        return IsDone && _error is null;
    }

    private void Finish(HostDriver driver)
    {
        IsDone = true;
        while (Waiters.First is { } waiter)
        {
            driver.SettleLocked(waiter);
        }
    }
}
