using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Events;
using SshCore.Native.Structs;

namespace SshCore.Tests.Native;

/// <summary>A client and a server that are used through the exports alone, logged in, with one channel open.</summary>
internal sealed unsafe class ExportedPair : IDisposable
{
    private static readonly Function Output = new("sshcore_output"), Advance = new("sshcore_output_advance"), Wants = new("sshcore_wants_input"),
        Room = new("sshcore_receive_buffer"), Commit = new("sshcore_commit"), Poll = new("sshcore_poll_event"), Borrow = new("sshcore_borrow_data"),
        WriteData = new("sshcore_channel_write"), Accept = new("sshcore_answer_accept"), Deny = new("sshcore_answer_deny"), Tick = new("sshcore_tick"),
        NextTimeout = new("sshcore_next_timeout"), Reserve = new("sshcore_channel_reserve"), CommitReserved = new("sshcore_channel_commit");

    private readonly Action<nint, ulong>? _onLogIn;
    private bool _isAuthenticated;
    private bool _isOpen;

    /// <param name="onLogIn">Is told the client and the token of its question how to log in, before it is answered.</param>
    public ExportedPair(Action<nint, ulong>? onLogIn = null)
    {
        _onLogIn = onLogIn;
        byte[] cipher = "aes256-gcm@openssh.com\0"u8.ToArray(), kex = "curve25519-sha256\0"u8.ToArray(), user = "joe\0"u8.ToArray(), type = "session\0"u8.ToArray();
        fixed (byte* c = cipher, k = kex, u = user, t = type)
        {
            nint client, server, key = Make.SharedKey;
            var settings = new SettingsStruct { Size = (nuint)sizeof(SettingsStruct), Ciphers = (nint)c, KeyExchanges = (nint)k };
            Check(Export.Named("sshcore_client_new").Call((nint)(&settings), (nint)(&client)));
            settings.HostKeys = (nint)(&key);
            settings.HostKeyCount = 1;
            Check(Export.Named("sshcore_server_new").Call((nint)(&settings), (nint)(&server)));
            Client = client;
            Server = server;
            Check(Export.Named("sshcore_authenticate").Call(client, (nint)u));
            while (!_isAuthenticated)
            {
                Step();
            }

            uint channel;
            Check(Export.Named("sshcore_channel_open").Call(client, (nint)t, 0, (nint)(&channel)));
            Channel = channel;
            while (!_isOpen)
            {
                Step();
            }
        }
    }

    public nint Client { get; }

    public nint Server { get; }

    public uint Channel { get; }

    public long Received { get; private set; }

    /// <summary>The last byte that has arrived.</summary>
    public byte LastByte { get; private set; }

    /// <summary>Carries messages from the client to the server until so many bytes have arrived.</summary>
    public void Carry(long bytes, byte[] message, bool inPlace = false)
    {
        long goal = Received + bytes, sent = 0;
        fixed (byte* p = message)
        {
            while (Received < goal)
            {
                long queued = 0;
                nuint written = 1;
                while (sent < bytes && written > 0 && queued < 128 * 1024)
                {
                    if (inPlace)
                    {
                        written = WriteInPlace(message, (int)Math.Min(message.Length, bytes - sent));
                    }
                    else
                    {
                        Check(WriteData.Call(Client, (nint)Channel, 0, (nint)p, message.Length, (nint)(&written)));
                    }

                    sent += (long)written;
                    queued += (long)written;
                }

                Step();
            }
        }
    }

    public void Dispose()
    {
        Export.Named("sshcore_connection_free").Call(Client);
        Export.Named("sshcore_connection_free").Call(Server);
    }

    /// <summary>Writes through lent memory; how much.</summary>
    public nuint WriteInPlace(ReadOnlySpan<byte> data, int most)
    {
        nint room;
        nuint length;
        Check(Reserve.Call(Client, (nint)Channel, 0, most, (nint)(&room), (nint)(&length)));
        if (length > 0)
        {
            data.Slice(0, (int)length).CopyTo(new Span<byte>((void*)room, (int)length));
            Check(CommitReserved.Call(Client, (nint)length));
        }

        return length;
    }

    /// <summary>Moves what there is both ways, and handles it.</summary>
    public void Step()
    {
        Move(Client, Server);
        var e = new EventStruct { Size = (nuint)sizeof(EventStruct) };
        for (Check(Poll.Call(Server, (nint)(&e))); e.Kind != 0; Check(Poll.Call(Server, (nint)(&e))))
        {
            if ((EventKind)e.Kind == EventKind.ChannelData)
            {
                nint data;
                nuint length;
                Check(Borrow.Call(Server, (nint)(&data), (nint)(&length)));
                Received += (long)length;
                LastByte = length == 0 ? LastByte : ((byte*)data)[length - 1];
            }
            else if (e.Token != 0)
            {
                Check(((EventKind)e.Kind == EventKind.UserPresented ? Deny : Accept).Call(Server, (nint)e.Token));
            }
        }

        Move(Server, Client);
        for (Check(Poll.Call(Client, (nint)(&e))); e.Kind != 0; Check(Poll.Call(Client, (nint)(&e))))
        {
            switch ((EventKind)e.Kind)
            {
                case EventKind.HostKeyOffered:
                    Check(Accept.Call(Client, (nint)e.Token));
                    break;
                case EventKind.AuthMethodNeeded:
                    _onLogIn?.Invoke(Client, e.Token);
                    byte password = (byte)'x';
                    Check(Export.Named("sshcore_answer_password").Call(Client, (nint)e.Token, (nint)(&password), 1));
                    break;
                case EventKind.Authenticated:
                    _isAuthenticated = true;
                    break;
                case EventKind.ChannelOpened:
                    _isOpen = true;
                    break;
                default:
                    break;
            }
        }

        // What a loop over a socket asks each time round.
        ulong at;
        Check(NextTimeout.Call(Client, (nint)(&at)));
        Check(Tick.Call(Client, 0));
    }

    private static void Move(nint from, nint to)
    {
        while (true)
        {
            nint data, room;
            nuint length, free;
            uint wants;
            Check(Output.Call(from, (nint)(&data), (nint)(&length)));
            Check(Wants.Call(to, (nint)(&wants)));
            if (length == 0 || wants == 0)
            {
                return;
            }

            Check(Room.Call(to, (nint)(&room), (nint)(&free)));
            length = Math.Min(length, free);
            new ReadOnlySpan<byte>((void*)data, (int)length).CopyTo(new Span<byte>((void*)room, (int)free));
            Check(Commit.Call(to, (nint)length));
            Check(Advance.Call(from, (nint)length));
            if (length >= 128 * 1024)
            {
                return;
            }
        }
    }

    private static void Check(Result result)
    {
        if (result != Result.Ok)
        {
            throw new AssertionException($"{result}: {ResultTexts.For(result)}");
        }
    }

    /// <summary>An export as native code has it: an address.</summary>
    private sealed class Function(string name)
    {
        private readonly nint _address = Export.Named(name).Method.MethodHandle.GetFunctionPointer();

        public Result Call(nint a, nint b, nint c = 0, nint d = 0, nint e = 0, nint f = 0) =>
            (Result)((delegate* unmanaged<nint, nint, nint, nint, nint, nint, int>)_address)(a, b, c, d, e, f);
    }
}
