using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using SshCore.Native.Structs;

namespace SshCore.Tests.Native;

/// <summary>
/// Level 1 and 2 of the interface are one to one with core: <c>CoreInC.txt</c> says of every public member of core by what C
/// reaches it, or why it does not.
/// </summary>
public sealed class ParityTests
{
    // What records and value types are given by the compiler.
    private static readonly string[] Generated = ["Equals", "GetHashCode", "ToString", "Deconstruct", "GetType", "CompareTo", "Default"];

    private static readonly IReadOnlyList<Entry> Map = Read();

    private static readonly IReadOnlySet<string> Members = Surface().ToHashSet(StringComparer.Ordinal);

    [Test]
    public void EveryMemberOfCoreIsInTheMap()
    {
        var mapped = Map.Select(e => e.Member).ToHashSet(StringComparer.Ordinal);
        var missing = Members.Where(m => !mapped.Contains(m) && !mapped.Contains(m[..m.LastIndexOf('.')] + ".*"));
        Assert.That(string.Join('\n', missing.Order(StringComparer.Ordinal)), Is.Empty, "Export it, or say in CoreInC.txt why not.");
    }

    [Test]
    public void TheMapNamesNothingThatIsGone()
    {
        foreach (var entry in Map.Where(e => e.Member != Entry.Own))
        {
            bool isThere = entry.Member.EndsWith(".*", StringComparison.Ordinal)
                ? Members.Any(m => m.StartsWith(entry.Member[..^1], StringComparison.Ordinal))
                : Members.Contains(entry.Member);
            Assert.That(isThere, entry.Member);
        }

        Assert.That(Map.Where(e => e.Member != Entry.Own).Select(e => e.Member), Is.Unique);
    }

    [Test]
    public void WhatItMapsToIsInTheHeader()
    {
        var fields = Fields().ToHashSet(StringComparer.Ordinal);
        foreach (var entry in Map)
        {
            foreach (string target in entry.Targets)
            {
                bool isThere = target.Contains('.', StringComparison.Ordinal) ? fields.Contains(target)
                    : Header.Functions.ContainsKey("sshcore_" + target) || Header.Constants.ContainsKey("SSHCORE_" + target);
                Assert.That(isThere, $"{entry.Member}: {target}");
            }
        }
    }

    [Test]
    public void EveryFunctionHasAMemberOrAReasonOfItsOwn()
    {
        var reached = Map.SelectMany(e => e.Targets).ToHashSet(StringComparer.Ordinal);
        var alone = Header.Functions.Keys.Select(f => f["sshcore_".Length..]).Where(f => !f.StartsWith("easy_", StringComparison.Ordinal) && !reached.Contains(f));
        Assert.That(alone.Order(StringComparer.Ordinal), Is.Empty);
    }

    [Test]
    public void EveryFieldOfTheSettingsIsReached()
    {
        var reached = Map.SelectMany(e => e.Targets).ToHashSet(StringComparer.Ordinal);
        Assert.That(Fields().Where(f => f.Split('.')[0] is "settings" or "limits" or "sftp_options" or "download_options" or "authorized_key" or "upload_options" or "channel_options" && !reached.Contains(f)), Is.Empty);
    }

    // Types of the bottom layers, which nobody outside core holds in his hands, are not looked at: bytes on the wire and maths.
    private static IEnumerable<string> Surface() =>
        from type in typeof(SshConnection).Assembly.GetExportedTypes()
        where !type.IsEnum && type.Namespace is "SshCore" or "SshCore.Channels" or "SshCore.Config" or "SshCore.Errors" or "SshCore.Events" or "SshCore.Kex" or "SshCore.Keys" or "SshCore.Scp" or "SshCore.Sftp"
            || type == typeof(Security.SshAlgorithmPreferences) || type == typeof(Security.SshAlgorithms)
        where !type.IsEnum
        from name in MembersOf(type).Distinct()
        select $"{type.Name}.{name}";

    private static IEnumerable<string> MembersOf(Type type)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var member in type.GetMembers(Own).Where(m => m.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !Generated.Contains(m.Name)))
        {
            switch (member)
            {
                case ConstructorInfo { IsStatic: false } constructor when constructor.GetParameters() is not [var only] || only.ParameterType != type:
                    yield return "new";
                    break;
                case PropertyInfo property:
                    yield return property.Name;
                    break;
                case FieldInfo field:
                    yield return field.Name;
                    break;
                case MethodInfo { IsSpecialName: false } method when method.GetBaseDefinition() == method || method.DeclaringType == type && !method.IsVirtual:
                    yield return method.Name;
                    break;
                default:
                    break;
            }
        }
    }

    private static IEnumerable<string> Fields() =>
        from type in typeof(EventStruct).Assembly.GetTypes()
        where type.Namespace == typeof(EventStruct).Namespace && type.IsValueType
        from field in type.GetFields()
        where field.Name != "Size"
        select $"{Header.Upper(type.Name[..^"Struct".Length]).ToLowerInvariant()}.{Header.Upper(field.Name).ToLowerInvariant()}";

    private static Entry[] Read()
    {
        using var reader = new StreamReader(typeof(ParityTests).Assembly.GetManifestResourceStream("CoreInC.txt")!);
        var entries = new List<Entry>();
        string type = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] != ' ')
            {
                type = line;
                continue;
            }

            // "  Member > function, struct.field" or "  Member : why not"
            int mark = line.IndexOfAny(['>', ':']);
            string[] right = line[mark] == '>' ? line[(mark + 1)..].Split(',', StringSplitOptions.TrimEntries) : [];
            string[] members = line[..mark].Split(',', StringSplitOptions.TrimEntries);
            Assert.That(line[(mark + 1)..].Trim(), Is.Not.Empty, line);
            entries.AddRange(members.Select(m => new Entry(type == Entry.Own ? type : $"{type}.{m}", right.Concat(type == Entry.Own ? [m] : []).ToArray())));
        }

        return [.. entries];
    }

    /// <summary>One member of core, and what reaches it; nothing if there is a reason.</summary>
    private sealed record Entry(string Member, string[] Targets)
    {
        /// <summary>The heading of those functions that have nothing in core.</summary>
        public const string Own = "Of the interface itself";
    }
}
