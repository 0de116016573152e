using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Serialization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Serialization;

/// <summary>
/// Serializes protobuf messages; the manifest is the message's full protobuf name. It knows the messages of every
/// <c>.proto</c> file of which one message is bound to it, and of the files that these import, and no others.
/// </summary>
internal sealed class ProtobufSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private volatile ImmutableDictionary<string, MessageDescriptor> _messages = ImmutableDictionary.Create<string, MessageDescriptor>(StringComparer.Ordinal);

    public override byte[] ToBinary(object obj) => Message(obj).ToByteArray();

    public override string Manifest(object o)
    {
        IMessage message = Message(o);
        string name = message.Descriptor.FullName;
        return _messages.TryGetValue(name, out MessageDescriptor? known) && known.ClrType == o.GetType()
            ? name
            : throw new SerializationException(
                $"Cannot serialize a {o.GetType().FullName}: its file {message.Descriptor.File.Name} is not registered. "
                + $"Bind one of the file's messages to the protobuf serializer under {SerializerRegistry.BindingsKey}.");
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!_messages.TryGetValue(manifest, out MessageDescriptor? message))
        {
            throw new SerializationException(
                $"Refused a protobuf message (serializer {Identifier}): its manifest [{manifest}] is not registered here. "
                + $"Bind one of its file's messages to the protobuf serializer under {SerializerRegistry.BindingsKey}.");
        }

        return message.Parser.ParseFrom(bytes);
    }

    /// <summary>Registers the messages of a bound type's file and of the files that it imports; an interface registers nothing.</summary>
    internal void Register(Type type)
    {
        if (type.IsInterface)
        {
            return;
        }

        if (type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is not MessageDescriptor descriptor)
        {
            throw new ConfigurationException($"{SerializerRegistry.BindingsKey} binds {type.FullName} to the protobuf serializer, but it is no class that the protobuf compiler made.");
        }

        ImmutableDictionary<string, MessageDescriptor>.Builder messages = _messages.ToBuilder();
        RegisterFile(descriptor.File, messages, []);
        _messages = messages.ToImmutable();
    }

    private static void RegisterFile(FileDescriptor file, ImmutableDictionary<string, MessageDescriptor>.Builder messages, HashSet<string> done)
    {
        if (!done.Add(file.Name))
        {
            return;
        }

        RegisterMessages(file.MessageTypes, messages);
        foreach (FileDescriptor import in file.Dependencies)
        {
            RegisterFile(import, messages, done);
        }
    }

    private static void RegisterMessages(IEnumerable<MessageDescriptor> all, ImmutableDictionary<string, MessageDescriptor>.Builder messages)
    {
        foreach (MessageDescriptor message in all)
        {
            // Entries of maps have no class of their own.
            if (message.ClrType is null)
            {
                continue;
            }

            if (messages.TryGetValue(message.FullName, out MessageDescriptor? other) && other.ClrType != message.ClrType)
            {
                throw new ConfigurationException($"The protobuf message {message.FullName} is registered with two classes, {other.ClrType} and {message.ClrType}.");
            }

            messages[message.FullName] = message;
            RegisterMessages(message.NestedTypes, messages);
        }
    }

    private static IMessage Message(object obj) => obj as IMessage
        ?? throw new SerializationException($"The protobuf serializer was given a {obj?.GetType().FullName ?? "null"}, which is no protobuf message.");
}
