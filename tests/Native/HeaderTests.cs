using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using dnlib.DotNet;
using dnlib.DotNet.Emit;
using NUnit.Framework;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Native.Events;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Tests.Native;

/// <summary>The header says what the library has: the same functions, numbers and layouts.</summary>
public sealed class HeaderTests
{
    [Test]
    public void DeclaresWhatIsExported() =>
        Assert.That(Header.Functions.Keys.Order(StringComparer.Ordinal), Is.EqualTo(Export.All.Select(e => e.Name).Order(StringComparer.Ordinal)));

    [TestCaseSource(nameof(Names))]
    public void HasTheSameTypes(string name)
    {
        var export = Export.Named(name);
        var declaration = Header.Functions[name];
        Assert.That(export.Parameters.Select(p => p.ParameterType), Is.EqualTo(declaration.Parameters.Select(Declaration.Managed)));
        Assert.That(export.Method.ReturnType, Is.EqualTo(Declaration.Managed(declaration.ReturnType)));
    }

    [Test]
    public void SaysWhatEachFunctionIsFor()
    {
        string[] lines = Header.Text.Split('\n');
        var bare = Header.Functions.Keys.Where(name =>
        {
            int at = Array.FindIndex(lines, line => line.Contains(name + "(", StringComparison.Ordinal) && line.EndsWith(");", StringComparison.Ordinal));
            return at < 1 || !lines[at - 1].EndsWith("*/", StringComparison.Ordinal);
        });
        Assert.That(bare, Is.Empty, "functions without a comment of their own directly above");
    }

    // The list is what programs were compiled with: lines are added to it, and none is changed.
    [Test]
    public void NeverNumbersAnew()
    {
        string[] pinned = File.ReadAllLines(Path.Combine(Header.Root, "tests", "Native", "Numbers.txt"));
        Assert.That(Header.Constants.Select(c => $"{c.Key} {c.Value}"), Is.EquivalentTo(pinned));
    }

    [Test]
    public void NumbersResults() => AssertNumbers<Result>(r => r == Result.Ok ? "SSHCORE_OK" : "SSHCORE_E_" + Header.Upper(r.ToString()));

    [Test]
    public void NumbersEvents() => AssertNumbers<EventKind>(k => "SSHCORE_EVENT_" + Header.Upper(k.ToString()));

    [Test]
    public void NumbersErrors() => AssertNumbers<ErrorKind>(k => "SSHCORE_ERROR_" + Header.Upper(k.ToString()));

    [Test]
    public void NumbersRefusals() => AssertNumbers<AuthRefusal>(k => "SSHCORE_REFUSAL_" + Header.Upper(k.ToString()));

    [Test]
    public void NumbersLogLevels() => AssertNumbers<LogLevel>(k => "SSHCORE_LOG_" + Header.Upper(k.ToString()));

    [Test]
    public void NumbersRequestsOfSftp() => AssertNumbers<SftpRequestKind>(k => "SSHCORE_FILE_" + Header.Upper(k.ToString()));

    [Test]
    public void NumbersRepliesOfSftp() => AssertNumbers<SftpReplyKind>(k => "SSHCORE_REPLY_" + Header.Upper(k.ToString()));

    [Test]
    public void NumbersStatusCodesOfSftp() => AssertNumbers<SftpStatusCode>(k => "SSHCORE_STATUS_" + Header.Upper(k.ToString()));

    [Test]
    public void NumbersFlags()
    {
        foreach (var flag in Enum.GetValues<EventFlags>().Where(f => f != EventFlags.None))
        {
            Assert.That(Header.Constants["SSHCORE_FLAG_" + Header.Upper(flag.ToString())], Is.EqualTo((long)flag), $"{flag}");
        }
    }

    [Test]
    public void HasATextForEveryResult()
    {
        string unknown = ResultTexts.For((Result)(-1));
        foreach (var result in Enum.GetValues<Result>())
        {
            Assert.That(ResultTexts.For(result), Is.Not.Empty.And.Not.EqualTo(unknown), $"{result}");
        }
    }

    [Test]
    public unsafe void GivesEachResultItsOwnText()
    {
        var text = (delegate* unmanaged<int, nint>)Export.Named("sshcore_result_text").Method.MethodHandle.GetFunctionPointer();
        int[] numbers = [-1, .. Enum.GetValues<Result>().Select(r => (int)r), 1000];
        foreach (int number in numbers)
        {
            Assert.That(Marshal.PtrToStringUTF8(text(number)), Is.EqualTo(ResultTexts.For((Result)number)), $"{number}");
        }
    }

