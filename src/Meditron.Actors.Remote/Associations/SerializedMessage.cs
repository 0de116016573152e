namespace Meditron.Actors.Remote.Associations;

/// <summary>A message as it travels: which serializer made the bytes, and what they hold.</summary>
internal readonly record struct SerializedMessage(int SerializerId, string Manifest, byte[] Payload);
