using System.IO;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>Compares a local file with a remote one by the hash that the server makes.</summary>
internal static class SftpTreeHash
{
    public static async ValueTask<bool> EqualCore(SftpClientBase client, SftpCall call, SftpPath remote, string local)
    {
        var theirs = await client.CheckFileCore(call, remote).ConfigureAwait(false);
        using var hash = theirs.Algorithm switch
        {
            "sha256" => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
            "sha384" => IncrementalHash.CreateHash(HashAlgorithmName.SHA384),
            "sha512" => IncrementalHash.CreateHash(HashAlgorithmName.SHA512),
            _ => throw SftpException.Found($"The server chose the hash '{Text.Printable(theirs.Algorithm)}', which was not asked for.", "hash", remote, SftpStatusCode.BadMessage),
        };
        using var file = File.OpenRead(local);
        var buffer = new byte[64 * 1024];
        for (int count; (count = file.Read(buffer, 0, buffer.Length)) > 0;)
        {
            hash.AppendData(buffer, 0, count);
        }

        return theirs.Digests.Span.SequenceEqual(hash.GetHashAndReset());
    }
}
