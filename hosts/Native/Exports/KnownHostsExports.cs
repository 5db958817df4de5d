using System.Runtime.InteropServices;
using SshCore.Config;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Security;

namespace SshCore.Native.Exports;

/// <summary>known_hosts: read, look up, add, write.</summary>
internal static class KnownHostsExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_known_hosts_parse")]
    internal static Result Parse(nint text, nuint length, nint knownHosts, nint problems) => Guard.Free((text, length, knownHosts, problems), static a =>
    {
        In.Need(a.knownHosts, "known_hosts");
        // As OpenSSH reads it: by bytes; a comment may be in any character set.
        var file = KnownHostsFile.Parse(System.Text.Encoding.UTF8.GetString(In.Bytes(a.text, a.length, "text")));
        var result = new KnownHostsObject(file).Publish(a.knownHosts);
        if (result == Result.Ok)
        {
            Out.Write(a.problems, (nuint)file.Problems.Count);
        }

        return result;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_known_hosts_free")]
    internal static Result Free(nint knownHosts) => Guard.Drop<KnownHostsObject>(knownHosts);

    [UnmanagedCallersOnly(EntryPoint = "sshcore_known_hosts_check")]
    internal static Result Check(nint knownHosts, nint host, uint port, nint key, nuint keyLength) =>
        Guard.On(knownHosts, (host, port, key, keyLength), static (KnownHostsObject k, (nint Host, uint Port, nint Key, nuint Length) a) =>
            Check(k, In.Text(a.Host, "host"), a.Port, SshPublicKey.Parse(In.Bytes(a.Key, a.Length, "key"))));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_known_hosts_add")]
    internal static Result Add(nint knownHosts, nint host, uint port, nint key, nuint keyLength, uint hashed) =>
        Guard.On(knownHosts, (host, port, key, keyLength, hashed), static (KnownHostsObject k, (nint Host, uint Port, nint Key, nuint Length, uint Hashed) a) =>
        {
            k.File.Add(DefaultCrypto.Provider, In.Text(a.Host, "host"), Port(a.Port), SshPublicKey.Parse(In.Bytes(a.Key, a.Length, "key")), In.Flag(a.Hashed, "hashed"));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_known_hosts_remove")]
    internal static Result Remove(nint knownHosts, nint host, uint port, nint keyType, nint removed) =>
        Guard.On(knownHosts, (host, port, keyType, removed), static (KnownHostsObject k, (nint Host, uint Port, nint KeyType, nint Removed) a) =>
        {
            int count = k.File.Remove(DefaultCrypto.Provider, In.Text(a.Host, "host"), Port(a.Port), In.OptionalText(a.KeyType, "key_type"));
            Out.Write(a.Removed, (nuint)count);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_known_hosts_find")]
    internal static Result Find(nint knownHosts, nint host, uint port, nint key, nuint keyLength, nint line) =>
        Guard.On(knownHosts, (host, port, key, keyLength, line), static (KnownHostsObject k, (nint Host, uint Port, nint Key, nuint Length, nint Line) a) =>
        {
            In.Need(a.Line, "line");
            var found = k.Hosts.Check(In.Text(a.Host, "host"), Port(a.Port), SshPublicKey.Parse(In.Bytes(a.Key, a.Length, "key")));
            Out.Write(a.Line, (nuint)(found.Entries.Count == 0 ? 0 : found.Entries[0].LineNumber));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_known_hosts_text")]
    internal static Result Text(nint knownHosts, nint text) => Guard.On(knownHosts, text, static (KnownHostsObject k, nint text) =>
    {
        In.Need(text, "text");
        return new BlobObject(k.File.ToText()).Publish(text);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_known_hosts_order")]
    internal static Result Order(nint knownHosts, nint host, uint port, nint names) =>
        Guard.On(knownHosts, (host, port, names), static (KnownHostsObject k, (nint Host, uint Port, nint Names) a) =>
        {
            In.Need(a.Names, "names");
            var order = k.Hosts.OrderHostKeyAlgorithms(In.Text(a.Host, "host"), Port(a.Port), SshAlgorithmPreferences.Default.HostKeys);
            return new BlobObject(string.Join(',', order)).Publish(a.Names);
        });

    /// <summary>What the lines say about a key, as a result.</summary>
    internal static Result Check(KnownHostsObject known, string host, uint port, SshPublicKey key) =>
        known.Hosts.Check(host, Port(port), key).Verdict switch
        {
            KnownHostsVerdict.Trusted => Result.Ok,
            KnownHostsVerdict.Changed => Result.HostKeyChanged,
            KnownHostsVerdict.Revoked => Result.HostKeyRevoked,
            _ => Result.HostKeyUnknown,
        };

    private static int Port(uint port) => port is >= 1 and <= 65535 ? (int)port
        : throw new NativeException(Result.Argument, $"{port} is no port.");
}
