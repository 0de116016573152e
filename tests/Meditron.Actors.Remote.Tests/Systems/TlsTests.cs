using System.Net.Security;
using System.Security.Authentication;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote.Tests.Systems;

/// <summary>With TLS both sides show a certificate of the cluster's authority, or do not talk.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly Certificates _ours = new("our authority");

    public void Dispose() => _ours.Dispose();

    [Fact]
    public async Task Systems_with_certificates_of_one_authority_talk()
    {
        await using var a = new RemoteSystem("a", _ours.ConfigOf(_ours.Issue("a")));
        await using var b = new RemoteSystem("b", _ours.ConfigOf(_ours.Issue("b")));
        var echo = b.Start((message, _, _) => message, "echo");
        var large = new byte[3_000_000];
        new Random(1).NextBytes(large);

        Assert.Equal("hi", await a.RefTo(b, echo).Ask<string>("hi", RemoteSystem.Patience));
        Assert.Equal(large, await a.RefTo(b, echo).Ask<byte[]>(large, RemoteSystem.Patience));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var theirs = new Certificates("their authority");
        await Refused(theirs.ConfigOf(theirs.Issue("stranger")), "is foreign", "is foreign");
    }

    [Fact]
    public async Task A_certificate_of_an_authority_of_the_same_name_is_refused()
    {
        using var theirs = new Certificates("our authority");
        await Refused(theirs.ConfigOf(theirs.Issue("stranger")), "", "");
    }

    [Fact]
    public async Task An_expired_certificate_is_refused() => await Refused(_ours.ConfigOf(_ours.Issue("stranger", -5, -1)), "is expired or not valid yet", "");

    [Fact]
    public async Task A_certificate_that_is_not_valid_yet_is_refused() => await Refused(_ours.ConfigOf(_ours.Issue("stranger", 2, 5)), "is expired or not valid yet", "");

    [Fact]
    public async Task Plain_TCP_is_refused() => await Refused("", "", "");

    [Fact]
    public async Task Who_shows_no_certificate_is_refused()
    {
        await using var here = new Neighbourhood(_ours.ConfigOf(_ours.Issue("a")), _ours.ConfigOf(_ours.Issue("b")));
        await here.Talk();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", here.Subject.Address.Port!.Value).WaitAsync(RemoteSystem.Patience);
#pragma warning disable CA5359 // The stranger does not care who the server is.
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
        try
        {
            await tls.AuthenticateAsClientAsync("127.0.0.1").WaitAsync(RemoteSystem.Patience);
            Assert.Equal(0, await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(RemoteSystem.Patience));
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // Refused in the handshake already.
        }

        here.Warning("the peer has shown no certificate");
        await here.Talk();
    }

    private async Task Refused(string strangerConfig, string whyHere, string whyThere)
    {
        await using var here = new Neighbourhood(_ours.ConfigOf(_ours.Issue("a")), _ours.ConfigOf(_ours.Issue("b")));
        await here.Talk();
        await using var stranger = new RemoteSystem("stranger", strangerConfig);
        stranger.RefTo(here.Subject, here.Echo).Tell("let me in", ActorRefs.NoSender);

        Assert.Contains(whyThere, stranger.Events.Wait<AssociationErrorEvent>().Cause.Message, StringComparison.Ordinal);
        Assert.Contains(whyHere, here.Warning("Refused a connection"), StringComparison.Ordinal);
        await here.Talk();
    }
}
