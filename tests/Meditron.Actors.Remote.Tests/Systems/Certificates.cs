using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meditron.Testing;

namespace Meditron.Actors.Remote.Tests.Systems;

/// <summary>An authority made for one test, and what it issues.</summary>
internal sealed class Certificates : IDisposable
{
    private const string Password = "test";

    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _authority;
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    public Certificates(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _authority = request.CreateSelfSigned(_now.AddDays(-10), _now.AddDays(10));
    }

    /// <summary>A certificate of this authority with its key.</summary>
    public X509Certificate2 Issue(string name, double fromDays = -1, double toDays = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var issued = request.Create(_authority, _now.AddDays(fromDays), _now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>The configuration of a node with a certificate, which trusts this authority.</summary>
    public string ConfigOf(X509Certificate2 certificate)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.pfx");
        X509Certificate2Collection all = [certificate, X509CertificateLoader.LoadCertificate(_authority.RawData)];
        File.WriteAllBytes(path, all.Export(X509ContentType.Pkcs12, Password)!);
        return $"akka.remote.dot-netty.tcp {{ enable-ssl = true, ssl.certificate {{ path = \"{path}\", password = {Password} }} }}";
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }
}
