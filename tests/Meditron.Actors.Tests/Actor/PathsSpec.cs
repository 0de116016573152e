namespace Meditron.Actors.Tests.Specs;

public class PathsSpec
{
    [Theory]
    [InlineData("akka://sys/user/a", "akka", "sys", null, null)]
    [InlineData("akka.tcp://sys@host:2552/user/a", "akka.tcp", "sys", "host", 2552)]
    [InlineData("akka.tcp://sys@127.0.0.1:1/user/a#123", "akka.tcp", "sys", "127.0.0.1", 1)]
    public void Paths_are_read_with_their_addresses(string text, string protocol, string system, string? host, int? port)
    {
        Assert.True(ActorPath.TryParse(text, out var path));
        Assert.Equal((protocol, system, host, port), (path.Address.Protocol, path.Address.System, path.Address.Host, path.Address.Port));
        Assert.Equal(["user", "a"], path.Elements);
        Assert.Equal(text.Contains('#', StringComparison.Ordinal) ? 123 : 0, path.Uid);
        Assert.Equal(text.Split('#')[0], path.ToStringWithAddress());
        Assert.Equal(path, ActorPath.Parse(path.ToSerializationFormat()));
        Assert.Equal(path.Uid, ActorPath.Parse(path.ToSerializationFormat()).Uid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/user/a")]
    [InlineData("user/a")]
    [InlineData("akka.tcp//sys@host:1/user")]
    [InlineData("akka.tcp://sys@host:port/user")]
    [InlineData("akka.tcp://sys@host:99999999999/user")]
    public void What_is_no_path_is_refused(string text)
    {
        Assert.False(ActorPath.TryParse(text, out _));
        Assert.ThrowsAny<UriFormatException>(() => ActorPath.Parse(text));
    }

    [Fact]
    public void Paths_are_put_together_and_taken_apart()
    {
        ActorPath root = new RootActorPath(new Address("akka", "sys"));
        var path = root / "user" / "a" / "b";

        Assert.Equal("akka://sys/user/a/b", path.ToString());
        Assert.Equal("/user/a/b", path.ToStringWithoutAddress());
        Assert.Equal(("b", "a", 3), (path.Name, path.Parent.Name, path.Depth));
        Assert.Equal(root, path.Root);
        Assert.Equal(root / "user", path.ParentOf(1));
        Assert.Equal("akka.tcp://sys@h:1/user/a/b", path.ToStringWithAddress(new Address("akka.tcp", "sys", "h", 1)));
    }

    [Fact]
    public void A_path_with_another_uid_is_the_same_place()
    {
        var path = new RootActorPath(new Address("akka", "sys")) / "user" / "a";

        Assert.Equal(7, path.WithUid(7).Uid);
        Assert.Equal("akka://sys/user/a#7", path.WithUid(7).ToStringWithUid());
        Assert.Equal(0, path.CompareTo(path.WithUid(7)));
    }

    [BundledFact("Akka.NET leaves the brackets in the host")]
    public void An_address_of_IP_version_6_stands_in_brackets_in_text()
    {
        var path = ActorPath.Parse("akka.tcp://sys@[::1]:2552/user/a");

        Assert.Equal(("::1", 2552), (path.Address.Host, path.Address.Port));
        Assert.Equal("akka.tcp://sys@[::1]:2552/user/a", path.ToStringWithAddress());
    }

    [BundledFact("Akka.NET puts siblings before nephews")]
    public void Paths_have_an_order()
    {
        var user = new RootActorPath(new Address("akka", "sys")) / "user";

        Assert.Equal([user / "a", user / "a" / "z", user / "b"], new[] { user / "b", user / "a" / "z", user / "a" }.Order());
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-b_c.d*+:@&=,!~';$", true)]
    [InlineData("%20", true)]
    [InlineData("", false)]
    [InlineData("$a", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    [InlineData("a b", false)]
    [InlineData("%2", false)]
    public void Names_have_letters_digits_and_some_signs(string name, bool valid) => Assert.Equal(valid, ActorPath.IsValidPathElement(name));

    [Fact]
    public void Addresses_are_read_and_written()
    {
        var address = Address.Parse("akka.tcp://sys@host:2552");

        Assert.Equal(new Address("akka.tcp", "sys", "host", 2552), address);
        Assert.Equal("akka.tcp://sys@host:2552", address.ToString());
        Assert.Equal("sys@host:2552", address.HostPort());
        Assert.True(address.HasGlobalScope);
        Assert.True(new Address("akka", "sys").HasLocalScope);
        Assert.Equal("akka.tcp://sys@other:1", address.WithHost("other").WithPort(1).ToString());
        Assert.Equal("akka.ssl://other@host:2552", address.WithProtocol("akka.ssl").WithSystem("other").ToString());
    }

    [Fact]
    public void Addresses_are_equal_by_all_their_parts()
    {
        var address = new Address("akka.tcp", "sys", "host", 1);

        Assert.True(address == new Address("akka.tcp", "sys", "host", 1));
        Assert.NotEqual(address, new Address("akka.tcp", "sys", "host", 2));
        Assert.NotEqual(address, new Address("akka.tcp", "sys", "other", 1));
        Assert.NotEqual(address, new Address("akka.tcp", "other", "host", 1));
        Assert.NotEqual(address, new Address("akka", "sys", "host", 1));
        Assert.Equal(address.GetHashCode(), new Address("akka.tcp", "sys", "host", 1).GetHashCode());
    }
}
