using System.Buffers;
using System.IO;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>What each request asks of the file system, and how it is answered.</content>
internal sealed partial class SftpServerSession
{
    private readonly int _utcOffset;
    private readonly Dictionary<uint, string> _userNames = [];
    private readonly Dictionary<uint, string> _groupNames = [];
    private bool _hasStarted;
    private bool _logsFiles;
    private bool _logsQuestions;
    private bool _readsLater;
    private bool _writesLater;

    private void Start(SftpServerRequest request)
    {
        if (!_hasStarted)
        {
            _hasStarted = true;
            _logsFiles = _logger.IsEnabled(LogLevel.Information);
            _logsQuestions = _logger.IsEnabled(LogLevel.Debug);
            _logger.Started(_machine.ClientVersion);
        }

        if (request.Kind is SftpRequestKind.Read or SftpRequestKind.Write && TryAtOnce(request))
        {
            return;
        }

        var operation = HandleAsync(request);
        if (!operation.IsCompletedSuccessfully)
        {
            _running++;
            Follow(operation);
        }
    }

    // An operation answers instead of throwing. If even that fails nobody waits for a reply in vain, and the process goes on.
    private async void Follow(ValueTask operation)
    {
        try
        {
            await operation.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nothing would catch it above.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            _logger.EndFailed(ex);
            _machine.Abort("A request of the SFTP session could not be answered.");
        }
        finally
        {
            _running--;
        }
    }

