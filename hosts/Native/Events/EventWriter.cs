using System.Linq;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Native.Events;

/// <summary>Lays an event of core out as <c>sshcore_event</c>. The hot kinds have no body and cost no memory.</summary>
internal static class EventWriter
{
    /// <summary>What a poll that found nothing writes: no text is NULL in it either.</summary>
    public static EventStruct None { get; } = new()
    {
        Channel = ChannelNumber.None,
        DeadlineUs = ulong.MaxValue,
        User = Arena.Empty,
        Name = Arena.Empty,
        Text = Arena.Empty,
        Detail = Arena.Empty,
        List = Arena.Empty,
        Algorithm = Arena.Empty,
        Key = Arena.Empty,
        Data = Arena.Empty,
        More = Arena.Empty,
    };

    public static EventStruct Write(in SshEvent e, ConnectionObject connection)
    {
        var s = None;
        s.Kind = (uint)EventKinds.For(e.Kind);
        s.Channel = e.Channel.LocalNumber;
        s.Length = (nuint)e.Length;
        s.Stream = (uint)e.Stream;
        if (e.Body is { } body)
        {
            if (body is SshDecision decision)
            {
                s.Token = connection.Questions.Add(decision);
                s.DeadlineUs = Time.Microseconds(decision.Deadline);
            }

            new Filler(connection.EventTexts).Fill(ref s, body);
        }

        return s;
    }

