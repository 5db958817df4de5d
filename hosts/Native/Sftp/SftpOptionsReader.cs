using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Native.Sftp;

/// <summary>Turns <c>sshcore_sftp_options</c> into what core's machines are made with. A field that is zero stands for the default.</summary>
internal static class SftpOptionsReader
{
    // "All servers SHOULD support packets of at least 34000 bytes" (draft-ietf-secsh-filexfer-02 §3).
    private const int LeastMessage = 34000;
    private const int MostMessage = 1 << 30;

    private static readonly (string Name, SftpExtensions Flag)[] Names =
    [
        (SftpExtensionNames.PosixRename, SftpExtensions.PosixRename), (SftpExtensionNames.StatVfs, SftpExtensions.StatVfs),
        (SftpExtensionNames.FStatVfs, SftpExtensions.FStatVfs), (SftpExtensionNames.HardLink, SftpExtensions.HardLink),
        (SftpExtensionNames.FSync, SftpExtensions.FSync), (SftpExtensionNames.LSetStat, SftpExtensions.LSetStat),
        (SftpExtensionNames.Limits, SftpExtensions.Limits), (SftpExtensionNames.ExpandPath, SftpExtensions.ExpandPath),
        (SftpExtensionNames.CopyData, SftpExtensions.CopyData), (SftpExtensionNames.HomeDirectory, SftpExtensions.HomeDirectory),
        (SftpExtensionNames.UsersGroupsById, SftpExtensions.UsersGroupsById), (SftpExtensionNames.CheckFile, SftpExtensions.CheckFile),
    ];

    public static SftpExtensions Extensions(in SftpOptionsStruct o)
    {
        if (In.Names(o.Extensions, "extensions") is not { } names)
        {
            return SftpExtensions.All & ~(SftpExtensions.CheckFile | SftpExtensions.UsersGroupsById);
        }

        var extensions = SftpExtensions.None;
        foreach (string name in names)
        {
            extensions |= Array.Find(Names, known => known.Name == name) is { Name: not null } found ? found.Flag
                : throw new NativeException(Result.Argument, $"There is no extension {name}.");
        }

        return extensions;
    }

    public static SftpLimits Limits(in SftpOptionsStruct o)
    {
        var d = SftpLimits.Default;
        int message = Number(o.MessageLength, d.MessageLength, "message_length");
        if (message is < LeastMessage or > MostMessage)
        {
            throw new NativeException(Result.Argument, $"message_length is {message}; it is {LeastMessage} to {MostMessage}.");
        }

        return d with
        {
            MessageLength = message,
            DataLength = Number(o.DataLength, d.DataLength, "data_length"),
            PathLength = Number(o.PathLength, d.PathLength, "path_length"),
            Handles = Number(o.Handles, d.Handles, "handles"),
            RequestsInFlight = Number(o.RequestsInFlight, d.RequestsInFlight, "requests_in_flight"),
            PendingRequests = Number(o.PendingRequests, d.PendingRequests, "pending_requests"),
            TransferWindow = Window(o.TransferWindow, d.TransferWindow, "transfer_window"),
            UploadWindow = Window(o.UploadWindow, d.UploadWindow, "upload_window"),
            QueuedOutput = Number(o.QueuedOutput, d.QueuedOutput, "queued_output"),
            NamesPerReply = Number(o.NamesPerReply, d.NamesPerReply, "names_per_reply"),
            ExtendedAttributes = Number(o.ExtendedAttributes, d.ExtendedAttributes, "extended_attributes"),
            Extensions = Number(o.ExtensionCount, d.Extensions, "extension_count"),
        };
    }

    private static int Number(uint number, int otherwise, string name) => number == 0 ? otherwise
        : number <= MostMessage ? (int)number : throw new NativeException(Result.Argument, $"{name} is {number}; it is at most {MostMessage}.");

    private static long Window(ulong bytes, long otherwise, string name) => bytes == 0 ? otherwise
        : bytes <= 1L << 40 ? (long)bytes : throw new NativeException(Result.Argument, $"{name} is {bytes}; it is at most 1 TiB.");
}
