// dotnet tool restore && dotnet cake --target=NAME
// Build, Test (default), RealPeers, Native, NativeLibrary, NativeEmulated, NativeCost, Fuzz, Bench, Pack; FuzzSeeds and PublicApi write committed files anew.

using System.Text.RegularExpressions;

var target = Argument("target", "Test");
var configuration = Argument("configuration", "Debug");
var host = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
var runtime = Argument("runtime", host);
var fuzzTarget = Argument("fuzz-target", "all");
var fuzzSeconds = Argument("fuzz-seconds", 60);
var bench = Argument("bench", "whole");

const string Solution = "SshCore.sln";
const string NodePeer = "tests/RealPeers/Scripts/node";
var artifacts = MakeAbsolute(Directory("artifacts"));

Task("Build")
    .Does(() => DotNetBuild(Solution, new DotNetBuildSettings { Configuration = configuration }));

Task("Test")
    .Does(() => DotNetTest(Solution, new DotNetTestSettings { Configuration = configuration }));

// The one peer that Debian does not pack: ssh2 for Node.js, with the versions of the committed lock file.
Task("NodePeer")
    .WithCriteria(() => Context.Tools.Resolve("npm") is not null, "npm is not installed")
    .WithCriteria(() => !FileExists(NodePeer + "/node_modules/ssh2/package.json"), "ssh2 is already there")
    .Does(() => Run("npm", "ci --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error", NodePeer));

Task("RealPeers")
    .IsDependentOn("NodePeer")
    .Does(() => DotNetTest("tests/RealPeers", new DotNetTestSettings { Configuration = configuration }));

// Publishes the library and the program ahead of time, refuses any trim or AOT warning, and runs the program's demo.
Task("Native")
    .IsDependentOn("NativeLibrary")
    .Does(() =>
    {
        var output = artifacts.Combine("cli").Combine(runtime);
        Publish("hosts/Cli/SshCore.Cli.csproj", output, "");
        Run(output.CombineWithFilePath("sshcore").FullPath, "demo", ".");
    });

// The library with its header and its pkg-config file, and an archive of the three; --runtime=linux-arm64 crosses from linux-x64.
Task("NativeLibrary")
    .Does(() =>
    {
        NeedToolchain();
        const long LargestLibrary = 8 * 1024 * 1024;
        const string Project = "hosts/Native/SshCore.Native.csproj";
        var root = artifacts.Combine("native").Combine(runtime);
        var library = root.Combine("lib");
        CleanDirectory(root);
        Publish(Project, library, "");
        var file = GetFiles(library + "/*sshcore.*").Single();
        var size = new System.IO.FileInfo(file.FullPath).Length;
        Information($"{file.GetFilename()}: {size} bytes, stripped; at most {LargestLibrary}");
        if (size > LargestLibrary)
        {
            throw new CakeException("The library is too large.");
        }

        CreateDirectory(root.Combine("include"));
        CopyFileToDirectory("hosts/Native/include/sshcore.h", root.Combine("include"));
        var version = XmlPeek("Directory.Build.props", "/Project/PropertyGroup/Version");
        CreateDirectory(library.Combine("pkgconfig"));
        System.IO.File.WriteAllText(
            library.Combine("pkgconfig").CombineWithFilePath("sshcore.pc").FullPath,
            System.IO.File.ReadAllText("hosts/Native/sshcore.pc.in").Replace("@VERSION@", version));
        if (!IsRunningOnWindows())
        {
            var archive = artifacts.Combine("native").CombineWithFilePath($"sshcore-{version}-{runtime}.tar.gz");
            Run("tar", $"-czf \"{archive}\" --owner=0 --group=0 lib include", root.FullPath);
            Information($"{archive.GetFilename()}");
        }
    });

// Runs every algorithm under emulation of another processor, and finds the bytes of this one; --libraries=FOLDER has its libssl.
Task("NativeEmulated")
    .IsDependentOn("NativeLibrary")
    .Does(() => Run("bash", $"tests/Native/emulated.sh {Triple()} \"{artifacts.Combine("native")}\" {host} {runtime} \"{Argument("libraries", "")}\"", "."));

// What the C interface costs over core itself, the time to load and the memory of an idle connection; --rounds=N.
Task("NativeCost")
    .IsDependentOn("NativeLibrary")
    .Does(() =>
    {
        var output = artifacts.Combine("managed-pair");
        Publish("tests/Native/ManagedPair/SshCore.ManagedPair.csproj", output, "");
        Run("bash", $"tests/Native/cost.sh \"{artifacts.Combine("native").Combine(runtime).Combine("lib")}\" \"{output}/SshCore.ManagedPair\" {Argument("rounds", 31)}", ".");
    });

// A bounded run of every target (or of --fuzz-target): AFL where it is installed, the built-in mutator elsewhere.
Task("Fuzz")
    .Does(() =>
    {
        var output = artifacts.Combine("fuzz").Combine("bin");
        DotNetPublish("fuzz/SshCore.Fuzz.csproj", new DotNetPublishSettings { Configuration = "Release", OutputDirectory = output });
        Run("bash", $"fuzz/run.sh \"{output}\" \"{artifacts.Combine("fuzz").Combine("findings")}\" {fuzzTarget} {fuzzSeconds}", ".");
    });

