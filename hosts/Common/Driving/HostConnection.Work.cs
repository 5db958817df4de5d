using System.Threading.Tasks;

namespace SshCore.Hosts.Driving;

/// <summary>Small pieces of user code that a connection starts.</summary>
internal abstract partial class HostConnection
{
    /// <summary>The user of the log-in under way, for messages.</summary>
    public string LoginName { get; set; } = "";

    /// <summary>Called with the user name after a successful log-in, off the gate.</summary>
    public Action<string>? LoginHandler { get; set; }

    /// <summary>Called after a successful log-in under the gate; must be quick and take no lock that is held while this is called.</summary>
    public Action? LoggedInHandler { get; set; }

    /// <summary>Somebody has logged in, whatever came after.</summary>
    public bool HasLoggedIn { get; private set; }

    private sealed class CallbackWork : HostWork
    {
        private readonly HostConnection _connection;
        private readonly string _name;
        private readonly Action _call;

        public CallbackWork(HostConnection connection, string name, Action call)
        {
            _connection = connection;
            _name = name;
            _call = call;
        }

        public override bool IsLong => false;

        public override ValueTask RunAsync(bool sync)
        {
            try
            {
                _call();
            }
#pragma warning disable CA1031 // Telling somebody something is no reason to end a connection.
            catch (Exception ex)
#pragma warning restore CA1031
            {
                _connection.Log.CallbackFailed(_name, ex);
            }

            return default;
        }
    }
}
