import {
  boolean,
  characterString,
  choice,
  extensibleChoice,
  extensibleSequence,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  optional,
  reference,
  sequence,
  sequenceOf,
  size,
} from '../../asn1/notation.ts';

/** H.245 Annex A: capability sets, descriptors and the capabilities that are no medium. */
export const capabilityExchangeTypes = {
  TerminalCapabilitySet: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      protocolIdentifier: objectIdentifier,
      multiplexCapability: optional(reference('MultiplexCapability')),
      capabilityTable: optional(sequenceOf(reference('CapabilityTableEntry'), size(1, 256))),
      capabilityDescriptors: optional(sequenceOf(reference('CapabilityDescriptor'), size(1, 256))),
    },
    { genericInformation: sequenceOf(reference('GenericInformation')) },
  ),
  CapabilityTableEntry: sequence({
    capabilityTableEntryNumber: reference('CapabilityTableEntryNumber'),
    capability: optional(reference('Capability')),
  }),
  CapabilityDescriptor: sequence({
    capabilityDescriptorNumber: reference('CapabilityDescriptorNumber'),
    simultaneousCapabilities: optional(sequenceOf(reference('AlternativeCapabilitySet'), size(1, 256))),
  }),
  AlternativeCapabilitySet: sequenceOf(reference('CapabilityTableEntryNumber'), size(1, 256)),
  CapabilityTableEntryNumber: integer(1, 65535),
  CapabilityDescriptorNumber: integer(0, 255),
  TerminalCapabilitySetAck: extensibleSequence(
    { sequenceNumber: reference('SequenceNumber') },
    { genericInformation: sequenceOf(reference('GenericInformation')) },
  ),
  TerminalCapabilitySetReject: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      cause: extensibleChoice(
        {
          unspecified: nothing,
          undefinedTableEntryUsed: nothing,
          descriptorCapacityExceeded: nothing,
          tableEntryCapacityExceeded: choice({
            highestEntryNumberProcessed: reference('CapabilityTableEntryNumber'),
            noneProcessed: nothing,
          }),
        },
        {},
      ),
    },
    { genericInformation: sequenceOf(reference('GenericInformation')) },
  ),
  TerminalCapabilitySetRelease: extensibleSequence(
    {},
    { genericInformation: sequenceOf(reference('GenericInformation')) },
  ),
  Capability: extensibleChoice(
    {
      nonStandard: reference('NonStandardParameter'),
      receiveVideoCapability: reference('VideoCapability'),
      transmitVideoCapability: reference('VideoCapability'),
      receiveAndTransmitVideoCapability: reference('VideoCapability'),
      receiveAudioCapability: reference('AudioCapability'),
      transmitAudioCapability: reference('AudioCapability'),
      receiveAndTransmitAudioCapability: reference('AudioCapability'),
      receiveDataApplicationCapability: reference('DataApplicationCapability'),
      transmitDataApplicationCapability: reference('DataApplicationCapability'),
      receiveAndTransmitDataApplicationCapability: reference('DataApplicationCapability'),
      h233EncryptionTransmitCapability: boolean,
      h233EncryptionReceiveCapability: extensibleSequence({ h233IVResponseTime: integer(0, 255) }, {}),
    },
    {
      conferenceCapability: reference('ConferenceCapability'),
      h235SecurityCapability: reference('H235SecurityCapability'),
      maxPendingReplacementFor: integer(0, 255),
      receiveUserInputCapability: reference('UserInputCapability'),
      transmitUserInputCapability: reference('UserInputCapability'),
      receiveAndTransmitUserInputCapability: reference('UserInputCapability'),
      genericControlCapability: reference('GenericCapability'),
      receiveMultiplexedStreamCapability: reference('MultiplexedStreamCapability'),
      transmitMultiplexedStreamCapability: reference('MultiplexedStreamCapability'),
      receiveAndTransmitMultiplexedStreamCapability: reference('MultiplexedStreamCapability'),
      receiveRTPAudioTelephonyEventCapability: reference('AudioTelephonyEventCapability'),
      receiveRTPAudioToneCapability: reference('AudioToneCapability'),
      depFecCapability: reference('DepFECCapability'),
      multiplePayloadStreamCapability: reference('MultiplePayloadStreamCapability'),
      fecCapability: reference('FECCapability'),
      redundancyEncodingCap: reference('RedundancyEncodingCapability'),
      oneOfCapabilities: reference('AlternativeCapabilitySet'),
    },
  ),
  H235SecurityCapability: extensibleSequence(
    {
      encryptionAuthenticationAndIntegrity: reference('EncryptionAuthenticationAndIntegrity'),
      mediaCapability: reference('CapabilityTableEntryNumber'),
    },
    {},
  ),
  DTLSSecurityCapability: extensibleSequence(
    {
      hashFunction: sequenceOf(characterString('IA5String', size(1, 65535))),
      setupInformation: optional(characterString('IA5String', size(1, 65535))),
      connectionInformation: optional(characterString('IA5String', size(1, 65535))),
      fingerprint: optional(characterString('IA5String', size(1, 65535))),
    },
    {},
  ),
  EncryptionAuthenticationAndIntegrity: extensibleSequence(
    {
      encryptionCapability: optional(reference('EncryptionCapability')),
      authenticationCapability: optional(reference('AuthenticationCapability')),
      integrityCapability: optional(reference('IntegrityCapability')),
    },
    {
      genericH235SecurityCapability: reference('GenericCapability'),
      dtlsSecurityCapability: reference('DTLSSecurityCapability'),
    },
  ),
  EncryptionCapability: sequenceOf(reference('MediaEncryptionAlgorithm'), size(1, 256)),
  MediaEncryptionAlgorithm: extensibleChoice(
    { nonStandard: reference('NonStandardParameter'), algorithm: objectIdentifier },
    {},
  ),
  AuthenticationCapability: extensibleSequence(
    { nonStandard: optional(reference('NonStandardParameter')) },
    { antiSpamAlgorithm: objectIdentifier },
  ),
  IntegrityCapability: extensibleSequence({ nonStandard: optional(reference('NonStandardParameter')) }, {}),
  UserInputCapability: extensibleChoice(
    {
      nonStandard: sequenceOf(reference('NonStandardParameter'), size(1, 16)),
      basicString: nothing,
      iA5String: nothing,
      generalString: nothing,
      dtmf: nothing,
      hookflash: nothing,
    },
    {
      extendedAlphanumeric: nothing,
      encryptedBasicString: nothing,
      encryptedIA5String: nothing,
      encryptedGeneralString: nothing,
      secureDTMF: nothing,
      genericUserInputCapability: reference('GenericCapability'),
    },
  ),
  ConferenceCapability: extensibleSequence(
    { nonStandardData: optional(sequenceOf(reference('NonStandardParameter'))), chairControlCapability: boolean },
    { videoIndicateMixingCapability: boolean, multipointVisualizationCapability: boolean },
  ),
  GenericCapability: extensibleSequence(
    {
      capabilityIdentifier: reference('CapabilityIdentifier'),
      maxBitRate: optional(integer(0, 4294967295)),
      collapsing: optional(sequenceOf(reference('GenericParameter'))),
      nonCollapsing: optional(sequenceOf(reference('GenericParameter'))),
      nonCollapsingRaw: optional(octetString()),
      transport: optional(reference('DataProtocolCapability')),
    },
    {},
  ),
  CapabilityIdentifier: extensibleChoice(
    {
      standard: objectIdentifier,
      h221NonStandard: reference('NonStandardParameter'),
      uuid: octetString(size(16)),
      domainBased: characterString('IA5String', size(1, 64)),
    },
    {},
  ),
  GenericParameter: extensibleSequence(
    {
      parameterIdentifier: reference('ParameterIdentifier'),
      parameterValue: reference('ParameterValue'),
      supersedes: optional(sequenceOf(reference('ParameterIdentifier'))),
    },
    {},
  ),
  ParameterIdentifier: extensibleChoice(
    {
      standard: integer(0, 127),
      h221NonStandard: reference('NonStandardParameter'),
      uuid: octetString(size(16)),
      domainBased: characterString('IA5String', size(1, 64)),
    },
    {},
  ),
  ParameterValue: extensibleChoice(
    {
      logical: nothing,
      booleanArray: integer(0, 255),
      unsignedMin: integer(0, 65535),
      unsignedMax: integer(0, 65535),
      unsigned32Min: integer(0, 4294967295),
      unsigned32Max: integer(0, 4294967295),
      octetString: octetString(),
      genericParameter: sequenceOf(reference('GenericParameter')),
    },
    {},
  ),
  MultiplexedStreamCapability: extensibleSequence(
    {
      multiplexFormat: reference('MultiplexFormat'),
      controlOnMuxStream: boolean,
      capabilityOnMuxStream: optional(sequenceOf(reference('AlternativeCapabilitySet'), size(1, 256))),
    },
    {},
  ),
  MultiplexFormat: extensibleChoice(
    {
      nonStandard: reference('NonStandardParameter'),
      h222Capability: reference('H222Capability'),
      h223Capability: reference('H223Capability'),
    },
    {},
  ),
  AudioTelephonyEventCapability: extensibleSequence(
    { dynamicRTPPayloadType: integer(96, 127), audioTelephoneEvent: characterString('GeneralString') },
    {},
  ),
  AudioToneCapability: extensibleSequence({ dynamicRTPPayloadType: integer(96, 127) }, {}),
  NoPTAudioTelephonyEventCapability: extensibleSequence({ audioTelephoneEvent: characterString('GeneralString') }, {}),
  NoPTAudioToneCapability: extensibleSequence({}, {}),
  MultiplePayloadStreamCapability: extensibleSequence(
    { capabilities: sequenceOf(reference('AlternativeCapabilitySet'), size(1, 256)) },
    {},
  ),
  DepFECCapability: extensibleChoice(
    {
      rfc2733: extensibleSequence(
        {
          redundancyEncoding: boolean,
          separateStream: extensibleSequence({ separatePort: boolean, samePort: boolean }, {}),
        },
        {},
      ),
    },
    {},
  ),
  FECCapability: extensibleSequence(
    {
      protectedCapability: reference('CapabilityTableEntryNumber'),
      fecScheme: optional(objectIdentifier),
      rfc2733Format: optional(
        choice({
          rfc2733rfc2198: reference('MaxRedundancy'),
          rfc2733sameport: reference('MaxRedundancy'),
          rfc2733diffport: reference('MaxRedundancy'),
        }),
      ),
    },
    {},
  ),
  MaxRedundancy: integer(1, Number.POSITIVE_INFINITY),
} as const;