// Writes the seeds again after a change of the flows they record.
Task("FuzzSeeds")
    .Does(() =>
    {
        foreach (var name in new[] { "server-stream", "client-stream", "valid-packets", "openssh-key", "pem", "known-hosts", "sftp-client", "transfer", "sftp-server" })
        {
            Run("dotnet", $"run --project fuzz -- {name} seeds fuzz/corpus/{name}", ".");
        }
    });

// --bench=whole, loopback, or "parts --filter *".
Task("Bench")
    .Does(() => Run("dotnet", $"run -c Release --project tests/Benchmarks -- {bench}", "."));

// After a change of the public surface: writes the PublicAPI.*.txt of every packed project anew; look at the difference.
Task("PublicApi")
    .Does(() =>
    {
        foreach (var project in GetFiles("core/*.csproj") + GetFiles("interop/*/*.csproj") + GetFiles("hosts/*/*.csproj"))
        {
            // Those whose surface is written down; a program has none.
            if (!FileExists(project.GetDirectory().CombineWithFilePath("PublicAPI.Shipped.txt")))
            {
                continue;
            }

            foreach (var name in new[] { "PublicAPI.Shipped.txt", "PublicAPI.Unshipped.txt" })
            {
                System.IO.File.WriteAllText(project.GetDirectory().CombineWithFilePath(name).FullPath, "#nullable enable\n");
            }

            Run("dotnet", $"format analyzers \"{project}\" --diagnostics RS0016 --severity warn -v quiet", ".");

            // In an order that depends on no culture, so that the difference is what has changed.
            var file = project.GetDirectory().CombineWithFilePath("PublicAPI.Unshipped.txt").FullPath;
            var symbols = System.IO.File.ReadAllLines(file).Where(line => line.Length > 0 && line[0] != '#').OrderBy(line => line, StringComparer.Ordinal);
            System.IO.File.WriteAllText(file, string.Concat(symbols.Prepend("#nullable enable").Select(line => line + "\n")));
        }
    });

Task("Pack")
    .Does(() =>
    {
        DotNetPack(Solution, new DotNetPackSettings { Configuration = "Release", OutputDirectory = artifacts.Combine("packages") });
        Publish("hosts/Cli/SshCore.Cli.csproj", artifacts.Combine("cli").Combine(runtime), "");
        if (runtime == "linux-x64")
        {
            Publish("hosts/Cli/SshCore.Cli.csproj", artifacts.Combine("cli").Combine(runtime + "-v3"), "-p:IlcInstructionSet=x86-64-v3");
        }
    });

RunTarget(target);

// Ahead-of-time compilation crosses processors, not systems, and links with the target's own C toolchain: says what is missing.
void NeedToolchain()
{
    var system = runtime.Split('-')[0];
    var (name, tools) = system switch
    {
        "linux" => ("Linux", "clang"),
        "win" => ("Windows", "the C++ build tools of Visual Studio (\"Desktop development with C++\")"),
        "osx" => ("macOS", "the command line tools of Xcode"),
        _ => throw new CakeException($"--runtime={runtime} is not known; such as linux-x64, linux-arm64, win-x64, osx-arm64."),
    };
    if (system != host.Split('-')[0])
    {
        throw new CakeException(
            $"The library for {runtime} has to be built on {name}, with {tools}: the compiler does not cross systems. " +
            $"Whether the code compiles for it shows here: dotnet build hosts/Native -c Release -r {runtime} -p:PublishAot=false");
    }

    if (system != "linux")
    {
        return;
    }

    if (Context.Tools.Resolve("clang") is null && (runtime != host || Context.Tools.Resolve("gcc") is null))
    {
        throw new CakeException($"The library for {runtime} is linked by clang, which is not installed; on Debian: apt-get install clang");
    }

    if (runtime.Split('-')[^1] != host.Split('-')[^1] && (Context.Tools.Resolve(Triple() + "-objcopy") is null || !FileExists($"/usr/{Triple()}/lib/libc.so")))
    {
        throw new CakeException(
            $"The library for {runtime} needs the binutils and the C library of {Triple()}, which are not installed; on Debian: " +
            $"apt-get install gcc-{Triple()} libc6-dev-{(runtime.EndsWith("-x64") ? "amd64" : runtime.Split('-')[^1])}-cross");
    }
}

string Triple() => runtime switch
{
    "linux-x64" => "x86_64-linux-gnu",
    "linux-arm64" => "aarch64-linux-gnu",
    _ => throw new CakeException($"What crosses to {runtime} is not written down here: build it on such a machine."),
};

void Publish(string project, DirectoryPath output, string properties)
{
    var settings = new ProcessSettings
    {
        Arguments = $"publish {project} -c Release -r {runtime} -o \"{output}\" -nologo {properties}",
        RedirectStandardOutput = true,
    };
    var exitCode = StartProcess("dotnet", settings, out var lines);
    var text = lines.ToList();
    foreach (var line in text)
    {
        Information(line);
    }

    if (exitCode != 0)
    {
        throw new CakeException($"Publishing {project} failed.");
    }

    if (text.FirstOrDefault(line => Regex.IsMatch(line, @"\bIL[0-9]{4}\b")) is { } warning)
    {
        throw new CakeException($"The published program must have no trim or AOT warning: {warning}");
    }
}

void Run(string program, string arguments, string directory)
{
    var exitCode = StartProcess(program, new ProcessSettings { Arguments = arguments, WorkingDirectory = directory });
    if (exitCode != 0)
    {
        throw new CakeException($"{program} {arguments} ended with {exitCode}.");
    }
}
