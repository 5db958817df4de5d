using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Tests.Core.Fakes;

/// <summary>
/// A provider for curve25519-sha256 and chacha20-poly1305 that knows how many of its secrets live: private halves of
/// exchanges and packet keys.
/// </summary>
internal sealed class CountingProvider(SshCryptoProvider inner) : SshCryptoProvider
{
    public int Live { get; private set; }

    public int Made { get; private set; }

    public override string Name => "counting";

    public override RandomSource Random => inner.Random;

    public override bool Supports(Primitive primitive) => inner.Supports(primitive);

    public override SshHash CreateHash(Primitive hash) => inner.CreateHash(hash);

    public override bool VerifyEd25519(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        inner.VerifyEd25519(publicKey, data, signature);

    public override SshChaChaPoly CreateChaChaPoly(ReadOnlySpan<byte> key) => new Cipher(this, inner.CreateChaChaPoly(key));

    public override SshKeyAgreement CreateKeyAgreement(Primitive agreement, RandomSource random) =>
        new Agreement(this, inner.CreateKeyAgreement(agreement, random));

    private void Add()
    {
        Live++;
        Made++;
    }

    private sealed class Cipher : SshChaChaPoly
    {
        private readonly CountingProvider _owner;
        private readonly SshChaChaPoly _inner;
        private bool _gone;

        public Cipher(CountingProvider owner, SshChaChaPoly inner)
        {
            _owner = owner;
            _inner = inner;
            owner.Add();
        }

        public override void CryptLength(uint sequence, Span<byte> length) => _inner.CryptLength(sequence, length);

        public override void Seal(uint sequence, Span<byte> packet, Span<byte> tag) => _inner.Seal(sequence, packet, tag);

        public override bool TryOpen(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag) => _inner.TryOpen(sequence, packet, tag);

        public override void SealBody(uint sequence, Span<byte> body, Span<byte> tag) => _inner.SealBody(sequence, body, tag);

        public override bool TryOpenBody(uint sequence, Span<byte> body, ReadOnlySpan<byte> tag) => _inner.TryOpenBody(sequence, body, tag);

        public override void Dispose()
        {
            _owner.Live -= _gone ? 0 : 1;
            _gone = true;
            _inner.Dispose();
        }
    }

    private sealed class Agreement : SshKeyAgreement
    {
        private readonly CountingProvider _owner;
        private readonly SshKeyAgreement _inner;
        private bool _gone;

        public Agreement(CountingProvider owner, SshKeyAgreement inner)
        {
            _owner = owner;
            _inner = inner;
            owner.Add();
        }

        public override ReadOnlySpan<byte> PublicValue => _inner.PublicValue;

        public override bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret) => _inner.TryAgree(peerPublic, secret);

        public override void Dispose()
        {
            _owner.Live -= _gone ? 0 : 1;
            _gone = true;
            _inner.Dispose();
        }
    }
}
