using System.Linq;
using System.Runtime.InteropServices;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;

namespace SshCore.Tests.Native;

/// <summary>Every export with what it must not be given: a result comes back, and nothing is written.</summary>
public sealed unsafe class MisuseTests
{
    private const byte Untouched = 0xA5;

    private static readonly string[] HandleTypes = ["sshcore_connection", "sshcore_key", "sshcore_known_hosts", "sshcore_authorized_keys", "sshcore_blob", "sshcore_easy", "sshcore_sftp"];

    private nint _scratch;

    [OneTimeSetUp]
    public void SetUp() => _scratch = (nint)NativeMemory.Alloc(64 * 1024);

    [OneTimeTearDown]
    public void TearDown() => NativeMemory.Free((void*)_scratch);

    [TestCaseSource(nameof(WithResult))]
    public void AllZero(string name)
    {
        var result = Export.Named(name).Call();
        bool frees = name.EndsWith("_free", StringComparison.Ordinal) || name.EndsWith("_abandon", StringComparison.Ordinal) || name.EndsWith("_close", StringComparison.Ordinal) && !name.Contains("channel", StringComparison.Ordinal);
        Assert.That(result, frees ? Is.EqualTo(Result.Ok) : Is.Not.EqualTo(Result.Ok));
    }

    [TestCaseSource(nameof(WithHandle))]
    public void HandlesThatAreNone(string name)
    {
        var export = Export.Named(name);
        nint stale = Make.Blob(), real = Make.Blob();
        Assert.That(Export.Named("sshcore_blob_free").Call(stale), Is.EqualTo(Result.Ok));
        try
        {
            // Freed, of another type, a pointer of this process, small and large numbers, one bit off a live one.
            nint[] wrong = [stale, IsBlob(name) ? Make.SharedKey : real, _scratch, 1, -1, real ^ (1 << 25), real ^ 1];
            foreach (nint handle in wrong)
            {
                Fill();
                Assert.That(export.Call([handle, .. Rest(export)]), Is.EqualTo(Result.BadHandle), $"{handle:x}");
                AssertUntouched();
            }
        }
        finally
        {
            Export.Named("sshcore_blob_free").Call(real);
        }
    }

    [TestCaseSource(nameof(WithHandle))]
    public void EachPointerThatIsNull(string name)
    {
        var export = Export.Named(name);
        var declaration = Header.Functions[name];
        for (int missing = 1; missing < declaration.Parameters.Length; missing++)
        {
            if (!declaration.Parameters[missing].Contains('*', StringComparison.Ordinal))
            {
                continue;
            }

            using var target = Make.Target(name);
            Fill();
            nint[] arguments = [target.Handle, .. Rest(export)];
            arguments[missing] = 0;
            var result = export.Call(arguments);

            // Whatever it is, it is a known result; and what was not OK has written nothing.
            Assert.That(Enum.IsDefined(result), $"{declaration.Parameters[missing]}: {(int)result}");
            Assert.That(result, Is.Not.EqualTo(Result.Internal), declaration.Parameters[missing]);
            if (result != Result.Ok)
            {
                AssertUntouched();
            }
        }
    }

    [TestCaseSource(nameof(WithHandle))]
    public void LengthsAndNumbersThatLie(string name)
    {
        var export = Export.Named(name);
        for (int position = 1; position < export.Parameters.Length; position++)
        {
            var type = export.Parameters[position].ParameterType;
            if (type == typeof(nint))
            {
                continue;
            }

            using var target = Make.Target(name);
            Fill();
            nint[] arguments = [target.Handle, .. Rest(export)];
            arguments[position] = -1;
            var result = export.Call(arguments);
            Assert.That(Enum.IsDefined(result), $"{export.Parameters[position].Name}: {(int)result}");
            Assert.That(result, Is.Not.EqualTo(Result.Internal), export.Parameters[position].Name);
            if (result != Result.Ok)
            {
                AssertUntouched();
            }
        }
    }

