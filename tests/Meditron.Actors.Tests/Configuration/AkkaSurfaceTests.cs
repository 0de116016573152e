using System.Reflection;
using System.Text.RegularExpressions;
using Meditron.Actors.Configuration;
using Meditron.Testing;

namespace Meditron.Actors.Tests.Configuration;

public class AkkaSurfaceTests
{
    [SkippableTheory]
    [InlineData(typeof(Config))]
    [InlineData(typeof(ConfigExtensions))]
    [InlineData(typeof(ConfigurationFactory))]
    [InlineData(typeof(ConfigurationException))]
    public void Configuration_has_no_member_that_Akka_has_not_and_lacks_none_but_those_listed(Type type)
    {
        var path = RepositoryPaths.SharedFile("reference", "akka-api.txt");
        Skip.If(path is null, "the list of Akka.NET's public members is not there");
        var theirs = File.ReadLines(path)
            .SkipWhile(line => !Regex.IsMatch(line, $@"^Akka\.Configuration \| .*class {type.Name}( |$)"))
            .Skip(1)
            .TakeWhile(line => line.StartsWith("  "))
            .Select(line => Signature(line.Trim()))
            .ToHashSet();
        Assert.NotEmpty(theirs);
        var ours = type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(member => member switch
            {
                MethodBase method => (method.IsPublic || method.IsFamily) && !(method.IsSpecialName && Regex.IsMatch(method.Name, "^[gs]et_")),
                PropertyInfo property => property.GetMethod!.IsPublic,
                _ => false,
            })
            .Select(Signature)
            .ToHashSet();

        Assert.Empty(ours.Except(theirs));

        // Substitutions are resolved before a Config exists; binary serialization of exceptions is obsolete in .NET.
        Assert.Empty(theirs.Except(ours).Except(["Substitutions", "new(2) SerializationInfo"]));
    }

    private static string Signature(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({constructor.GetParameters().Length})",
        MethodInfo method => $"{method.Name}({method.GetParameters().Length})",
        _ => member.Name,
    };

    /// <summary>Name and number of parameters of a line of the list.</summary>
    private static string Signature(string line)
    {
        var match = Regex.Match(line, @"(?<name>\w+)(<\w+>)?\((?<parameters>.*)\)$");
        if (!match.Success)
        {
            // A field and a property are written alike in code that uses them.
            return line.Replace(" { get; }", "").Replace(" { get; set; }", "").Split(' ')[^1];
        }

        // Commas inside type arguments separate no parameters.
        var parameters = Regex.Replace(match.Groups["parameters"].Value, "<[^<>]*>", "");
        var count = parameters.Length == 0 ? 0 : parameters.Split(',').Length;
        return $"{match.Groups["name"].Value}({count}){(parameters.Contains("SerializationInfo") ? " SerializationInfo" : "")}";
    }
}
