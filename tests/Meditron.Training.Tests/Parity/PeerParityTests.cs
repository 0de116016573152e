using System.Diagnostics;
using Meditron.Data.Sampling;
using Meditron.Llama;
using Meditron.Testing;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Torch.Safetensors;
using Meditron.Training.Optimization;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Parity;

/// <summary>The trainer against PyTorch: the same weights and tokens give the same loss, gradients and weights after three AdamW steps.</summary>
public sealed class PeerParityTests
{
    private const string Python = "/usr/bin/python3";

    public static TheoryData<string> CommittedShapes => [.. ParityShape.Committed.Select(shape => shape.Name)];

    public static TheoryData<string> LiveShapes => [.. ParityShape.Live.Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(CommittedShapes))]
    public void The_trainer_agrees_with_the_committed_oracle(string name)
    {
        var shape = ParityShape.Committed.Single(candidate => candidate.Name == name);
        using var oracle = SafetensorsFile.Open(Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Training.Tests", "Fixtures", $"parity-{name}.safetensors"));
        AssertAgrees(shape, oracle, new FusedKernels());
        AssertAgrees(shape, oracle, new AtenKernels());
    }

    [SkippableTheory]
    [MemberData(nameof(LiveShapes))]
    public void The_trainer_agrees_with_the_peer(string name)
    {
        var script = RepositoryPaths.SharedFile("peer", "llama.py");
        Skip.If(script is null || !File.Exists(Python), "the peer's llama.py or Debian's python3 is not on this machine");
        var shape = ParityShape.Live.Single(candidate => candidate.Name == name);
        using var folder = new TemporaryFolder();
        var path = folder.File("oracle.safetensors");
        var (exit, error) = RunPeer([script, "parity", path, "--threads", "1", .. shape.Flags]);
        Skip.If(exit != 0 && error.Contains("No module named 'torch'", StringComparison.Ordinal), "Debian's python3-torch is not installed");
        Assert.True(exit == 0, error);
        using var oracle = SafetensorsFile.Open(path);
        AssertAgrees(shape, oracle, new FusedKernels());
    }

    private static void AssertAgrees(ParityShape shape, SafetensorsFile oracle, IKernels kernels)
    {
        using var trainer = Create(shape, oracle, kernels, Precision.Fp32);
        var (loss, gradients) = LossAndGradients(trainer, oracle);
        var expectedLoss = Floats(oracle, "loss")[0];
        Assert.InRange(Math.Abs(loss - expectedLoss) / expectedLoss, 0, 1e-5);
        foreach (var parameter in trainer.Parameters.Layout.Parameters)
        {
            AssertClose(Floats(oracle, "grad." + parameter.Name), gradients[parameter.Name], 1e-4, "gradient of " + parameter.Name);
        }

        var losses = Floats(oracle, "losses");
        var norms = Floats(oracle, "grad_norms");
        for (var step = 0; step < 3; step++)
        {
            var report = trainer.TrainStep();
            Assert.InRange(Math.Abs(report.Loss - losses[step]) / losses[step], 0, 1e-5);
            Assert.InRange(Math.Abs(report.GradNorm - norms[step]) / norms[step], 0, 1e-4);
        }

        foreach (var parameter in trainer.Parameters.Layout.Parameters)
        {
            AssertClose(Floats(oracle, "after." + parameter.Name), trainer.Parameters.Master[parameter.Name].data<float>(), 1e-5, parameter.Name + " after three steps");
        }

        using var rounded = Create(shape, oracle, kernels, Precision.Bf16);
        var (roundedLoss, _) = LossAndGradients(rounded, oracle);
        Assert.InRange(Math.Abs(roundedLoss - expectedLoss) / expectedLoss, 0, 1e-2);
    }

    private static Trainer Create(ParityShape shape, SafetensorsFile oracle, IKernels kernels, Precision precision)
    {
        using var tokens = oracle.Read("tokens");
        var samples = new FixedSamples(tokens.data<long>().ToArray(), shape.Batch, shape.Seq);
        var options = new TrainerOptions
        {
            Steps = 3,
            MicroBatch = shape.Batch,
            GlobalBatch = shape.Batch,
            SequenceLength = shape.Seq,
            Precision = precision,
            LearningRate = new LearningRateSchedule(3e-4, 3e-4, 0, 1, DecayStyle.Constant),
            Optimizer = new AdamWOptions { DecayNorms = true },
        };
        var trainer = new Trainer(shape.Model, options, samples, null, kernels, Device.CPU, TimeProvider.System);
        foreach (var parameter in trainer.Parameters.Layout.Parameters)
        {
            using var weight = oracle.Read("weight." + parameter.Name);
            trainer.Parameters.Master[parameter.Name].copy_(weight);
        }

        trainer.Parameters.RefreshCompute();
        return trainer;
    }

    private static (double Loss, Dictionary<string, float[]> Gradients) LossAndGradients(Trainer trainer, SafetensorsFile oracle)
    {
        using var tokens = oracle.Read("tokens");
        var options = trainer.Stage.Plan.Options;
        var samples = new FixedSamples(tokens.data<long>().ToArray(), options.MicroBatch, options.SequenceLength);
        var inputs = new List<int>();
        var targets = new List<int>();
        var sample = new int[options.SequenceLength + 1];
        for (var row = 0; row < options.MicroBatch; row++)
        {
            samples.Get(row, sample);
            inputs.AddRange(sample[..^1]);
            targets.AddRange(sample[1..]);
        }

        var layout = trainer.Parameters.Layout;
        using var gradients = new FlatViews(layout, torch.zeros([layout.Length], ScalarType.Float32, Device.CPU));
        trainer.Stage.SetTokens(0, inputs.ToArray());
        trainer.Stage.SetTargets(0, targets.ToArray());
        trainer.Stage.Forward(0);
        var loss = trainer.Stage.Loss(0, gradients, out _);
        trainer.Stage.Backward(0, gradients);
        return (loss, layout.Parameters.ToDictionary(parameter => parameter.Name, parameter => gradients[parameter.Name].data<float>().ToArray(), StringComparer.Ordinal));
    }

    private static float[] Floats(SafetensorsFile file, string name)
    {
        using var tensor = file.Read(name);
        return tensor.data<float>().ToArray();
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, size = 0;
        for (var index = 0; index < expected.Length; index++)
        {
            difference += Math.Pow(actual[index] - (double)expected[index], 2);
            size += Math.Pow(expected[index], 2);
        }

        // A gradient that is zero but for rounding (the query's in a sequence of one token) is held to an absolute bound.
        var error = Math.Sqrt(difference) / Math.Max(Math.Sqrt(size), 1e-4);
        Assert.True(error <= tolerance, $"the {what} differs by {error}, more than {tolerance}");
    }

    private static (int Exit, string Error) RunPeer(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["PATH"] = "/usr/bin:" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private sealed class FixedSamples(long[] tokens, int batch, int length) : ISampleSource
    {
        public long Count => long.MaxValue;

        public int SequenceLength => length;

        public void Get(long index, Span<int> destination)
        {
            var row = (int)(index % batch) * (length + 1);
            for (var position = 0; position <= length; position++)
            {
                destination[position] = (int)tokens[row + position];
            }
        }
    }
}
