using NUnit.Framework;

// No fixture has state; providers are thread-safe, and these tests would show it if they were not.
[assembly: Parallelizable(ParallelScope.Fixtures)]
