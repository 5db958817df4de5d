using SshCore.Config;
using SshCore.Interop;
using SshCore.Native.Boundary;

namespace SshCore.Native.Objects;

/// <summary><c>sshcore_known_hosts</c>: the lines of known_hosts files.</summary>
internal sealed class KnownHostsObject(KnownHostsFile file) : NativeObject
{
    public KnownHostsFile File { get; } = file;

    public KnownHosts Hosts { get; } = new(DefaultCrypto.Provider, file);

    protected override void Release()
    {
    }
}