    private readonly struct Filler(Arena arena)
    {
        public void Fill(ref EventStruct s, SshEventBody body)
        {
            switch (body)
            {
                case AuthAttempt attempt:
                    FillAttempt(ref s, attempt);
                    break;
                case SshDecision decision:
                    FillDecision(ref s, decision);
                    break;
                default:
                    FillNotice(ref s, body);
                    break;
            }
        }

        private void FillNotice(ref EventStruct s, SshEventBody body)
        {
            switch (body)
            {
                case VersionReceived version:
                    s.Text = arena.Text(version.Identification);
                    s.Detail = arena.Text(string.Join('\n', version.LinesBefore));
                    break;
                case ExtInfoReceived info:
                    s.Count = (uint)info.Extensions.Count;
                    s.Text = arena.Text(string.Join(',', info.Extensions.Select(x => x.Key)));
                    List(ref s, info.ServerSigAlgs);
                    break;
                case DebugReceived debug:
                    s.Text = arena.Text(debug.Message);
                    Flag(ref s, EventFlags.AlwaysDisplay, debug.AlwaysDisplay);
                    break;
                case PeerDisconnected peer:
                    s.Code = (uint)peer.Reason;
                    s.Text = arena.Text(peer.Description);
                    break;
                case Closed closed:
                    s.Code = (uint)ErrorKinds.For(closed.Error.Kind);
                    s.Count = (uint)closed.Error.Reason;
                    s.Text = arena.Text(closed.Error.Message);
                    s.Detail = arena.Text(closed.Error.ToString());
                    break;
                case KexStarted kex:
                    Flag(ref s, EventFlags.First, kex.IsFirst);
                    Flag(ref s, EventFlags.ByPeer, kex.ByPeer);
                    break;
                case AlgorithmsChosen chosen:
                    Algorithms(ref s, chosen.Algorithms);
                    break;
                case KeysChanged changed:
                    s.Code = (uint)changed.Exchange;
                    Algorithms(ref s, changed.Algorithms);
                    break;
                case BannerReceived banner:
                    s.Text = arena.Text(banner.Message);
                    s.Name = arena.Text(banner.Language);
                    break;
                case AuthPartial partial:
                    s.Name = arena.Text(partial.Method);
                    List(ref s, partial.Remaining);
                    break;
                case Authenticated authenticated:
                    s.User = arena.Text(authenticated.UserName);
                    s.Name = arena.Text(authenticated.Method);
                    List(ref s, [.. authenticated.Factors.Select(f => f.Method)]);
                    var last = authenticated.Factors[^1];
                    s.Algorithm = arena.Text(last.Algorithm);
                    Key(ref s, last.Key);
                    break;
                case AuthFailed failed:
                    List(ref s, failed.Allowed);
                    s.Detail = arena.Text(string.Join(',', failed.Tried));
                    break;
                case ChannelOpened opened:
                    Data(ref s, opened.Data);
                    break;
                case ChannelRefused refused:
                    s.Code = (uint)refused.Reason;
                    s.Text = arena.Text(refused.Description);
                    break;
                case RequestReplied replied:
                    s.Id = replied.Id.Number;
                    Flag(ref s, EventFlags.Success, replied.Success);
                    break;
                case ExitStatus status:
                    s.Code = status.Status;
                    break;
                case ExitSignal signal:
                    s.Name = arena.Text(signal.Name);
                    s.Text = arena.Text(signal.Message);
                    s.Detail = arena.Text(signal.Language);
                    Flag(ref s, EventFlags.CoreDumped, signal.CoreDumped);
                    break;
                case GlobalReplied replied:
                    s.Id = replied.Id.Number;
                    Flag(ref s, EventFlags.Success, replied.Success);
                    Data(ref s, replied.Data);
                    break;
                case Traced traced:
                    s.Code = (uint)traced.Area;
                    s.Count = traced.MessageNumber;
                    s.Id = traced.Sequence;
                    s.Stream = (uint)traced.Direction;
                    s.Length = (nuint)traced.Length;
                    s.Name = arena.Text(traced.MessageName);
                    s.Text = arena.Text(traced.Text);
                    break;
                default:
                    break;
            }
        }

        private void FillDecision(ref EventStruct s, SshDecision decision)
        {
            switch (decision)
            {
                case HostKeyOffered host:
                    Key(ref s, host.Key);
                    s.Algorithm = arena.Text(host.Algorithm);
                    break;
                case HostSignatureNeeded host:
                    Key(ref s, host.Key);
                    s.Algorithm = arena.Text(host.Algorithm);
                    Data(ref s, host.Data);
                    break;
                case GexGroupNeeded group:
                    s.Code = (uint)group.Minimum;
                    s.Count = (uint)group.Preferred;
                    s.Id = (ulong)group.Maximum;
                    break;
                case AuthMethodNeeded method:
                    List(ref s, method.Allowed);
                    s.Name = arena.Text(method.Failed);
                    s.Code = (uint)method.Refusal;
                    s.Text = arena.Text(method.Detail);
                    s.Detail = arena.Text(string.Join(',', method.Succeeded));
                    break;
                case SignatureNeeded signature:
                    Key(ref s, signature.Key);
                    s.Algorithm = arena.Text(signature.Algorithm);
                    Data(ref s, signature.Data);
                    break;
                case PromptsReceived prompts:
                    s.Name = arena.Text(prompts.Name);
                    s.Text = arena.Text(prompts.Instruction);
                    s.Count = (uint)prompts.Prompts.Count;
                    s.Code = (uint)prompts.Round;
                    break;
                case PasswordChangeNeeded change:
                    s.Text = arena.Text(change.Prompt);
                    s.Code = (uint)change.Round;
                    break;
                case UserPresented user:
                    s.User = arena.Text(user.UserName);
                    break;
                case OpenRequested open:
                    s.Channel = open.Id.LocalNumber;
                    s.Name = arena.Text(open.ChannelType);
                    Data(ref s, open.Data);
                    break;
                case ChannelRequested requested:
                    s.Name = arena.Text(requested.Request.Type);
                    Flag(ref s, EventFlags.WantReply, requested.WantReply);
                    Request(ref s, requested.Request);
                    break;
                case GlobalRequested global:
                    s.Name = arena.Text(global.Name);
                    Flag(ref s, EventFlags.WantReply, global.WantReply);
                    Data(ref s, global.Data);
                    break;
                default:
                    break;
            }
        }

        private void FillAttempt(ref EventStruct s, AuthAttempt attempt)
        {
            s.User = arena.Text(attempt.UserName);
            s.Name = arena.Text(attempt.Method);
            List(ref s, [.. attempt.Accepted.Select(f => f.Method)]);
            switch (attempt)
            {
                case PasswordAttempt password:
                    Data(ref s, password.Password);
                    if (password.NewPassword is { } changed)
                    {
                        s.More = arena.Bytes(changed.Span);
                        s.MoreLength = (nuint)changed.Length;
                        Flag(ref s, EventFlags.HasMore, true);
                    }

                    break;
                case KeyProbe probe:
                    Key(ref s, probe.Key);
                    s.Algorithm = arena.Text(probe.Algorithm);
                    break;
                case KeyProof proof:
                    Key(ref s, proof.Key);
                    s.Algorithm = arena.Text(proof.Algorithm);
                    break;
                case InteractiveAttempt interactive:
                    s.Text = arena.Text(interactive.Submethods);
                    break;
                case InteractiveResponse response:
                    s.Count = (uint)response.AnswersUtf8.Count;
                    s.Code = (uint)response.Round;
                    break;
                default:
                    break;
            }
        }

        private void Request(ref EventStruct s, ChannelRequest request)
        {
            switch (request)
            {
                case ExecRequest exec:
                    s.Text = arena.Text(exec.Command);
                    Data(ref s, exec.CommandBytes);
                    break;
                case SubsystemRequest subsystem:
                    s.Text = arena.Text(subsystem.Name);
                    break;
                case EnvRequest env:
                    s.Text = arena.Text(env.Name);
                    s.Detail = arena.Text(env.Value);
                    break;
                case PtyRequest pty:
                    s.Text = arena.Text(pty.Terminal);
                    break;
                case SignalRequest signal:
                    s.Text = arena.Text(signal.Name);
                    break;
                case BreakRequest pause:
                    s.Code = pause.Milliseconds;
                    break;
                case RawChannelRequest raw:
                    Data(ref s, raw.Data);
                    break;
                default:
                    break;
            }
        }

        private void Algorithms(ref EventStruct s, Kex.NegotiatedAlgorithms algorithms)
        {
            s.Name = arena.Text(algorithms.KeyExchange);
            s.Algorithm = arena.Text(algorithms.HostKey);
            s.Text = arena.Text(algorithms.CipherOut);
            s.Detail = arena.Text(algorithms.CipherIn);
            List(ref s, algorithms.Legacy);
            Flag(ref s, EventFlags.StrictKex, algorithms.StrictKex);
        }

        private void List(ref EventStruct s, IReadOnlyList<string>? names)
        {
            s.List = arena.Text(names is null ? null : string.Join(',', names));
            Flag(ref s, EventFlags.HasList, names is not null);
        }

        private void Key(ref EventStruct s, Keys.SshPublicKey? key)
        {
            if (key is not null)
            {
                s.Key = arena.Bytes(key.Blob.Span);
                s.KeyLength = (nuint)key.Blob.Length;
            }
        }

        private void Data(ref EventStruct s, ReadOnlyMemory<byte> data)
        {
            s.Data = arena.Bytes(data.Span);
            s.DataLength = (nuint)data.Length;
        }

        private static void Flag(ref EventStruct s, EventFlags flag, bool on) => s.Flags |= on ? (uint)flag : 0;
    }
}