    [Test]
    public void KnowsEveryEventOfCore()
    {
        foreach (var kind in Enum.GetValues<SshEventKind>())
        {
            Assert.That(EventKinds.For(kind), Is.Not.EqualTo(EventKind.Other), $"{kind} has no number in sshcore.h");
        }
    }

    [Test]
    public void KnowsEveryErrorOfCore()
    {
        foreach (var kind in Enum.GetValues<SshCore.Errors.SshErrorKind>())
        {
            Assert.That(ErrorKinds.For(kind), Is.Not.EqualTo(ErrorKind.Other), $"{kind} has no number in sshcore.h");
        }
    }

    [Test]
    public void EveryExportIsOneCallOfTheGuard()
    {
        using var module = ModuleDefMD.Load(typeof(Result).Assembly.Location);
        var exports = module.GetTypes().SelectMany(t => t.Methods)
            .Where(m => m.CustomAttributes.Any(a => a.TypeFullName == typeof(UnmanagedCallersOnlyAttribute).FullName)).ToArray();
        Assert.That(exports, Has.Length.EqualTo(Export.All.Count));
        foreach (var export in exports)
        {
            var calls = export.Body.Instructions.Where(i => i.OpCode.Code is Code.Call or Code.Callvirt or Code.Calli).Select(i => (IMethod)i.Operand).ToArray();
            if (calls.Length == 0)
            {
                Assert.That(export.Body.Instructions.Any(i => i.OpCode.Code == Code.Newobj), Is.False, export.FullName);
                continue; // it returns a constant
            }

            Assert.That(calls.Select(c => c.DeclaringType.Name.String), Is.EqualTo(new[] { nameof(Guard) }), export.FullName);
        }
    }

    [Test]
    public async System.Threading.Tasks.Task LaysStructsOutAsTheLibraryDoes()
    {
        // A C program says where it has each field of each struct.
        var program = new StringBuilder("#include <sshcore.h>\n#include <stdio.h>\nint main(void) {\n");
        var expected = new StringBuilder();
        foreach (var type in typeof(Result).Assembly.GetTypes().Where(t => t.Namespace == typeof(EventStruct).Namespace && t.IsValueType).OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            string name = "sshcore_" + Header.Upper(type.Name[..^"Struct".Length]).ToLowerInvariant();
            program.Append($"printf(\"{name} %zu\\n\", sizeof({name}));\n");
            expected.Append($"{name} {Marshal.SizeOf(type)}\n");
            foreach (var field in type.GetFields())
            {
                string member = Header.Upper(field.Name).ToLowerInvariant();
                program.Append($"printf(\"{name}.{member} %zu %zu\\n\", offsetof({name}, {member}), sizeof((({name} *)0)->{member}));\n");
                expected.Append($"{name}.{member} {Marshal.OffsetOf(type, field.Name)} {Marshal.SizeOf(field.FieldType)}\n");
            }
        }

        using var build = new Compiler();
        string file = build.Folder.Write("layout.c", program + "return 0; }\n");
        string output = await build.CompileAsync("layout", ["-std=c11", "-Wall", "-Wextra", "-Werror", file]);
        var result = await build.RunAsync(output);
        Assert.That(result.Text, Is.EqualTo(expected.ToString()));
    }

    [TestCase("-std=c11", "c")]
    [TestCase("-std=c++17", "c++")]
    [TestCase("-std=c++20", "c++")]
    public async System.Threading.Tasks.Task CompilesWithoutAWarning(string standard, string language)
    {
        using var build = new Compiler();
        string file = build.Folder.Write("use.c", "#include <sshcore.h>\n#include <sshcore.h>\nint main(void) { sshcore_event e; SSHCORE_INIT(e); return (int)e.kind; }\n");
        await build.CompileAsync("use", [standard, "-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Werror", "-pedantic", "-x", language, "-c", file]);
    }

    private static IEnumerable<string> Names() => Export.All.Select(e => e.Name);

    private static void AssertNumbers<T>(Func<T, string> name)
        where T : struct, Enum
    {
        string prefix = name(default) is var first && first.StartsWith("SSHCORE_OK", StringComparison.Ordinal) ? "SSHCORE_E_" : first[..(first.IndexOf('_', "SSHCORE_".Length) + 1)];
        var values = Enum.GetValues<T>();
        foreach (var value in values)
        {
            Assert.That(Header.Constants, Does.ContainKey(name(value)));
            Assert.That(Header.Constants[name(value)], Is.EqualTo(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)), name(value));
        }

        int declared = Header.Constants.Keys.Count(k => k.StartsWith(prefix, StringComparison.Ordinal) || k == name(default));
        Assert.That(declared, Is.EqualTo(values.Length), $"constants that begin with {prefix}");
    }
}
