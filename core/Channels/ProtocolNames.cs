namespace SshCore.Channels;

/// <summary>Checks what the host wants to send, so that no peer has a reason to end the connection over it.</summary>
internal static class ProtocolNames
{
    /// <summary>Data of one open or request; with its header it stays below the packet size that peers take.</summary>
    public const int LargestData = 255 * 1024;

    /// <summary>Names are printable US-ASCII of 1 to 64 characters (RFC 4250 §4.6.1).</summary>
    public static void Check(string name, string argument)
    {
        bool good = name.Length is > 0 and <= 64;
        foreach (char c in name)
        {
            good &= c is > ' ' and <= '~' and not ',';
        }

        if (!good)
        {
            throw new ArgumentException("A name has 1 to 64 printable US-ASCII characters without space and comma.", argument);
        }
    }

    /// <summary>What would not fit into one packet is refused.</summary>
    public static void CheckSize(int length, string argument)
    {
        if (length > LargestData)
        {
            throw new ArgumentException($"The data has {length} bytes; one message takes at most {LargestData}.", argument);
        }
    }
}
