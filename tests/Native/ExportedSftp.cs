using System.Text;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Tests.Native;

/// <summary>A client's and a server's end of SFTP that are used through the exports alone, and joined by hand.</summary>
internal sealed unsafe class ExportedSftp : IDisposable
{
    public ExportedSftp(string? extensions = null, SftpOptionsStruct options = default)
    {
        Client = Make.Sftp(false);
        nint server;
        fixed (byte* names = Encoding.UTF8.GetBytes(extensions + "\0"))
        {
            options.Size = (nuint)sizeof(SftpOptionsStruct);
            options.Extensions = extensions is null ? 0 : (nint)names;
            Ok("sshcore_sftp_server_new", (nint)(&options), (nint)(&server));
        }

        Server = server;

        // VERSION and the limits go to and fro while both are polled.
        for (int i = 0; i < 4; i++)
        {
            Exchange();
            Assert.That(Request().Kind, Is.Zero);
            Reply();
        }
    }

    public nint Client { get; }

    public nint Server { get; }

    /// <summary>Moves what there is both ways, twice, as some answers come of themselves.</summary>
    public void Exchange()
    {
        for (int i = 0; i < 2; i++)
        {
            Pass(Client, Server);
            Pass(Server, Client);
        }
    }

    public FileReplyStruct Reply()
    {
        var reply = new FileReplyStruct { Size = (nuint)sizeof(FileReplyStruct) };
        Ok("sshcore_sftp_poll_reply", Client, (nint)(&reply));
        return reply;
    }

    public FileRequestStruct Request()
    {
        var request = new FileRequestStruct { Size = (nuint)sizeof(FileRequestStruct) };
        Ok("sshcore_sftp_poll_request", Server, (nint)(&request));
        return request;
    }

    /// <summary>Sends a request and gives what the server makes of it.</summary>
    public FileRequestStruct Ask(FileRequestStruct request)
    {
        request.Size = (nuint)sizeof(FileRequestStruct);
        Ok("sshcore_sftp_send", Client, (nint)(&request));
        Exchange();
        return Request();
    }

    /// <summary>Opens a file: the number that stands for it with the client; with the server it is 42.</summary>
    public ulong Open()
    {
        fixed (byte* path = "file"u8)
        {
            var asked = Ask(new FileRequestStruct { Kind = (uint)SftpRequestKind.Open, Path = (nint)path, PathLength = 4, Flags = 3 });
            Ok("sshcore_sftp_answer_handle", Server, (nint)asked.Token, 42);
        }

        Exchange();
        return Reply().Handle;
    }

    public static void Ok(string function, params ReadOnlySpan<nint> arguments) =>
        Assert.That(Export.Named(function).Call(arguments), Is.EqualTo(Result.Ok), function);

    public static byte[] Bytes(nint data, nuint length) => new ReadOnlySpan<byte>((void*)data, (int)length).ToArray();

    public void Dispose()
    {
        Ok("sshcore_sftp_free", Client);
        Ok("sshcore_sftp_free", Server);
    }

    private static void Pass(nint from, nint to)
    {
        nint data;
        nuint length, taken;
        Ok("sshcore_sftp_output", from, (nint)(&data), (nint)(&length));
        Ok("sshcore_sftp_receive", to, data, (nint)length, (nint)(&taken));
        Ok("sshcore_sftp_output_advance", from, (nint)taken);
    }
}
