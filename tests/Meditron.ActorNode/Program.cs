using System.Diagnostics;
using Meditron.ActorNode;
using Meditron.ActorNode.Protocol;

// A node of a cluster for specs and benches: commands come in lines on standard input, reports go out in lines on standard output.
var node = new Node();
var input = new Thread(() => Obey(node)) { IsBackground = true, Name = "commands" };
EventOutput.Write(new NodeEvent(NodeEventKind.Ready));
input.Start();
return await node.Failed;

static void Obey(Node node)
{
    while (Console.In.ReadLine() is { } line)
    {
        node.Execute(line);
    }

    // Whoever started this node has gone without ending it.
    Process.GetCurrentProcess().Kill();
}
