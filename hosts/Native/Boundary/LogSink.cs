using System.Text;

namespace SshCore.Native.Boundary;

/// <summary>How much a line of the log matters.</summary>
internal enum LogLevel
{
    Error = 1,
    Warning = 2,
    Info = 3,
    Debug = 4,
}

/// <summary>The caller's one callback. It runs on the calling thread, inside the call that has something to say.</summary>
internal sealed unsafe class LogSink(nint callback, nint context)
{
    public void Write(LogLevel level, string message)
    {
        byte[] text = new byte[Encoding.UTF8.GetByteCount(message) + 1];
        Encoding.UTF8.GetBytes(message, text);
        fixed (byte* p = text)
        {
            ((delegate* unmanaged<nint, int, byte*, nuint, void>)callback)(context, (int)level, p, (nuint)text.Length - 1);
        }
    }
}
