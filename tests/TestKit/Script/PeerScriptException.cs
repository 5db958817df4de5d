namespace SshCore.TestKit;

/// <summary>The subject of a script did something else than the script expects: the test has failed.</summary>
public sealed class PeerScriptException(string message) : Exception(message);
