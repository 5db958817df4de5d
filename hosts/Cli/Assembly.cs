using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

// Every native call here passes blittable types; no marshalling stub is made when it runs.
[assembly: DisableRuntimeMarshalling]

// serve and ssh need Unix terminals and processes and say so elsewhere; demo runs anywhere.
[assembly: UnsupportedOSPlatform("windows")]
