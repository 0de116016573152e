using System.Reflection;
using Meditron.Testing;

namespace Meditron.Cli.Tests.EngineSwitch;

/// <summary>Holds what the program uses of the bundled engine to what Akka.NET has as well.</summary>
public class EngineReferencesTests
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData("Meditron.Cmd", "Cluster.Get", "ReceiveActor.Receive", "ExtendedActorSystem.PrintTree")]
    [InlineData("Meditron.Training", "Config.GetString")]
    [InlineData("meditron", "CoordinatedShutdown.Run", "ActorSystem.Create")]
    public void All_that_is_used_of_the_engine_is_public_and_Akkas(string assembly, params string[] surely)
    {
        var references = EngineReferences.Read(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        var extras = Extras();

        Assert.All(surely, name => Assert.Contains(references, reference => reference.ToString().EndsWith($".{name}", StringComparison.Ordinal)));
        var findings = references.Select(reference => Fault(reference, extras)).Where(fault => fault is not null).ToList();
        Assert.True(findings.Count == 0, $"{assembly} would not compile with -p:ActorEngine=AkkaNet:{Environment.NewLine}{string.Join(Environment.NewLine, findings)}");
    }

    [Fact]
    public void What_is_internal_or_the_engines_own_is_found()
    {
        Assert.Contains("is internal", Fault(new("Meditron.Actors", "Meditron.Actors.Actor.EngineRuntime", null), []), StringComparison.Ordinal);
        Assert.Contains("is internal", Fault(new("Meditron.Actors", "Meditron.Actors.Actor.ExtendedActorSystem", "get_Provider"), []), StringComparison.Ordinal);
        Assert.Contains("is not there", Fault(new("Meditron.Actors", "Meditron.Actors.Actor.ActorSystem", "Nonsense"), []), StringComparison.Ordinal);
        Assert.Contains("Akka.NET has no", Fault(new("Meditron.Actors", "Meditron.Actors.Actor.ActorSystem", "Create"), ["Akka.Actor.ActorSystem"]), StringComparison.Ordinal);
        Assert.Contains("Akka.NET has no", Fault(new("Meditron.Actors", "Meditron.Actors.Actor.ActorSystem", null), ["Akka.Actor.*"]), StringComparison.Ordinal);
        Assert.Null(Fault(new("Meditron.Actors", "Meditron.Actors.Actor.ActorSystem", "Create"), []));
    }

    private static string? Fault(EngineReferences.Reference reference, IReadOnlyList<string> extras)
    {
        if (Assembly.Load(reference.Assembly).GetType(reference.Type) is not { } type)
        {
            return $"{reference}: the type is not there any more; build again";
        }

        if (!type.IsVisible)
        {
            return $"{reference}: {type.Name} is internal to the engine; use what Akka.NET has";
        }

        if (reference.Member is { } name)
        {
            var members = Hierarchy(type).SelectMany(each => each.GetMember(name, Any)).ToList();
            if (members.Count == 0)
            {
                return $"{reference}: the member is not there any more; build again";
            }

            if (!members.Exists(IsVisible))
            {
                return $"{reference}: the member is internal to the engine; use what Akka.NET has";
            }
        }

        var akkaName = "Akka" + type.FullName!["Meditron.Actors".Length..].Replace('+', '.');
        return extras.FirstOrDefault(extra => extra.EndsWith('*') ? akkaName.StartsWith(extra[..^1], StringComparison.Ordinal) : akkaName == extra) is { } own
            ? $"{reference}: Akka.NET has no {own}"
            : null;
    }

    private static IEnumerable<Type> Hierarchy(Type type)
    {
        for (var each = type; each is not null; each = each.BaseType)
        {
            yield return each;
        }

        foreach (var each in type.GetInterfaces())
        {
            yield return each;
        }
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => true,
    };

    /// <summary>The types that the surface test lets the engine have although Akka.NET has none such; those whose reason says that Akka.NET has them are none.</summary>
    private static List<string> Extras() =>
    [
        .. File.ReadLines(Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Actors.Tests", "Surface", "differences.txt"))
            .Select(line => line.Split(" | "))
            .Where(parts => parts is ["extra", _, _, var reason] && !reason.StartsWith("in ", StringComparison.Ordinal))
            .Select(parts => parts[1].Trim()),
    ];
}
