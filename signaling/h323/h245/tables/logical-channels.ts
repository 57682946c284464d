import {
  boolean,
  choice,
  extensibleChoice,
  extensibleInteger,
  extensibleSequence,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  optional,
  reference,
  sequenceOf,
  size,
} from '../../asn1/notation.ts';

/** H.245 Annex A: logical channels: opening and closing, data types and transport addresses. */
export const logicalChannelTypes = {
  OpenLogicalChannel: extensibleSequence(
    {
      forwardLogicalChannelNumber: reference('LogicalChannelNumber'),
      forwardLogicalChannelParameters: extensibleSequence(
        {
          portNumber: optional(integer(0, 65535)),
          dataType: reference('DataType'),
          multiplexParameters: extensibleChoice(
            {
              h222LogicalChannelParameters: reference('H222LogicalChannelParameters'),
              h223LogicalChannelParameters: reference('H223LogicalChannelParameters'),
              v76LogicalChannelParameters: reference('V76LogicalChannelParameters'),
            },
            { h2250LogicalChannelParameters: reference('H2250LogicalChannelParameters'), none: nothing },
          ),
        },
        {
          forwardLogicalChannelDependency: reference('LogicalChannelNumber'),
          replacementFor: reference('LogicalChannelNumber'),
        },
      ),
      reverseLogicalChannelParameters: optional(
        extensibleSequence(
          {
            dataType: reference('DataType'),
            multiplexParameters: optional(
              extensibleChoice(
                {
                  h223LogicalChannelParameters: reference('H223LogicalChannelParameters'),
                  v76LogicalChannelParameters: reference('V76LogicalChannelParameters'),
                },
                { h2250LogicalChannelParameters: reference('H2250LogicalChannelParameters') },
              ),
            ),
          },
          {
            reverseLogicalChannelDependency: reference('LogicalChannelNumber'),
            replacementFor: reference('LogicalChannelNumber'),
          },
        ),
      ),
    },
    {
      separateStack: reference('NetworkAccessParameters'),
      encryptionSync: reference('EncryptionSync'),
      genericInformation: sequenceOf(reference('GenericInformation')),
    },
  ),
  LogicalChannelNumber: integer(1, 65535),
  DataType: extensibleChoice(
    {
      nonStandard: reference('NonStandardParameter'),
      nullData: nothing,
      videoData: reference('VideoCapability'),
      audioData: reference('AudioCapability'),
      data: reference('DataApplicationCapability'),
      encryptionData: reference('EncryptionMode'),
    },
    {
      h235Control: reference('NonStandardParameter'),
      h235Media: reference('H235Media'),
      multiplexedStream: reference('MultiplexedStreamParameter'),
      redundancyEncoding: reference('RedundancyEncoding'),
      multiplePayloadStream: reference('MultiplePayloadStream'),
      depFec: reference('DepFECData'),
      fec: reference('FECData'),
    },
  ),
  H235Media: extensibleSequence(
    {
      encryptionAuthenticationAndIntegrity: reference('EncryptionAuthenticationAndIntegrity'),
      mediaType: extensibleChoice(
        {
          nonStandard: reference('NonStandardParameter'),
          videoData: reference('VideoCapability'),
          audioData: reference('AudioCapability'),
          data: reference('DataApplicationCapability'),
        },
        {
          redundancyEncoding: reference('RedundancyEncoding'),
          multiplePayloadStream: reference('MultiplePayloadStream'),
          depFec: reference('DepFECData'),
          fec: reference('FECData'),
        },
      ),
    },
    {},
  ),
  MultiplexedStreamParameter: extensibleSequence(
    { multiplexFormat: reference('MultiplexFormat'), controlOnMuxStream: boolean },
    {},
  ),
  H2250LogicalChannelParameters: extensibleSequence(
    {
      nonStandard: optional(sequenceOf(reference('NonStandardParameter'))),
      sessionID: integer(0, 255),
      associatedSessionID: optional(integer(1, 255)),
      mediaChannel: optional(reference('TransportAddress')),
      mediaGuaranteedDelivery: optional(boolean),
      mediaControlChannel: optional(reference('TransportAddress')),
      mediaControlGuaranteedDelivery: optional(boolean),
      silenceSuppression: optional(boolean),
      destination: optional(reference('TerminalLabel')),
      dynamicRTPPayloadType: optional(integer(96, 127)),
      mediaPacketization: optional(
        extensibleChoice({ h261aVideoPacketization: nothing }, { rtpPayloadType: reference('RTPPayloadType') }),
      ),
    },
    {
      transportCapability: reference('TransportCapability'),
      redundancyEncoding: reference('RedundancyEncoding'),
      source: reference('TerminalLabel'),
      nominalAudioLevel: integer(0, 63),
    },
  ),
  RTPPayloadType: extensibleSequence(
    {
      payloadDescriptor: extensibleChoice(
        {
          nonStandardIdentifier: reference('NonStandardParameter'),
          'rfc-number': extensibleInteger(1, 32768),
          oid: objectIdentifier,
        },
        {},
      ),
      payloadType: optional(integer(0, 127)),
    },
    {},
  ),
  RedundancyEncoding: extensibleSequence(
    {
      redundancyEncodingMethod: reference('RedundancyEncodingMethod'),
      secondaryEncoding: optional(reference('DataType')),
    },
    {
      rtpRedundancyEncoding: extensibleSequence(
        {
          primary: optional(reference('RedundancyEncodingElement')),
          secondary: optional(sequenceOf(reference('RedundancyEncodingElement'))),
        },
        {},
      ),
    },
  ),
  RedundancyEncodingElement: extensibleSequence(
    { dataType: reference('DataType'), payloadType: optional(integer(0, 127)) },
    {},
  ),
  MultiplePayloadStream: extensibleSequence({ elements: sequenceOf(reference('MultiplePayloadStreamElement')) }, {}),
  MultiplePayloadStreamElement: extensibleSequence(
    { dataType: reference('DataType'), payloadType: optional(integer(0, 127)) },
    {},
  ),
  DepFECData: choice({
    rfc2733: extensibleSequence(
      {
        mode: extensibleChoice(
          {
            redundancyEncoding: nothing,
            separateStream: extensibleChoice(
              {
                differentPort: extensibleSequence(
                  { protectedSessionID: integer(1, 255), protectedPayloadType: optional(integer(0, 127)) },
                  {},
                ),
                samePort: extensibleSequence({ protectedPayloadType: integer(0, 127) }, {}),
              },
              {},
            ),
          },
          {},
        ),
      },
      {},
    ),
  }),
  FECData: extensibleChoice(
    {
      rfc2733: extensibleSequence(
        {
          protectedPayloadType: integer(0, 127),
          fecScheme: optional(objectIdentifier),
          pktMode: extensibleChoice(
            {
              rfc2198coding: nothing,
              rfc2733sameport: extensibleSequence({}, {}),
              rfc2733diffport: extensibleSequence({ protectedChannel: reference('LogicalChannelNumber') }, {}),
            },
            {},
          ),
        },
        {},
      ),
    },
    {},
  ),
  TransportAddress: extensibleChoice(
    { unicastAddress: reference('UnicastAddress'), multicastAddress: reference('MulticastAddress') },
    {},
  ),
  UnicastAddress: extensibleChoice(
    {
      iPAddress: extensibleSequence({ network: octetString(size(4)), tsapIdentifier: integer(0, 65535) }, {}),
      iPXAddress: extensibleSequence(
        { node: octetString(size(6)), netnum: octetString(size(4)), tsapIdentifier: octetString(size(2)) },
        {},
      ),
      iP6Address: extensibleSequence({ network: octetString(size(16)), tsapIdentifier: integer(0, 65535) }, {}),
      netBios: octetString(size(16)),
      iPSourceRouteAddress: extensibleSequence(
        {
          routing: choice({ strict: nothing, loose: nothing }),
          network: octetString(size(4)),
          tsapIdentifier: integer(0, 65535),
          route: sequenceOf(octetString(size(4))),
        },
        {},
      ),
    },
    { nsap: octetString(size(1, 20)), nonStandardAddress: reference('NonStandardParameter') },
  ),
  MulticastAddress: extensibleChoice(
    {
      iPAddress: extensibleSequence({ network: octetString(size(4)), tsapIdentifier: integer(0, 65535) }, {}),
      iP6Address: extensibleSequence({ network: octetString(size(16)), tsapIdentifier: integer(0, 65535) }, {}),
    },
    { nsap: octetString(size(1, 20)), nonStandardAddress: reference('NonStandardParameter') },
  ),
  EncryptionSync: extensibleSequence(
    {
      nonStandard: optional(reference('NonStandardParameter')),
      synchFlag: integer(0, 255),
      h235Key: octetString(size(1, 65535)),
      escrowentry: optional(sequenceOf(reference('EscrowData'), size(1, 256))),
    },
    { genericParameter: reference('GenericParameter') },
  ),
  OpenLogicalChannelAck: extensibleSequence(
    {
      forwardLogicalChannelNumber: reference('LogicalChannelNumber'),
      reverseLogicalChannelParameters: optional(
        extensibleSequence(
          {
            reverseLogicalChannelNumber: reference('LogicalChannelNumber'),
            portNumber: optional(integer(0, 65535)),
            multiplexParameters: optional(
              extensibleChoice(
                { h222LogicalChannelParameters: reference('H222LogicalChannelParameters') },
                { h2250LogicalChannelParameters: reference('H2250LogicalChannelParameters') },
              ),
            ),
          },
          { replacementFor: reference('LogicalChannelNumber') },
        ),
      ),
    },
    {
      separateStack: reference('NetworkAccessParameters'),
      forwardMultiplexAckParameters: extensibleChoice(
        { h2250LogicalChannelAckParameters: reference('H2250LogicalChannelAckParameters') },
        {},
      ),
      encryptionSync: reference('EncryptionSync'),
      genericInformation: sequenceOf(reference('GenericInformation')),
      dtlsSecurityCapability: reference('DTLSSecurityCapability'),
    },
  ),
  OpenLogicalChannelReject: extensibleSequence(
    {
      forwardLogicalChannelNumber: reference('LogicalChannelNumber'),
      cause: extensibleChoice(
        {
          unspecified: nothing,
          unsuitableReverseParameters: nothing,
          dataTypeNotSupported: nothing,
          dataTypeNotAvailable: nothing,
          unknownDataType: nothing,
          dataTypeALCombinationNotSupported: nothing,
        },
        {
          multicastChannelNotAllowed: nothing,
          insufficientBandwidth: nothing,
          separateStackEstablishmentFailed: nothing,
          invalidSessionID: nothing,
          masterSlaveConflict: nothing,
          waitForCommunicationMode: nothing,
          invalidDependentChannel: nothing,
          replacementForRejected: nothing,
          securityDenied: nothing,
          qoSControlNotSupported: nothing,
        },
      ),
    },
    { genericInformation: sequenceOf(reference('GenericInformation')) },
  ),
  OpenLogicalChannelConfirm: extensibleSequence(
    { forwardLogicalChannelNumber: reference('LogicalChannelNumber') },
    { genericInformation: sequenceOf(reference('GenericInformation')) },
  ),
  H2250LogicalChannelAckParameters: extensibleSequence(
    {
      nonStandard: optional(sequenceOf(reference('NonStandardParameter'))),
      sessionID: optional(integer(1, 255)),
      mediaChannel: optional(reference('TransportAddress')),
      mediaControlChannel: optional(reference('TransportAddress')),
      dynamicRTPPayloadType: optional(integer(96, 127)),
    },
    {
      flowControlToZero: boolean,
      portNumber: integer(0, 65535),
      multiplePayloadStream: reference('MultiplePayloadStream'),
    },
  ),
  CloseLogicalChannel: extensibleSequence(
    {
      forwardLogicalChannelNumber: reference('LogicalChannelNumber'),
      source: choice({ user: nothing, lcse: nothing }),
    },
    {
      reason: extensibleChoice(
        { unknown: nothing, reopen: nothing, reservationFailure: nothing },
        { networkErrorCode: integer(0, 255) },
      ),
    },
  ),
  CloseLogicalChannelAck: extensibleSequence({ forwardLogicalChannelNumber: reference('LogicalChannelNumber') }, {}),
  RequestChannelClose: extensibleSequence(
    { forwardLogicalChannelNumber: reference('LogicalChannelNumber') },
    {
      qosCapability: reference('QOSCapability'),
      reason: extensibleChoice(
        { unknown: nothing, normal: nothing, reopen: nothing, reservationFailure: nothing },
        { networkErrorCode: integer(0, 255) },
      ),
    },
  ),
  RequestChannelCloseAck: extensibleSequence({ forwardLogicalChannelNumber: reference('LogicalChannelNumber') }, {}),
  RequestChannelCloseReject: extensibleSequence(
    {
      forwardLogicalChannelNumber: reference('LogicalChannelNumber'),
      cause: extensibleChoice({ unspecified: nothing }, {}),
    },
    {},
  ),
  RequestChannelCloseRelease: extensibleSequence(
    { forwardLogicalChannelNumber: reference('LogicalChannelNumber') },
    {},
  ),
} as const;
