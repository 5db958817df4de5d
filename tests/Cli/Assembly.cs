// What these tests run needs Unix terminals and processes.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[assembly: NUnit.Framework.Platform(Exclude = "Win")]
