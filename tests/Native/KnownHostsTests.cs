using System.Text;
using NUnit.Framework;
using SshCore.Native.Boundary;
using static SshCore.Tests.Native.ExportedSftp;

namespace SshCore.Tests.Native;

/// <summary>Lines of known_hosts that are found and taken out.</summary>
public sealed unsafe class KnownHostsTests
{
    [Test]
    public void FindsTheLineAndTakesTheHostOut()
    {
        nint hosts, blob, line, other = Make.NewKey();
        nint blobData, otherData, text;
        nuint length, otherLength, number = 77, removed;
        Ok("sshcore_key_public_line", Make.SharedKey, 0, (nint)(&line));
        Ok("sshcore_blob_data", line, (nint)(&text), (nint)(&length));
        byte[] file = Encoding.UTF8.GetBytes("# a comment\nhost " + Encoding.UTF8.GetString(Bytes(text, length)).Trim() + "\n");
        Ok("sshcore_blob_free", line);
        fixed (byte* p = file, host = "host\0"u8, elsewhere = "elsewhere\0"u8, rsa = "ssh-rsa\0"u8)
        {
            Ok("sshcore_known_hosts_parse", (nint)p, file.Length, (nint)(&hosts), 0);
            Ok("sshcore_key_public_blob", Make.SharedKey, (nint)(&blob));
            Ok("sshcore_blob_data", blob, (nint)(&blobData), (nint)(&length));
            Ok("sshcore_known_hosts_find", hosts, (nint)host, 22, blobData, (nint)length, (nint)(&number));
            Assert.That(number, Is.EqualTo((nuint)2));
            Ok("sshcore_known_hosts_find", hosts, (nint)elsewhere, 22, blobData, (nint)length, (nint)(&number));
            Assert.That(number, Is.EqualTo((nuint)0));

            // Of a key that has changed it is the line with the old one.
            nint otherBlob;
            Ok("sshcore_key_public_blob", other, (nint)(&otherBlob));
            Ok("sshcore_blob_data", otherBlob, (nint)(&otherData), (nint)(&otherLength));
            Ok("sshcore_known_hosts_find", hosts, (nint)host, 22, otherData, (nint)otherLength, (nint)(&number));
            Assert.That(number, Is.EqualTo((nuint)2));

            Ok("sshcore_known_hosts_remove", hosts, (nint)host, 22, (nint)rsa, (nint)(&removed));
            Assert.That(removed, Is.EqualTo((nuint)0));
            Assert.That(Export.Named("sshcore_known_hosts_remove").Call(hosts, (nint)host, 0, 0, (nint)(&removed)), Is.EqualTo(Result.Argument));
            Ok("sshcore_known_hosts_remove", hosts, (nint)host, 22, 0, (nint)(&removed));
            Assert.That(removed, Is.EqualTo((nuint)1));
            Assert.That(Export.Named("sshcore_known_hosts_check").Call(hosts, (nint)host, 22, blobData, (nint)length), Is.EqualTo(Result.HostKeyUnknown));
            Ok("sshcore_blob_free", otherBlob);
        }

        Ok("sshcore_blob_free", blob);
        Ok("sshcore_key_free", other);
        Ok("sshcore_known_hosts_free", hosts);
    }
}
