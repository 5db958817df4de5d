namespace SshCore.Keys;

/// <summary>The hash and the notation of a fingerprint.</summary>
public enum SshFingerprintKind
{
    /// <summary><c>SHA256:</c> and unpadded base64.</summary>
    Sha256,
    /// <summary><c>MD5:</c> and sixteen hex pairs with colons: for comparing with old records only.</summary>
    Md5,
}
