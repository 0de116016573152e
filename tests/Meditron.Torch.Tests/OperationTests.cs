namespace Meditron.Torch.Tests;

public sealed class OperationTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string, Func<Tensor, Tensor>, Func<double, double>> UnaryOperations => new()
    {
        { "neg", t => t.neg(), x => -x },
        { "abs", t => t.abs(), Math.Abs },
        { "exp", t => t.exp(), Math.Exp },
        { "log", t => t.log(), Math.Log },
        { "sqrt", t => t.sqrt(), Math.Sqrt },
        { "rsqrt", t => t.rsqrt(), x => 1 / Math.Sqrt(x) },
        { "sigmoid", t => t.sigmoid(), x => 1 / (1 + Math.Exp(-x)) },
        { "silu", t => t.silu(), x => x / (1 + Math.Exp(-x)) },
        { "cos", t => t.cos(), Math.Cos },
        { "sin", t => t.sin(), Math.Sin },
        { "tanh", t => t.tanh(), Math.Tanh },
        { "reciprocal", t => t.reciprocal(), x => 1 / x },
        { "square", t => t.square(), x => x * x },
        { "floor", t => t.floor(), Math.Floor },
        { "round", t => t.round(), Math.Round },
        { "sign", t => t.sign(), x => Math.Sign(x) },
        { "neg_", t => t.clone().neg_(), x => -x },
        { "abs_", t => t.clone().abs_(), Math.Abs },
        { "exp_", t => t.clone().exp_(), Math.Exp },
        { "log_", t => t.clone().log_(), Math.Log },
        { "sqrt_", t => t.clone().sqrt_(), Math.Sqrt },
        { "rsqrt_", t => t.clone().rsqrt_(), x => 1 / Math.Sqrt(x) },
        { "sigmoid_", t => t.clone().sigmoid_(), x => 1 / (1 + Math.Exp(-x)) },
        { "silu_", t => t.clone().silu_(), x => x / (1 + Math.Exp(-x)) },
        { "cos_", t => t.clone().cos_(), Math.Cos },
        { "sin_", t => t.clone().sin_(), Math.Sin },
        { "tanh_", t => t.clone().tanh_(), Math.Tanh },
        { "reciprocal_", t => t.clone().reciprocal_(), x => 1 / x },
        { "square_", t => t.clone().square_(), x => x * x },
        { "floor_", t => t.clone().floor_(), Math.Floor },
        { "round_", t => t.clone().round_(), Math.Round },
        { "clamp", t => t.clamp(0.5, 2), x => Math.Clamp(x, 0.5, 2) },
        { "clamp_min", t => t.clone().clamp_(min: 0.5), x => Math.Max(x, 0.5) },
        { "add scalar", t => t.add(2.5), x => x + 2.5 },
        { "add_ scalar", t => t.clone().add_(2), x => x + 2 },
        { "sub scalar", t => t.sub(2.5), x => x - 2.5 },
        { "sub_ scalar", t => t.clone().sub_(2.5), x => x - 2.5 },
        { "mul scalar", t => t.mul(3), x => x * 3 },
        { "mul_ scalar", t => t.clone().mul_(3), x => x * 3 },
        { "div scalar", t => t.div(4), x => x / 4 },
        { "div_ scalar", t => t.clone().div_(4), x => x / 4 },
        { "pow scalar", t => t.pow(3), x => Math.Pow(x, 3) },
        { "pow_ scalar", t => t.clone().pow_(0.5), Math.Sqrt },
        { "remainder", t => t.remainder(0.75), x => x % 0.75 },
        { "floor_divide", t => t.floor_divide(0.75), x => Math.Floor(x / 0.75) },
        { "operators", t => 1 - (t * 2 + 1) / 4, x => 1 - ((x * 2) + 1) / 4 },
    };

    [Theory]
    [MemberData(nameof(UnaryOperations))]
    public void An_elementwise_operation_computes_what_its_name_says(string name, Func<Tensor, Tensor> operation, Func<double, double> expected)
    {
        ArgumentNullException.ThrowIfNull(operation);
        double[] x = [0.1, 0.5, 1, 1.6, 2.3, 3.9];
        var input = torch.tensor(x);
        var y = operation(input).data<double>();
        for (var i = 0; i < x.Length; i++)
        {
            Assert.True(Math.Abs(expected(x[i]) - y[i]) < 1e-12, $"{name}({x[i]}) gave {y[i]}");
        }

        Assert.Equal(x, input.data<double>().ToArray());
    }

    [Fact]
    public void Two_tensors_are_combined_with_broadcasting()
    {
        var a = torch.from_array(new double[,] { { 1, 2 }, { 3, 4 } });
        var b = torch.tensor([10.0, 0.5]);
        Assert.Equal([11, 2.5, 13, 4.5], a.add(b).data<double>().ToArray());
        Assert.Equal([21, 3, 23, 5], a.add(b, alpha: 2).data<double>().ToArray());
        Assert.Equal([-9, 1.5, -7, 3.5], a.sub(b).data<double>().ToArray());
        Assert.Equal([10, 1, 30, 2], (a * b).data<double>().ToArray());
        Assert.Equal([0.1, 4, 0.3, 8], (a / b).data<double>().ToArray());
        Assert.Equal([1, Math.Sqrt(2), 59049, 2], a.pow(b).data<double>().ToArray());
        Assert.Equal([1, 0.5, 3, 0.5], a.minimum(b).data<double>().ToArray());
        Assert.Equal([10, 2, 10, 4], a.maximum(b).data<double>().ToArray());
        Assert.Equal([11, 2.5, 13, 4.5], a.clone().add_(b).data<double>().ToArray());
        Assert.Equal([-4, 1.75, -2, 3.75], a.clone().sub_(b, 0.5).data<double>().ToArray());
        Assert.Equal([10, 1, 30, 2], a.clone().mul_(b).data<double>().ToArray());
        Assert.Equal([0.1, 4, 0.3, 8], a.clone().div_(b).data<double>().ToArray());
        Assert.Equal([11, 4, 13, 6], a.clone().addcmul_(torch.tensor([0.5, 2.0]), b, value: 2).data<double>().ToArray());
        Assert.Equal([1.05, 3, 3.05, 5], a.clone().addcdiv_(torch.tensor([0.5, 0.5]), b, 1).data<double>().ToArray());
        Assert.Equal([5.5, 1.25, 6.5, 2.25], a.clone().lerp_(b.expand(2, 2), 0.5).data<double>().ToArray());
    }

    [Fact]
    public void Comparisons_give_truth_values()
    {
        var a = torch.tensor([1, 2, 3]);
        var b = torch.tensor([3, 2, 1]);
        Assert.Equal([false, true, false], a.eq(b).data<bool>().ToArray());
        Assert.Equal([true, false, true], a.ne(b).data<bool>().ToArray());
        Assert.Equal([true, false, false], a.lt(b).data<bool>().ToArray());
        Assert.Equal([true, true, false], a.le(b).data<bool>().ToArray());
        Assert.Equal([false, false, true], a.gt(b).data<bool>().ToArray());
        Assert.Equal([false, true, true], a.ge(b).data<bool>().ToArray());
        Assert.Equal([false, false, true], a.gt(2).data<bool>().ToArray());
        Assert.Equal([true, false, true], a.eq(2).logical_not().data<bool>().ToArray());
        Assert.Equal([false, false, true], a.gt(1).logical_and(b.lt(2)).data<bool>().ToArray());
        Assert.Equal([true, true, true], a.lt(2).logical_or(b.lt(3)).data<bool>().ToArray());
        var f = torch.tensor([1.0, double.NaN, double.PositiveInfinity]);
        Assert.Equal([false, true, false], f.isnan().data<bool>().ToArray());
        Assert.Equal([true, false, false], f.isfinite().data<bool>().ToArray());
        Assert.True(f.isnan().any().item<bool>());
        Assert.False(f.isfinite().all().item<bool>());
    }

    [Fact]
    public void Bits_are_combined()
    {
        var a = torch.tensor([0b1100, 0b1010]);
        var b = torch.tensor([0b1010, 0b0110]);
        Assert.Equal([0b1000, 0b0010], a.bitwise_and(b).data<int>().ToArray());
        Assert.Equal([0b1110, 0b1110], a.bitwise_or(b).data<int>().ToArray());
        Assert.Equal([0b0110, 0b1100], a.bitwise_xor(b).data<int>().ToArray());
        Assert.Equal([0b0100, 0b0010], a.bitwise_and(0b0110).data<int>().ToArray());
        Assert.Equal([24, 20], a.bitwise_left_shift(1).data<int>().ToArray());
        Assert.Equal([3, 2], a.clone().bitwise_right_shift_(2).data<int>().ToArray());
        Assert.Equal([-13, -11], a.bitwise_not().data<int>().ToArray());
    }

    [Fact]
    public void Products_are_those_of_matrices()
    {
        var a = torch.from_array(new double[,] { { 1, 2 }, { 3, 4 } });
        var b = torch.from_array(new double[,] { { 5, 6 }, { 7, 8 } });
        double[] product = [19, 22, 43, 50];
        Assert.Equal(product, a.mm(b).data<double>().ToArray());
        Assert.Equal(product, torch.matmul(a, b).data<double>().ToArray());
        Assert.Equal(product, a.unsqueeze(0).bmm(b.unsqueeze(0)).data<double>().ToArray());
        Assert.Equal([17.0, 39], a.mv(torch.tensor([5.0, 6])).data<double>().ToArray());
        Assert.Equal(17, torch.tensor([1.0, 2]).dot(torch.tensor([5.0, 6])).item<double>());
        Assert.Equal([3.0, 4, 6, 8], torch.outer(torch.tensor([1.0, 2]), torch.tensor([3.0, 4])).data<double>().ToArray());
        Assert.Equal([38.5, 45, 87.5, 102], a.clone().addmm_(a, b, beta: 0.5, alpha: 2).data<double>().ToArray());
        var output = torch.empty([2, 2], torch.float64);
        a.mm_out(b, output);
        Assert.Equal(product, output.data<double>().ToArray());
        Assert.Equal(TorchErrorKind.Shape, Assert.Throws<TorchException>(() => a.mm_out(b, torch.empty([4], torch.float64))).Kind);
    }

    [Fact]
    public void Reductions_go_over_one_dimension_or_all()
    {
        var a = torch.from_array(new double[,] { { 1, 5, 3 }, { 4, 2, 6 } });
        Assert.Equal(21, a.sum().item<double>());
        Assert.Equal([5.0, 7, 9], a.sum([0]).data<double>().ToArray());
        Assert.Equal([2L, 1L], a.sum([1], keepdim: true).shape);
        Assert.Equal(3.5, a.mean().item<double>());
        Assert.Equal([3.0, 4], a.mean([1]).data<double>().ToArray());
        Assert.Equal(720, a.prod().item<double>());
        Assert.Equal(6, a.max().item<double>());
        Assert.Equal(1, a.min().item<double>());
        var (values, indexes) = a.max(1);
        Assert.Equal([5.0, 6], values.data<double>().ToArray());
        Assert.Equal([1L, 2], indexes.data<long>().ToArray());
        Assert.Equal(5, a.argmax().item<long>());
        Assert.Equal([1L, 0, 1], a.argmax(0).data<long>().ToArray());
        Assert.Equal([0L, 1, 0], a.argmin(0).data<long>().ToArray());
        Assert.Equal(Math.Sqrt(91), a.norm().item<double>(), 12);
        Assert.Equal([6.0, 6], a.norm(double.PositiveInfinity, [1]).sub(torch.tensor([-1.0, 0])).data<double>().ToArray());
        Assert.Equal([1.0, 6, 9, 4, 6, 12], a.cumsum(1).data<double>().ToArray());
        Assert.Equal(Math.Log(Math.Exp(1) + Math.Exp(5) + Math.Exp(3)), a.logsumexp(1).data<double>()[0], 12);
        var p = a.softmax(1);
        Assert.Equal(1, p.sum([1]).data<double>()[1], 12);
        Assert.True(p.log().allclose(a.log_softmax(1)));
        var (top, at) = a.topk(2);
        Assert.Equal([5.0, 3, 6, 4], top.data<double>().ToArray());
        Assert.Equal([1L, 2, 2, 0], at.to_array<long>());
        Assert.Equal([1.0, 3, 5, 2, 4, 6], a.sort().values.data<double>().ToArray());
        Assert.Equal(ScalarType.Float32, a.sum(type: torch.float32).dtype);
    }

    [Fact]
    public void Elements_are_found_and_put_by_index()
    {
        var a = torch.from_array(new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
        var rows = torch.tensor([2, 0]);
        Assert.Equal([5f, 6, 1, 2], a.index_select(0, rows).data<float>().ToArray());
        var at = torch.from_array(new long[,] { { 1 }, { 0 }, { 1 } });
        Assert.Equal([2f, 3, 6], a.gather(1, at).data<float>().ToArray());
        Assert.Equal([1f, 9, 9, 4, 5, 9], a.scatter(1, at, torch.full([3, 1], 9)).data<float>().ToArray());
        Assert.Equal([1f, 7, 7, 4, 5, 7], a.clone().scatter_(1, at, 7).data<float>().ToArray());
        Assert.Equal([1f, 3, 4, 4, 5, 7], a.clone().scatter_add_(1, at, torch.ones(3, 1)).data<float>().ToArray());
        Assert.Equal([3f, 4, 3, 4, 7, 8], a.clone().index_add_(0, rows, torch.ones(2, 2), alpha: 2).data<float>().ToArray());
        Assert.Equal([1f, 1, 3, 4, 0, 0], a.clone().index_copy_(0, rows.to(torch.int64), torch.from_array(new float[,] { { 0, 0 }, { 1, 1 } })).data<float>().ToArray());
        Assert.Equal([1f, 2, 3, 0, 0, 0], a.masked_fill(a.gt(3), 0).data<float>().ToArray());
        Assert.Equal([1f, 2, 3, -1, -1, -1], a.clone().masked_fill_(a.gt(3), -1).data<float>().ToArray());
        Assert.Equal([1f, 2, 3, 0, 0, 0], torch.where(a.gt(3), torch.zeros_like(a), a).data<float>().ToArray());
        Assert.Equal([0L, 1, 1, 0], torch.from_array(new int[,] { { 0, 1 }, { 1, 0 } }).nonzero().to_array<long>());
    }

    [Fact]
    public void Shapes_change_over_the_same_memory()
    {
        var a = torch.arange(24, torch.float32).view(2, 3, 4);
        Assert.Equal([6L, 4], a.view(-1, 4).shape);
        Assert.Equal([4L, 3, 2], a.permute(2, 1, 0).shape);
        Assert.Equal([2L, 4, 3], a.transpose(1, 2).shape);
        Assert.False(a.transpose(1, 2).is_contiguous());
        Assert.True(a.transpose(1, 2).contiguous().is_contiguous());
        Assert.Equal([2L, 12], a.flatten(1).shape);
        Assert.Equal([24L], a.reshape(24).shape);
        Assert.Equal([2L, 1, 3, 4], a.unsqueeze(1).shape);
        Assert.Equal([2L, 3, 4], a.unsqueeze(1).squeeze(1).shape);
        Assert.Equal([2L, 3, 4], a.unsqueeze(1).unsqueeze(0).squeeze().shape);
        Assert.Equal([5L, 2, 3, 4], a.expand(5, -1, -1, -1).shape);
        Assert.Equal(0, a.expand(5, -1, -1, -1).stride(0));
        Assert.Equal([4f, 5, 6, 7], a.select(0, 0).select(0, 1).data<float>().ToArray());
        Assert.Equal([2L, 2, 4], a.narrow(1, 1, 2).shape);
        Assert.Equal(4, a.narrow(1, 1, 2).storage_offset());
        Assert.Equal([0f, 2], a.view(24).slice(0, 0, 4, 2).to_array<float>());
        Assert.Equal([0f, 5, 10], a.view(24).as_strided([3], [5]).to_array<float>());
        Assert.Equal([2L, 1L], a.split(2, 1).Select(p => p.size(1)));
        Assert.Equal([2L, 2L], a.chunk(2, 2).Select(p => p.size(2)));
        Assert.Equal(3, a.unbind(1).Length);
        Assert.Equal([0f, 0, 1, 1], torch.arange(2, torch.float32).repeat_interleave(2, 0).data<float>().ToArray());
        Assert.Equal([0f, 1, 0, 1], torch.arange(2, torch.float32).repeat(2).data<float>().ToArray());
        Assert.Equal([1f, 0, 1, 1], torch.ones(2, 2).tril().data<float>().ToArray());
        Assert.Equal([0f, 1, 0, 0], torch.ones(2, 2).triu(1).data<float>().ToArray());
        Assert.Equal([0x3F80], torch.ones([1], torch.bfloat16).view(torch.int16).to_array<short>().Select(b => (int)b));
        a.narrow(0, 0, 1).zero_();
        Assert.Equal(Enumerable.Range(12, 12).Sum(), a.sum().item<float>());
    }

    [Fact]
    public void Tensors_are_joined()
    {
        var a = torch.zeros(2, 3);
        var b = torch.ones(2, 3);
        Assert.Equal([4L, 3], torch.cat([a, b]).shape);
        Assert.Equal([0f, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1], torch.cat([a, b], 1).data<float>().ToArray());
        Assert.Equal([2L, 2, 3], torch.stack([a, b], 1).shape);
        Assert.Throws<TorchException>(() => torch.cat([]));
        Assert.Equal(TorchErrorKind.Shape, Assert.Throws<TorchException>(() => torch.cat([a, torch.zeros(3)])).Kind);
    }
}
