using System.Runtime.Serialization;
using Google.Protobuf;
using Meditron.Actors.Actor;
using Meditron.Actors.Serialization.Protocol;

namespace Meditron.Actors.Serialization;

/// <summary>Serializes the engine's own messages that users send or receive: identities, statuses, references, addresses.</summary>
internal sealed class MiscMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private Serialization Payloads => system.Serialization;

    public override string Manifest(object o) => o switch
    {
        Identify => "ID",
        ActorIdentity => "AID",
        PoisonPill => "PP",
        Kill => "K",
        Status.Success => "SS",
        Status.Failure => "SF",
        Address => "A",
        RemoteScope => "RS",
        LocalScope => "LS",
        IActorRef => "AR",
        _ => throw new SerializationException($"The serializer of engine messages was given a {o?.GetType().FullName ?? "null"}, which it does not know."),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        Identify identify => new IdentifyData { MessageId = Payloads.ToPayload(identify.MessageId) }.ToByteArray(),
        ActorIdentity identity => new ActorIdentityData
        {
            MessageId = Payloads.ToPayload(identity.MessageId),
            Subject = PayloadSupport.ToData(identity.Subject),
        }.ToByteArray(),
        PoisonPill or Kill or LocalScope => [],
        Status.Success success => new StatusSuccessData { Status = Payloads.ToPayload(success.Status) }.ToByteArray(),
        Status.Failure failure => new StatusFailureData
        {
            Cause = ExceptionSupport.ToData(failure.Cause),
            State = Payloads.ToPayload(failure.State),
        }.ToByteArray(),
        Address address => PayloadSupport.ToData(address).ToByteArray(),
        RemoteScope scope => PayloadSupport.ToData(scope.Address).ToByteArray(),
        IActorRef actor => PayloadSupport.ToData(actor).ToByteArray(),
        _ => throw new SerializationException($"The serializer of engine messages was given a {obj?.GetType().FullName ?? "null"}, which it does not know."),
    };

    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case "ID":
                return new Identify(Payloads.FromPayload(IdentifyData.Parser.ParseFrom(bytes).MessageId)!);
            case "AID":
                ActorIdentityData identity = ActorIdentityData.Parser.ParseFrom(bytes);
                return new ActorIdentity(Payloads.FromPayload(identity.MessageId)!, Payloads.FromData(identity.Subject));
            case "PP":
                return PoisonPill.Instance;
            case "K":
                return Kill.Instance;
            case "SS":
                return new Status.Success(Payloads.FromPayload(StatusSuccessData.Parser.ParseFrom(bytes).Status));
            case "SF":
                StatusFailureData failure = StatusFailureData.Parser.ParseFrom(bytes);
                return new Status.Failure(ExceptionSupport.FromData(failure.Cause), Payloads.FromPayload(failure.State));
            case "A":
                return PayloadSupport.FromData(AddressData.Parser.ParseFrom(bytes));
            case "RS":
                return new RemoteScope(PayloadSupport.FromData(AddressData.Parser.ParseFrom(bytes)));
            case "LS":
                return LocalScope.Instance;
            case "AR":
                return Payloads.FromData(ActorRefData.Parser.ParseFrom(bytes)) ?? ActorRefs.Nobody;
            default:
                throw new SerializationException($"Refused an engine message (serializer {Identifier}): its manifest [{manifest}] is unknown.");
        }
    }
}