    private async ValueTask HandleAsync(SftpServerRequest request)
    {
        var kind = request.Kind;
        try
        {
            if (_logsFiles)
            {
                Log(request);
            }

            // A handle that is closed is gone already: the file behind it has to be closed too.
            if (kind != SftpRequestKind.Close && (_options.Allows?.Invoke(kind) == false || (_options.IsReadOnly && Changes(request))))
            {
                Answer(request, SftpStatusCode.PermissionDenied);
                return;
            }

            switch (kind)
            {
                case SftpRequestKind.Read:
                    await ReadAsync(request).ConfigureAwait(false);
                    break;
                case SftpRequestKind.Write:
                    await WriteAsync(request).ConfigureAwait(false);
                    break;
                case SftpRequestKind.Open:
                    await OpenAsync(request).ConfigureAwait(false);
                    break;
                case SftpRequestKind.OpenDirectory:
                    await OpenDirectoryAsync(request).ConfigureAwait(false);
                    break;
                case SftpRequestKind.ReadDirectory:
                    await ReadDirectoryAsync(request, (OpenDirectory)request.State!).ConfigureAwait(false);
                    break;
                case SftpRequestKind.Close:
                    await CloseAsync(request).ConfigureAwait(false);
                    break;
                case SftpRequestKind.Stat:
                    AnswerAttributes(request, await InTurn(_files.StatAsync(request.Path, _ended.Token)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.LStat:
                    AnswerAttributes(request, await InTurn(_files.LStatAsync(request.Path, _ended.Token)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.FStat:
                    AnswerAttributes(request, await InTurn(FileOf(request).StatAsync(_ended.Token)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.StatVfs:
                    AnswerStatVfs(request, await InTurn(_files.StatVfsAsync(request.Path, _ended.Token)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.FStatVfs:
                    AnswerStatVfs(request, await InTurn(FileOf(request).StatVfsAsync(_ended.Token)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.RealPath:
                    AnswerPath(request, await InTurn(_files.RealPathAsync(Self(request.Path), _ended.Token)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.ExpandPath:
                    AnswerPath(request, await InTurn(_files.ExpandPathAsync(Self(request.Path), _ended.Token)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.ReadLink:
                    AnswerPath(request, await InTurn(_files.ReadLinkAsync(request.Path, _ended.Token)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.HomeDirectory:
                    AnswerPath(request, await InTurn(_files.HomeDirectoryAsync(request.Text, _ended.Token)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.UsersGroupsById:
                    await NameNumbersAsync(request).ConfigureAwait(false);
                    break;
                case SftpRequestKind.CopyData:
                    Answer(request, await Aside(() => CopyAsync((OpenFile)request.State!, (OpenFile)request.OtherState!, request.Offset, request.Length, request.OtherOffset)).ConfigureAwait(false));
                    break;
                case SftpRequestKind.CheckFile:
                    await CheckFileAsync(request).ConfigureAwait(false);
                    break;
                default:
                    Answer(request, await InTurn(Change(request)).ConfigureAwait(false));
                    break;
            }
        }
#pragma warning disable CA1031 // Nothing that a file system throws ends the session.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Fail(request, kind, ex);
        }
    }

    private void Fail(SftpServerRequest request, SftpRequestKind kind, Exception exception)
    {
        if (exception is not (IOException or UnauthorizedAccessException or NotSupportedException or OperationCanceledException))
        {
            _logger.Failed(kind, exception);
        }

        if (!request.IsAnswered)
        {
            Answer(request, SftpStatusMap.FromException(exception));
        }
    }

    private ValueTask<SftpStatus> Change(SftpServerRequest request) => request.Kind switch
    {
        SftpRequestKind.SetStat => _files.SetStatAsync(request.Path, request.Attributes, _ended.Token),
        SftpRequestKind.LSetStat => _files.LSetStatAsync(request.Path, request.Attributes, _ended.Token),
        SftpRequestKind.FSetStat => FileOf(request).SetStatAsync(request.Attributes, _ended.Token),
        SftpRequestKind.FSync => FileOf(request).FlushAsync(_ended.Token),
        SftpRequestKind.Remove => _files.RemoveAsync(request.Path, _ended.Token),
        SftpRequestKind.MakeDirectory => _files.MakeDirectoryAsync(request.Path, request.Attributes, _ended.Token),
        SftpRequestKind.RemoveDirectory => _files.RemoveDirectoryAsync(request.Path, _ended.Token),
        SftpRequestKind.Rename => _files.RenameAsync(request.Path, request.OtherPath, _ended.Token),
        SftpRequestKind.PosixRename => _files.PosixRenameAsync(request.Path, request.OtherPath, _ended.Token),
        SftpRequestKind.SymbolicLink => _files.SymbolicLinkAsync(request.Path, request.OtherPath, _ended.Token),
        SftpRequestKind.HardLink => _files.HardLinkAsync(request.Path, request.OtherPath, _ended.Token),
        _ => new(SftpStatusCode.OperationUnsupported),
    };

    // Reads go straight into the output and writes straight from the input, without anything made for them, as long as the file
    // system does both at once. After the first time that it does not, each has a buffer of its own, so that they overlap.
    private bool TryAtOnce(SftpServerRequest request)
    {
        bool isRead = request.Kind == SftpRequestKind.Read;
        if ((isRead ? _readsLater : _writesLater) || request.Length == 0 || (!isRead && _options.IsReadOnly) || _options.Allows is not null)
        {
            return false;
        }

        var file = (OpenFile)request.State!;
        try
        {
            if (isRead)
            {
                ReadAtOnce(request, file);
            }
            else
            {
                WriteAtOnce(request, file);
            }
        }
#pragma warning disable CA1031 // Nothing that a file system throws ends the session.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Fail(request, isRead ? SftpRequestKind.Read : SftpRequestKind.Write, ex);
        }

        return true;
    }

    private void ReadAtOnce(SftpServerRequest request, OpenFile file)
    {
        var operation = file.File.ReadAsync(request.Offset, request.ReserveData(), _ended.Token);
        if (operation.IsCompleted)
        {
            AnswerRead(request, file, operation.GetAwaiter().GetResult());
        }
        else if (_sync)
        {
            AnswerRead(request, file, operation.AsTask().GetAwaiter().GetResult());
        }
        else
        {
            _readsLater = true;
            _exclusive = FinishReadAsync(request, file, operation.AsTask());
        }
    }

    private void WriteAtOnce(SftpServerRequest request, OpenFile file)
    {
        int length = (int)request.Length;
        var operation = file.File.WriteAsync(request.Offset, request.Data, _ended.Token);
        if (operation.IsCompleted)
        {
            AnswerWrite(request, file, length, operation.GetAwaiter().GetResult());
        }
        else if (_sync)
        {
            AnswerWrite(request, file, length, operation.AsTask().GetAwaiter().GetResult());
        }
        else
        {
            _writesLater = true;
            _exclusive = FinishWriteAsync(request, file, operation.AsTask());
        }
    }

    private async ValueTask ReadAsync(SftpServerRequest request)
    {
        var file = (OpenFile)request.State!;
        int length = (int)request.Length;
        if (length == 0)
        {
            request.AnswerData([]);
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var result = await InTurn(file.File.ReadAsync(request.Offset, buffer.AsMemory(0, length), _ended.Token)).ConfigureAwait(false);
            if (result is { IsOk: true, Value: > 0 })
            {
                buffer.AsSpan(0, result.Value).CopyTo(request.ReserveData().Span);
            }

            AnswerRead(request, file, result);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // The loop waits for it and touches nothing meanwhile.
    private async Task FinishReadAsync(SftpServerRequest request, OpenFile file, Task<SftpResult<int>> operation)
    {
        try
        {
            AnswerRead(request, file, await operation.ConfigureAwait(false));
        }
#pragma warning disable CA1031 // Nothing that a file system throws ends the session.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Fail(request, SftpRequestKind.Read, ex);
        }
    }

    private void AnswerRead(SftpServerRequest request, OpenFile file, SftpResult<int> result)
    {
        if (!result.IsOk)
        {
            Answer(request, result.Status);
        }
        else if (result.Value == 0)
        {
            request.Answer(SftpStatusCode.EndOfFile);
        }
        else
        {
            file.BytesRead += result.Value;
            request.CommitData(result.Value);
        }
    }

    private async ValueTask WriteAsync(SftpServerRequest request)
    {
        var file = (OpenFile)request.State!;
        int length = (int)request.Length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, length));
        try
        {
            request.Data.CopyTo(buffer);
            AnswerWrite(request, file, length, await InTurn(file.File.WriteAsync(request.Offset, buffer.AsMemory(0, length), _ended.Token)).ConfigureAwait(false));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task FinishWriteAsync(SftpServerRequest request, OpenFile file, Task<SftpStatus> operation)
    {
        int length = (int)request.Length;
        try
        {
            AnswerWrite(request, file, length, await operation.ConfigureAwait(false));
        }
#pragma warning disable CA1031 // Nothing that a file system throws ends the session.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Fail(request, SftpRequestKind.Write, ex);
        }
    }

    private void AnswerWrite(SftpServerRequest request, OpenFile file, int length, SftpStatus status)
    {
        if (status.IsOk)
        {
            file.BytesWritten += length;
        }

        Answer(request, status);
    }

    private async ValueTask OpenAsync(SftpServerRequest request)
    {
        var path = request.Path;
        var result = await InTurn(_files.OpenAsync(path, request.Flags, request.Attributes, _ended.Token)).ConfigureAwait(false);
        if (!result.IsOk)
        {
            Answer(request, result.Status);
            return;
        }

        var file = result.Value;
        if (!request.AnswerHandle(new OpenFile(file, path), file.OverlapsReads))
        {
            await InTurn(file.CloseAsync()).ConfigureAwait(false);
        }
    }

    private async ValueTask OpenDirectoryAsync(SftpServerRequest request)
    {
        var path = request.Path;
        var result = await InTurn(_files.OpenDirectoryAsync(path, _ended.Token)).ConfigureAwait(false);
        if (!result.IsOk)
        {
            Answer(request, result.Status);
        }
        else if (!request.AnswerHandle(new OpenDirectory(result.Value, path)))
        {
            await InTurn(result.Value.CloseAsync()).ConfigureAwait(false);
        }
    }

    private async ValueTask ReadDirectoryAsync(SftpServerRequest request, OpenDirectory directory)
    {
        if (directory.Next == directory.End)
        {
            directory.Next = directory.End = 0;
            var result = await InTurn(directory.Directory.ReadAsync(directory.Batch, _ended.Token)).ConfigureAwait(false);
            if (!result.IsOk)
            {
                Answer(request, result.Status);
                return;
            }

            if (result.Value == 0)
            {
                request.Answer(SftpStatusCode.EndOfFile);
                return;
            }

            for (int i = 0; i < result.Value; i++)
            {
                directory.Batch[i] = await CompleteAsync(directory.Batch[i]).ConfigureAwait(false);
            }

            directory.End = result.Value;
        }

        directory.Next += request.AnswerNames(directory.Batch.AsSpan(directory.Next, directory.End - directory.Next));
    }

    private async ValueTask CloseAsync(SftpServerRequest request)
    {
        if (request.State is OpenFile file)
        {
            if (_logsFiles)
            {
                _logger.Closed(Printable(file.Path), file.BytesRead, file.BytesWritten);
            }

            Answer(request, await InTurn(file.File.CloseAsync()).ConfigureAwait(false));
        }
        else
        {
            Answer(request, await InTurn(((OpenDirectory)request.State!).Directory.CloseAsync()).ConfigureAwait(false));
        }
    }

    private async ValueTask NameNumbersAsync(SftpServerRequest request)
    {
        var users = new string[request.Users.Count];
        for (int i = 0; i < users.Length; i++)
        {
            users[i] = await NameAsync(_userNames, request.Users[i], user: true).ConfigureAwait(false);
        }

        var groups = new string[request.Groups.Count];
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = await NameAsync(_groupNames, request.Groups[i], user: false).ConfigureAwait(false);
        }

        request.AnswerUsersGroups(users, groups);
    }

    private async ValueTask<SftpFileName> CompleteAsync(SftpFileName name)
    {
        var attributes = Whole(name.Attributes);
        if (!name.LongName.IsEmpty)
        {
            return name with { Attributes = attributes };
        }

        string user = attributes.UserId is { } userId ? await NameAsync(_userNames, userId, user: true).ConfigureAwait(false) : "";
        string group = attributes.GroupId is { } groupId ? await NameAsync(_groupNames, groupId, user: false).ConfigureAwait(false) : "";
        var line = SftpLongName.Format(name.Name, attributes, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), user, group, utcOffset: _utcOffset);
        return new(name.Name, line, attributes);
    }

    // Owners repeat: each is asked for once, up to a bound.
    private async ValueTask<string> NameAsync(Dictionary<uint, string> known, uint number, bool user)
    {
        if (!known.TryGetValue(number, out string? name))
        {
            name = await InTurn(user ? _files.UserNameAsync(number, _ended.Token) : _files.GroupNameAsync(number, _ended.Token)).ConfigureAwait(false);
            if (known.Count < 1024)
            {
                known[number] = name;
            }
        }

        return name;
    }

    private void AnswerAttributes(SftpServerRequest request, SftpResult<SftpAttributes> result)
    {
        if (result.IsOk)
        {
            request.AnswerAttributes(Whole(result.Value));
        }
        else
        {
            Answer(request, result.Status);
        }
    }

    private void AnswerPath(SftpServerRequest request, SftpResult<SftpPath> result)
    {
        if (result.IsOk)
        {
            request.AnswerPath(result.Value);
        }
        else
        {
            Answer(request, result.Status);
        }
    }

    private void AnswerStatVfs(SftpServerRequest request, SftpResult<SftpStatVfs> result)
    {
        if (result.IsOk)
        {
            request.AnswerStatVfs(result.Value);
        }
        else
        {
            Answer(request, result.Status);
        }
    }

    private void Answer(SftpServerRequest request, SftpStatus status)
    {
        if (!status.IsOk && _logsFiles)
        {
            _logger.Refused(status.Text);
        }

        request.Answer(status);
    }

    // Version 3 sends owner and group together, and so the times: half a pair is left out.
    private static SftpAttributes Whole(in SftpAttributes attributes)
    {
        bool owner = attributes is { UserId: not null, GroupId: not null };
        bool times = attributes is { AccessTime: not null, ModifyTime: not null };
        return attributes with
        {
            UserId = owner ? attributes.UserId : null,
            GroupId = owner ? attributes.GroupId : null,
            AccessTime = times ? attributes.AccessTime : null,
            ModifyTime = times ? attributes.ModifyTime : null,
        };
    }

    // OpenSSH's server takes an empty path for the directory it is in.
    private static SftpPath Self(SftpPath path) => path.IsEmpty ? "." : path;

    private static ISftpFile FileOf(SftpServerRequest request) => ((OpenFile)request.State!).File;

    private static bool Changes(SftpServerRequest request) => request.Kind switch
    {
        SftpRequestKind.Open => request.Flags != SftpOpenFlags.Read,
        SftpRequestKind.Write or SftpRequestKind.SetStat or SftpRequestKind.FSetStat or SftpRequestKind.LSetStat or SftpRequestKind.Remove
            or SftpRequestKind.MakeDirectory or SftpRequestKind.RemoveDirectory or SftpRequestKind.Rename or SftpRequestKind.PosixRename
            or SftpRequestKind.SymbolicLink or SftpRequestKind.HardLink or SftpRequestKind.CopyData or SftpRequestKind.FSync => true,
        _ => false,
    };

    private void Log(SftpServerRequest request)
    {
        switch (request.Kind)
        {
            case SftpRequestKind.Read or SftpRequestKind.Write or SftpRequestKind.Close or SftpRequestKind.ReadDirectory:
                break;
            case SftpRequestKind.Open:
                _logger.Opened(Printable(request.Path), request.Flags);
                break;
            case SftpRequestKind.OpenDirectory:
                _logger.OpenedDirectory(Printable(request.Path));
                break;
            case SftpRequestKind.Rename or SftpRequestKind.PosixRename or SftpRequestKind.SymbolicLink or SftpRequestKind.HardLink:
                _logger.ChangingTwo(request.Kind, Printable(request.Path), Printable(request.OtherPath));
                break;
            default:
                var path = request.State is OpenFile file ? file.Path : request.Path;
                if (Changes(request))
                {
                    _logger.Changing(request.Kind, Printable(path));
                }
                else if (_logsQuestions)
                {
                    _logger.Asking(request.Kind, Printable(path));
                }

                break;
        }
    }

    private static string Printable(SftpPath path) => Text.Printable(path.ToString());
}