    [TestCaseSource(nameof(WithStruct))]
    public void StructsThatAreTooSmallOrGarbage(string name, int position)
    {
        var export = Export.Named(name);
        foreach (nuint size in (nuint[])[0, 8, 16, 4097, nuint.MaxValue])
        {
            bool takesHandle = TakesHandle(name);
            using var target = takesHandle ? Make.Target(name) : null;
            Fill();
            nint[] arguments = takesHandle ? [target!.Handle, .. Rest(export)] : [_scratch + 32768, .. Rest(export)];
            arguments[position] = _scratch;
            *(nuint*)_scratch = size;
            var result = export.Call(arguments);
            Assert.That(result, Is.AnyOf(Result.StructSize, Result.Token, Result.Channel, Result.State), $"{size}: {result}");
            Assert.That(new Span<byte>((byte*)_scratch + sizeof(nuint), 4080).ContainsAnyExcept(Untouched), Is.False);
        }
    }

    [TestCaseSource(nameof(Freeing))]
    public void FreesOnce(string name)
    {
        using var target = Make.Target(name);
        Assert.That(Export.Named(name).Call(target.Handle), Is.EqualTo(Result.Ok));
        Assert.That(Export.Named(name).Call(target.Handle), Is.EqualTo(Result.BadHandle));
    }

    private static IEnumerable<string> WithResult() => Export.All.Where(e => e.HasResult).Select(e => e.Name);

    private static IEnumerable<string> WithHandle() => WithResult().Where(TakesHandle);

    private static IEnumerable<string> Freeing() => WithHandle().Where(name =>
        name.EndsWith("_free", StringComparison.Ordinal) || name.EndsWith("_abandon", StringComparison.Ordinal) || name == "sshcore_easy_close");

    private static IEnumerable<object[]> WithStruct() =>
        from name in WithResult()
        let declaration = Header.Functions[name]
        from position in Enumerable.Range(0, declaration.Parameters.Length)
        let type = declaration.Parameters[position].Replace("const ", "", StringComparison.Ordinal).Split(' ', '*')[0]
        where type.StartsWith("sshcore_", StringComparison.Ordinal) && !HandleTypes.Contains(type)
            && declaration.Parameters[position].Count(c => c == '*') == 1
        select new object[] { name, position };

    private static bool TakesHandle(string name) => Header.Functions[name].Parameters is [var first, ..]
        && HandleTypes.Any(h => first.StartsWith(h + " *", StringComparison.Ordinal) && !first.Contains("**", StringComparison.Ordinal));

    private static bool IsBlob(string name) => name.StartsWith("sshcore_blob_", StringComparison.Ordinal);

    // Small numbers, no descriptor of this process, and for every pointer a place of its own where nothing must change.
    private nint[] Rest(Export export) => [.. export.Parameters.Skip(1).Select((p, i) => p.Name switch
    {
        "fd" => -1,
        "progress" or "ask" => Callback,
        _ => p.ParameterType == typeof(nint) ? _scratch + (i * 4096) : 0,
    })];

    // A function is called if all else is well: it has to be one.
    private static nint Callback => (nint)(delegate* unmanaged<nint, ulong, ulong, int>)&GiveUp;

    [UnmanagedCallersOnly]
    private static int GiveUp(nint context, ulong done, ulong total) => 1;

    private void Fill()
    {
        new Span<byte>((void*)_scratch, 64 * 1024).Fill(Untouched);
        // A text that begins in one of the places has an end.
        for (int end = 4095; end < 64 * 1024; end += 4096)
        {
            ((byte*)_scratch)[end] = 0;
        }
    }

    private void AssertUntouched()
    {
        for (int start = 0; start < 64 * 1024; start += 4096)
        {
            Assert.That(new Span<byte>((byte*)_scratch + start, 4095).ContainsAnyExcept(Untouched), Is.False, $"something was written at {start}");
        }
    }
}
