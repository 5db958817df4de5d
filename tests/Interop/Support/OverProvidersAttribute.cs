using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>
/// One test for each primitive given and each provider that has it. The method takes the provider's name through
/// <see cref="Under"/>, and the primitive if it has a second parameter.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OverProvidersAttribute(params Primitive[] primitives) : NUnitAttribute, ITestBuilder, IImplyFixture
{
    /// <summary>Whether the composed default is tested as well; it only passes on, which slow tests need not show.</summary>
    public bool WithDefault { get; set; } = true;

    public IEnumerable<TestMethod> BuildFrom(IMethodInfo method, Test? suite)
    {
        bool both = method.GetParameters().Length == 2;
        foreach (var primitive in primitives)
        {
            foreach (var provider in Registry.Supporting(primitive))
            {
                var under = new Under(provider);
                if (!WithDefault && under.IsDefault)
                {
                    continue;
                }

                var parameters = new TestCaseParameters(both ? [under, primitive] : [under]);
                yield return new NUnitTestCaseBuilder().BuildTestMethod(method, suite, parameters);
            }
        }
    }
}
