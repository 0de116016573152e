using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Remote.Network.Tcp;

/// <summary>The certificate of this node and the authorities it trusts; both sides of a connection must show a certificate of one of them.</summary>
/// <remarks>The peer's host name is not compared with its certificate: whoever holds a certificate of the cluster's authority is a member, wherever it runs.</remarks>
internal sealed class TlsIdentity
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _authorities;
    private readonly X509Certificate2Collection _intermediates = [];
    private readonly TimeProvider _time;
    private readonly bool _suppressValidation;

    public TlsIdentity(X509Certificate2Collection own, X509Certificate2Collection? trusted, TimeProvider time, bool suppressValidation = false)
    {
        _certificate = own.FirstOrDefault(static c => c.HasPrivateKey)
            ?? throw new ConfigurationException(
                "akka.remote.dot-netty.tcp.ssl.certificate: no certificate with a private key was found; a PKCS #12 file with both is needed.");
        _time = time;
        _suppressValidation = suppressValidation;
        _authorities = trusted ?? [.. own.Where(static c => c.SubjectName.RawData.AsSpan().SequenceEqual(c.IssuerName.RawData))];
        foreach (var certificate in own.Where(c => !ReferenceEquals(c, _certificate)))
        {
            _intermediates.Add(certificate);
        }
    }

    /// <summary>Reads the keys under <c>akka.remote.dot-netty.tcp.ssl</c>.</summary>
    public static TlsIdentity Load(Config ssl, TimeProvider time)
    {
        const string Key = "akka.remote.dot-netty.tcp.ssl";
        var own = ssl.GetBoolean("certificate.use-thumbprint-over-file")
            ? FromStore(ssl, Key)
            : Read($"{Key}.certificate.path", ssl.GetString("certificate.path") ?? "", ssl.GetString("certificate.password") ?? "");
        var trusted = ssl.GetString("trusted-certificates.path") is { Length: > 0 } path
            ? Read($"{Key}.trusted-certificates.path", path, ssl.GetString("trusted-certificates.password") ?? "")
            : null;
        return new TlsIdentity(own, trusted, time, ssl.GetBoolean("suppress-validation"));
    }

    /// <summary>Does the TLS handshake, blocking at most <paramref name="timeout"/>.</summary>
    /// <exception cref="AuthenticationException">A certificate is missing, expired or foreign: says which.</exception>
    public SslStream Authenticate(Socket socket, bool isServer, string host, TimeSpan timeout)
    {
        string? refusal = null;
        bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
            (refusal = Judge(certificate as X509Certificate2, chain)) is null;

        socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: false);
        try
        {
            var context = SslStreamCertificateContext.Create(_certificate, _intermediates, offline: true);
            if (isServer)
            {
                stream.AuthenticateAsServer(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = context,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = Accept,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                });
            }
            else
            {
                stream.AuthenticateAsClient(new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    ClientCertificateContext = context,
                    RemoteCertificateValidationCallback = Accept,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                });
            }
        }
        catch (Exception e) when (refusal is not null)
        {
            stream.Dispose();
            throw new AuthenticationException(refusal, e);
        }

        socket.ReceiveTimeout = 0;
        return stream;
    }

    /// <summary>What a failure of the handshake says, down to its cause, where this side has no reason of its own.</summary>
    public static string Explain(Exception e) => e is not AuthenticationException { InnerException: AuthenticationException } && e.InnerException is { } inner ? $"{e.Message} ({Explain(inner)})" : e.Message;

    /// <summary>Null where the certificate is good, else what is wrong with it.</summary>
    private string? Judge(X509Certificate2? certificate, X509Chain? given)
    {
        if (certificate is null)
        {
            return "the peer has shown no certificate; this system demands one (akka.remote.dot-netty.tcp.enable-ssl)";
        }

        if (_suppressValidation)
        {
            return null;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetLocalNow().DateTime;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (_authorities.Count > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        chain.ChainPolicy.ExtraStore.AddRange(_intermediates);
        foreach (var element in given?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        if (chain.Build(certificate))
        {
            return null;
        }

        var name = $"the peer's certificate {certificate.Subject} of {certificate.Issuer}";
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, s) => all | s.Status);
        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != X509ChainStatusFlags.NoError)
        {
            return $"{name} is foreign: it was not issued by an authority that this system trusts";
        }

        return (status & X509ChainStatusFlags.NotTimeValid) != X509ChainStatusFlags.NoError
            ? $"{name} is expired or not valid yet: it is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u}"
            : $"{name} is refused: {string.Join(", ", chain.ChainStatus.Select(static s => s.Status))}";
    }

    private static X509Certificate2Collection Read(string key, string path, string password)
    {
        if (path.Length == 0)
        {
            throw new ConfigurationException($"{key} is not set; with enable-ssl it must name a PKCS #12 file with the certificate and its private key.");
        }

        try
        {
            if (!path.EndsWith(".pem", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".crt", StringComparison.OrdinalIgnoreCase))
            {
                return X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
            }

            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(path);
            return all;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{key} is \"{path}\", which cannot be read: {e.Message} Check the path and the password.", e);
        }
    }

    private static X509Certificate2Collection FromStore(Config ssl, string key)
    {
        var thumbprint = ssl.GetString("certificate.thumbprint") ?? "";
        var location = (ssl.GetString("certificate.store-location") ?? "").Contains("machine", StringComparison.OrdinalIgnoreCase)
            ? StoreLocation.LocalMachine
            : StoreLocation.CurrentUser;
        var name = ssl.GetString("certificate.store-name") is { Length: > 0 } given ? given : "My";
        using var store = new X509Store(name, location, OpenFlags.ReadOnly);
        var found = store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false);
        return found.Count > 0
            ? found
            : throw new ConfigurationException($"{key}.certificate.thumbprint is \"{thumbprint}\", which is not in the store {name} of {location}.");
    }
}
