using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>
/// What one session's client has asked for so far (RFC 4254 §6): the terminal, the environment and the one program.
/// Counted when asked, given back when the host refuses.
/// </summary>
internal sealed class SessionSetup
{
    private int _variables;
    private int _environmentBytes;
    private bool _terminal;
    private bool _program;

    /// <summary>
    /// Counts a request. False if it must be refused: a second program ("Only one of these requests can succeed per
    /// channel", RFC 4254 §6.5), a second terminal, a terminal or a variable for a program that runs already, or too
    /// large an environment.
    /// </summary>
    public bool TryTake(ChannelRequest request, SshLimits limits)
    {
        switch (request)
        {
            case ShellRequest or ExecRequest or SubsystemRequest:
                return !_program && (_program = true);
            case PtyRequest:
                return !_program && !_terminal && (_terminal = true);
            case EnvRequest env:
                int bytes = Size(env);
                if (_program || _variables >= limits.EnvironmentVariables || bytes > limits.EnvironmentBytes - _environmentBytes)
                {
                    return false;
                }

                _variables++;
                _environmentBytes += bytes;
                return true;
            default:
                return true;
        }
    }

    /// <summary>Gives back what a refused request had taken.</summary>
    public void GiveBack(ChannelRequest request)
    {
        switch (request)
        {
            case ShellRequest or ExecRequest or SubsystemRequest:
                _program = false;
                break;
            case PtyRequest:
                _terminal = false;
                break;
            case EnvRequest env:
                _variables--;
                _environmentBytes -= Size(env);
                break;
        }
    }

    private static int Size(EnvRequest env) => Utf8.ByteCount(env.Name) + Utf8.ByteCount(env.Value);
}
