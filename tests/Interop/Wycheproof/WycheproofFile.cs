using System.IO;
using System.Text.Json;
using NUnit.Framework;

namespace SshCore.Tests.Interop;

/// <summary>One case of a file: its own fields and those of its group.</summary>
internal sealed record WycheproofCase(JsonElement Group, JsonElement Test)
{
    public string Result => Test.GetProperty("result").GetString()!;

    public bool IsValid => Result == "valid";

    public string Name => $"case {Test.GetProperty("tcId").GetInt32()} ({Result}): {(Test.TryGetProperty("comment", out var c) ? c.GetString() : "")}";

    public byte[] Bytes(string field) => Hex.Bytes(Test.GetProperty(field).GetString()!);

    public bool Has(string flag)
    {
        foreach (var f in Test.GetProperty("flags").EnumerateArray())
        {
            if (f.GetString() == flag)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A file of the collection. Every case is decided; the number of them is checked, so that none is lost.</summary>
internal static class WycheproofFile
{
    private static readonly Dictionary<string, JsonDocument> Loaded = [];

    public static void ForEach(string name, Action<WycheproofCase> check)
    {
        JsonDocument document;
        lock (Loaded)
        {
            if (!Loaded.TryGetValue(name, out document!))
            {
                document = JsonDocument.Parse(File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Vectors", "Wycheproof", name + "_test.json")));
                Loaded[name] = document;
            }
        }

        int count = 0;
        var wrong = new List<string>();
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var c = new WycheproofCase(group, test);
                try
                {
                    check(c);
                }
                catch (WronglyDecidedException e)
                {
                    wrong.Add($"{c.Name}: {e.Message}");
                }

                count++;
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(count, Is.EqualTo(document.RootElement.GetProperty("numberOfTests").GetInt32()));
    }

    public static void Decide(bool actual, bool expected, string what = "decided")
    {
        if (actual != expected)
        {
            throw new WronglyDecidedException($"{what} {actual}");
        }
    }
}

internal sealed class WronglyDecidedException(string message) : Exception(message);
