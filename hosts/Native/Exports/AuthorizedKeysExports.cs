using System.Runtime.InteropServices;
using SshCore.Config;
using SshCore.Keys;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Native.Exports;

/// <summary>authorized_keys: read, look a client's key up.</summary>
internal static class AuthorizedKeysExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_authorized_keys_parse")]
    internal static Result Parse(nint text, nuint length, nint keys, nint problems) => Guard.Free((text, length, keys, problems), static a =>
    {
        In.Need(a.keys, "keys");
        // A comment may be in any character set. An option may not: core refuses it for what stands there instead.
        var parsed = new AuthorizedKeysObject(AuthorizedKeys.Parse(System.Text.Encoding.UTF8.GetString(In.Bytes(a.text, a.length, "text"))));
        var result = parsed.Publish(a.keys);
        if (result == Result.Ok)
        {
            Out.Write(a.problems, (nuint)parsed.ProblemCount);
        }

        return result;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_authorized_keys_free")]
    internal static Result Free(nint keys) => Guard.Drop<AuthorizedKeysObject>(keys);

    [UnmanagedCallersOnly(EntryPoint = "sshcore_authorized_keys_problem")]
    internal static Result Problem(nint keys, nuint index, nint text) => Guard.Shared(keys, (index, text), static (AuthorizedKeysObject k, (nuint Index, nint Text) a) =>
    {
        In.Need(a.Text, "text");
        Out.Write(a.Text, k.Problem(a.Index));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_authorized_keys_check")]
    internal static Result Check(nint keys, nint key, nuint keyLength, nint address, nint hostName, nint found) =>
        Guard.Shared(keys, (key, keyLength, address, hostName, found), static (AuthorizedKeysObject k, (nint Key, nuint Length, nint Address, nint HostName, nint Found) a) =>
        {
            Sized.Need<AuthorizedKeyStruct>(a.Found, "found");
            string address = In.Text(a.Address, "address");
            string? hostName = In.OptionalText(a.HostName, "host_name");
            if (!k.TryFind(SshPublicKey.Parse(In.Bytes(a.Key, a.Length, "key")), address, hostName, out var line))
            {
                return Result.KeyNotAuthorized;
            }

            Sized.Write(a.Found, line);
            return Result.Ok;
        });
}
