using System.Diagnostics;
using System.Text;

namespace Meditron.Testing;

/// <summary>A private PostgreSQL server in a folder of its own, reached through a Unix socket there; it ends with its owner, whatever the way.</summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromMinutes(2);

    // The shell ends the server when its own input ends, which it does also when this process is killed.
    private const string Wrapper =
        """
        bin=$1; data=$2; socket=$3; shift 3
        exec 3<&0
        "$bin/postgres" -D "$data" -k "$socket" -c listen_addresses= -c unix_socket_permissions=0777 -c max_connections=50 "$@" </dev/null &
        server=$!
        ( cat <&3 >/dev/null; kill -INT $server ) &
        wait $server
        """;

    private readonly string[] _options;
    private readonly string _bin;
    private Process? _process;

    /// <summary>Makes the server's files and starts it.</summary>
    /// <param name="options">Settings, such as "fsync=on"; without it commits do not wait for the disk.</param>
    public PostgresServer(params string[] options)
    {
        _options = options.Any(option => option.StartsWith("fsync", StringComparison.Ordinal)) ? options : ["fsync=off", .. options];
        _bin = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(folder => Path.Combine(folder, "bin")).LastOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
                ?? throw Missing()
            : throw Missing();
        Folder = Directory.CreateTempSubdirectory("meditron-pg-").FullName;
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                Run("chown", "postgres", Folder);
            }

            Run([.. AsServer, Path.Combine(_bin, "initdb"), "-D", Data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync"]);
            Start();
        }
        catch (Exception)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The folder of the data and of the socket.</summary>
    public string Folder { get; }

    private string Data => Path.Combine(Folder, "data");

    // PostgreSQL refuses to run as root.
    private static string[] AsServer => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];

    /// <summary>The connection string of a database of the server.</summary>
    public string ConnectionString(string database = "postgres") => $"Host={Folder};Username=postgres;Database={database}";

    /// <summary>Makes a database.</summary>
    public void CreateDatabase(string name) => Run([.. AsServer, Path.Combine(_bin, "createdb"), "-h", Folder, "-U", "postgres", name]);

    /// <summary>Runs a statement.</summary>
    public void Execute(string database, string sql) =>
        Run([.. AsServer, Path.Combine(_bin, "psql"), "-h", Folder, "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1", "-q", "-c", sql]);

    /// <summary>Starts the server, and waits until it takes connections.</summary>
    public void Start()
    {
        string[] command = [.. AsServer, "sh", "-c", Wrapper, "sh", _bin, Data, Folder, .. _options.SelectMany(option => new[] { "-c", option })];
        var process = new Process { StartInfo = Info(command) };
        process.StartInfo.RedirectStandardInput = true;
        var ready = new ManualResetEventSlim();
        var log = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.AppendLine(line.Data);
            }

            if (line.Data is null || line.Data.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                ready.Set();
            }
        };
        process.OutputDataReceived += (_, _) => { };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
        if (!ready.Wait(_deadline) || process.HasExited)
        {
            lock (log)
            {
                throw new InvalidOperationException($"PostgreSQL did not start in {Folder}: {log}");
            }
        }
    }

    /// <summary>Stops the server, as at its machine's shutdown.</summary>
    public void Stop()
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        process.StandardInput.Close();
        if (!process.WaitForExit(_deadline))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    private static InvalidOperationException Missing() => new("PostgreSQL is not installed below /usr/lib/postgresql; scripts/setup.sh --tests installs it.");

    private static ProcessStartInfo Info(string[] command) => new(command[0], command[1..])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
        UseShellExecute = false,
        WorkingDirectory = "/",
        Environment = { ["LC_ALL"] = "C" },
    };

    private static void Run(params string[] command)
    {
        using var process = Process.Start(Info(command))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_deadline))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', command)} did not end.");
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {output.Result}{errors.Result}");
        }
    }
}
