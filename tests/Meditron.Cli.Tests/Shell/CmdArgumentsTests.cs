using Meditron.Cli.Shell;
using Meditron.Testing;

namespace Meditron.Cli.Tests.Shell;

public class CmdArgumentsTests
{
    [Theory]
    [InlineData("cmd cluster show -r worker", "cmd -- cluster show -r worker")]
    [InlineData("cmd 127.0.0.1:9110 actor hierarchy -s /user", "cmd -- 127.0.0.1:9110 actor hierarchy -s /user")]
    [InlineData("cmd --secret-file s h:1 log tail -l info", "cmd --secret-file s -- h:1 log tail -l info")]
    [InlineData("cmd -f node.conf --plain cluster show --debug", "cmd -f node.conf --plain -- cluster show --debug")]
    [InlineData("cmd -- cluster show", "cmd -- cluster show")]
    [InlineData("cmd --help", "cmd --help")]
    [InlineData("cmd", "cmd")]
    [InlineData("train -c a=b cmd x", "train -c a=b cmd x")]
    public void The_words_for_the_node_are_kept_apart_from_the_options(string args, string expected) =>
        Assert.Equal(expected, string.Join(' ', CmdArguments.Separate(args.Split(' '))));

    [Theory]
    [InlineData(null, "127.0.0.1", 9110)]
    [InlineData("10.0.0.7", "10.0.0.7", 9110)]
    [InlineData("node-1:77", "node-1", 77)]
    [InlineData("[::1]:77", "::1", 77)]
    [InlineData("[::1]", "::1", 9110)]
    [InlineData("localhost", "localhost", 9110)]
    public void An_address_may_lack_its_port_or_be_left_out(string? address, string host, int port)
    {
        var target = CmdTarget.Find(address, null, []);
        Assert.Equal((host, port), (target.Host, target.Port));
        Assert.True(address is null || CmdTarget.IsAddress(address));
    }

    [Theory]
    [InlineData("host:")]
    [InlineData("host:port")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData(":9110")]
    [InlineData("a b:9110")]
    [InlineData("::1:9110:x")]
    public void What_is_no_address_is_a_wrong_command_line(string address) =>
        Assert.Contains("is no address of a node", Assert.Throws<UsageException>(() => CmdTarget.Find(address, null, [])).Message, StringComparison.Ordinal);

    [Fact]
    public void Address_and_secret_come_from_the_configuration_of_the_node()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("node.conf"), "meditron.cmd { host = \"0.0.0.0\", port = 4711 }\nakka.remote.secret = from-the-node");
        File.WriteAllText(folder.File("secret"), "from-the-file\n");
        File.WriteAllText(folder.File("empty"), "\n");

        Assert.Equal(new CmdTarget("127.0.0.1", 4711, "from-the-node"), CmdTarget.Find(null, null, [folder.File("node.conf")]));
        Assert.Equal(new CmdTarget("h", 1, "from-the-file"), CmdTarget.Find("h:1", folder.File("secret"), [folder.File("node.conf")]));
        Assert.Contains("is empty", Assert.Throws<ConfigurationException>(() => CmdTarget.Find(null, folder.File("empty"), [])).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<ConfigurationException>(() => CmdTarget.Find(null, folder.File("none"), [])).Message, StringComparison.Ordinal);
    }
}
