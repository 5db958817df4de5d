using SshCore.Errors;
using SshCore.Keys;

namespace SshCore.Native.Boundary;

/// <summary>
/// The one way into the library: every export is a single call of one of these. They find the object, keep a second call
/// on it out, and turn whatever is thrown into a result, so that nothing managed is ever seen outside.
/// </summary>
internal static class Guard
{
    /// <summary>A call on a handle that one call at a time may use.</summary>
    public static Result On<T, TArguments>(nint handle, TArguments arguments, Func<T, TArguments, Result> body)
        where T : NativeObject => Enter(handle, arguments, body, evenLending: false);

    /// <summary>One that is taken while memory is lent, too: such as its commit.</summary>
    public static Result OnLending<T, TArguments>(nint handle, TArguments arguments, Func<T, TArguments, Result> body)
        where T : NativeObject => Enter(handle, arguments, body, evenLending: true);

    /// <summary>A call on something that never changes once it is there: any number of threads may be in it.</summary>
    public static Result Shared<T, TArguments>(nint handle, TArguments arguments, Func<T, TArguments, Result> body)
        where T : NativeObject
    {
        try
        {
            return HandleTable.Find(handle) is T typed ? body(typed, arguments)
                : handle == 0 ? Result.NullPointer : Result.BadHandle;
        }
        catch (Exception e)
        {
            return Translate(e, null);
        }
    }

    /// <summary>A call without a handle.</summary>
    public static Result Free<TArguments>(TArguments arguments, Func<TArguments, Result> body)
    {
        try
        {
            return body(arguments);
        }
        catch (Exception e)
        {
            return Translate(e, null);
        }
    }

    /// <summary>Frees a handle. NULL is fine, as with free(3).</summary>
    public static Result Drop<T>(nint handle, Action<T>? first = null)
        where T : NativeObject
    {
        if (handle == 0)
        {
            return Result.Ok;
        }

        NativeObject? target = null;
        try
        {
            target = HandleTable.Find(handle);
            if (target is not T typed)
            {
                return Result.BadHandle;
            }

            if (!target.TryEnter())
            {
                return Result.Busy;
            }

            // It stays entered: a call that found it just before must not use what is gone.
            if (!HandleTable.Remove(handle))
            {
                return Result.BadHandle;
            }

            first?.Invoke(typed);
            target.Dispose();
            return Result.Ok;
        }
        catch (Exception e)
        {
            return Translate(e, target);
        }
    }

    /// <summary>A value that cannot fail but for memory: zero or NULL then.</summary>
    public static nint Value<TArguments>(TArguments arguments, Func<TArguments, nint> body)
    {
        try
        {
            return body(arguments);
        }
        catch (Exception e)
        {
            _ = Translate(e, null);
            return 0;
        }
    }

    private static Result Enter<T, TArguments>(nint handle, TArguments arguments, Func<T, TArguments, Result> body, bool evenLending)
        where T : NativeObject
    {
        try
        {
            var target = HandleTable.Find(handle);
            if (target is not T typed)
            {
                return handle == 0 ? Result.NullPointer : Result.BadHandle;
            }

            if (!target.TryEnter())
            {
                return Result.Busy;
            }

            try
            {
                if (target.IsLending && !evenLending)
                {
                    // Anything else could move or send the memory that is being written.
                    target.Detail = "Memory is lent: commit it first.";
                    return Result.State;
                }

                return body(typed, arguments);
            }
            catch (Exception e)
            {
                // Still entered: the log callback must find it busy, and no other thread may touch the detail.
                return Translate(e, target);
            }
            finally
            {
                target.Leave();
            }
        }
        catch (Exception e)
        {
            return Translate(e, null);
        }
    }

    private static Result Translate(Exception e, NativeObject? target)
    {
        var result = Classify(e);
        try
        {
            if (target is not null)
            {
                target.Detail = e is NativeException native ? native.Message : $"{e.Message}";
                target.Log?.Write(result == Result.Internal ? LogLevel.Error : LogLevel.Warning, result == Result.Internal ? e.ToString() : e.Message);
            }
        }
        catch (Exception second)
        {
            // There is no memory even for the message: the first result says what matters.
            return second is OutOfMemoryException ? Result.Memory : result;
        }

        return result;
    }

    private static Result Classify(Exception e) => e switch
    {
        NativeException native => native.Result,
        SshKeyException key => For(key.Error.Kind),
        SshUsageException => Result.State,
        ArgumentOutOfRangeException => Result.Length,
        ArgumentException => Result.Argument,
        ObjectDisposedException => Result.BadHandle,
        NotSupportedException => Result.Unsupported,
        OutOfMemoryException => Result.Memory,
        System.IO.IOException or UnauthorizedAccessException => Result.File,
        _ => Result.Internal,
    };

    /// <summary>The result for the error of a key file.</summary>
    public static Result For(SshErrorKind kind) => kind switch
    {
        SshErrorKind.PassphraseNeeded => Result.PassphraseNeeded,
        SshErrorKind.PassphraseWrong => Result.PassphraseWrong,
        SshErrorKind.UnsupportedKey => Result.KeyUnsupported,
        SshErrorKind.LimitExceeded => Result.Limit,
        _ => Result.Format,
    };
}
