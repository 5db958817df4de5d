using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using SshCore.Native.Boundary;

namespace SshCore.Tests.Native;

/// <summary>Every function that the library exports, found by reflection.</summary>
internal sealed record Export(string Name, MethodInfo Method)
{
    public static IReadOnlyList<Export> All { get; } =
    [
        .. from type in typeof(Result).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
           let attribute = method.GetCustomAttribute<UnmanagedCallersOnlyAttribute>()
           where attribute is not null
           orderby attribute.EntryPoint
           select new Export(attribute.EntryPoint!, method),
    ];

    public ParameterInfo[] Parameters => Method.GetParameters();

    public bool HasResult => Method.ReturnType == typeof(Result);

    public static Export Named(string name) => All.Single(e => e.Name == name);

    public override string ToString() => Name;

    /// <summary>
    /// Calls it as native code does. Integers and pointers alone go in, in registers and on the stack in order, and what a
    /// function does not have it does not look at.
    /// </summary>
    public unsafe Result Call(params ReadOnlySpan<nint> a)
    {
        Span<nint> all = stackalloc nint[12];
        a.CopyTo(all);
        var function = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, int>)Method.MethodHandle.GetFunctionPointer();
        return (Result)function(all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7], all[8], all[9], all[10], all[11]);
    }
}
