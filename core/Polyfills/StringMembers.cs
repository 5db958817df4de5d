#if NETSTANDARD2_0
namespace System;

/// <summary>Members of <see cref="string"/> that netstandard2.0 lacks.</summary>
internal static class StringMembers
{
    public static bool Contains(this string text, char value) => text.IndexOf(value) >= 0;
}
#endif
