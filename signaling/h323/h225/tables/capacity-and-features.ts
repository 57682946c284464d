import {
  boolean,
  characterString,
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

/** H.225.0: capacities, circuits, service control, usage and generic data. */
export const capacityAndFeatureTypes = {
  DataRate: extensibleSequence(
    {
      nonStandardData: optional(reference('NonStandardParameter')),
      channelRate: reference('BandWidth'),
      channelMultiplier: optional(integer(1, 256)),
    },
    {},
  ),
  CallLinkage: extensibleSequence(
    { globalCallId: optional(reference('GloballyUniqueID')), threadId: optional(reference('GloballyUniqueID')) },
    {},
  ),
  SupportedPrefix: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')), prefix: reference('AliasAddress') },
    {},
  ),
  CapacityReportingCapability: extensibleSequence({ canReportCallCapacity: boolean }, {}),
  CapacityReportingSpecification: extensibleSequence(
    { when: extensibleSequence({ callStart: optional(nothing), callEnd: optional(nothing) }, {}) },
    {},
  ),
  CallCapacity: extensibleSequence(
    {
      maximumCallCapacity: optional(reference('CallCapacityInfo')),
      currentCallCapacity: optional(reference('CallCapacityInfo')),
    },
    {},
  ),
  CallCapacityInfo: extensibleSequence(
    {
      voiceGwCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      h310GwCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      h320GwCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      h321GwCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      h322GwCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      h323GwCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      h324GwCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      t120OnlyGwCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      t38FaxAnnexbOnlyGwCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      terminalCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
      mcuCallsAvailable: optional(sequenceOf(reference('CallsAvailable'))),
    },
    { sipGwCallsAvailable: sequenceOf(reference('CallsAvailable')) },
  ),
  CallsAvailable: extensibleSequence(
    { calls: integer(0, 4294967295), group: optional(characterString('IA5String', size(1, 128))) },
    { carrier: reference('CarrierInfo') },
  ),
  CircuitInfo: extensibleSequence(
    {
      sourceCircuitID: optional(reference('CircuitIdentifier')),
      destinationCircuitID: optional(reference('CircuitIdentifier')),
      genericData: optional(sequenceOf(reference('GenericData'))),
    },
    {},
  ),
  CircuitIdentifier: extensibleSequence(
    { cic: optional(reference('CicInfo')), group: optional(reference('GroupID')) },
    { carrier: reference('CarrierInfo') },
  ),
  CicInfo: extensibleSequence({ cic: sequenceOf(octetString(size(2, 4))), pointCode: octetString(size(2, 5)) }, {}),
  GroupID: extensibleSequence(
    { member: optional(sequenceOf(integer(0, 65535))), group: characterString('IA5String', size(1, 128)) },
    {},
  ),
  CarrierInfo: extensibleSequence(
    {
      carrierIdentificationCode: optional(octetString(size(3, 4))),
      carrierName: optional(characterString('IA5String', size(1, 128))),
    },
    {},
  ),
  ServiceControlDescriptor: extensibleChoice(
    {
      url: characterString('IA5String', size(0, 512)),
      signal: reference('H248SignalsDescriptor'),
      nonStandard: reference('NonStandardParameter'),
      callCreditServiceControl: reference('CallCreditServiceControl'),
    },
    {},
  ),
  ServiceControlSession: extensibleSequence(
    {
      sessionId: integer(0, 255),
      contents: optional(reference('ServiceControlDescriptor')),
      reason: extensibleChoice({ open: nothing, refresh: nothing, close: nothing }, {}),
    },
    {},
  ),
  RasUsageInfoTypes: extensibleSequence(
    {
      nonStandardUsageTypes: sequenceOf(reference('NonStandardParameter')),
      startTime: optional(nothing),
      endTime: optional(nothing),
      terminationCause: optional(nothing),
    },
    {},
  ),
  RasUsageSpecification: extensibleSequence(
    {
      when: extensibleSequence({ start: optional(nothing), end: optional(nothing), inIrr: optional(nothing) }, {}),
      callStartingPoint: optional(extensibleSequence({ alerting: optional(nothing), connect: optional(nothing) }, {})),
      required: reference('RasUsageInfoTypes'),
    },
    {},
  ),
  RasUsageInformation: extensibleSequence(
    {
      nonStandardUsageFields: sequenceOf(reference('NonStandardParameter')),
      alertingTime: optional(reference('TimeStamp')),
      connectTime: optional(reference('TimeStamp')),
      endTime: optional(reference('TimeStamp')),
    },
    {},
  ),
  CallTerminationCause: extensibleChoice(
    { releaseCompleteReason: reference('ReleaseCompleteReason'), releaseCompleteCauseIE: octetString(size(2, 32)) },
    {},
  ),
  BandwidthDetails: extensibleSequence(
    {
      sender: boolean,
      multicast: boolean,
      bandwidth: reference('BandWidth'),
      rtcpAddresses: reference('TransportChannelInfo'),
    },
    {},
  ),
  CallCreditCapability: extensibleSequence(
    { canDisplayAmountString: optional(boolean), canEnforceDurationLimit: optional(boolean) },
    {},
  ),
  CallCreditServiceControl: extensibleSequence(
    {
      amountString: optional(characterString('BMPString', size(1, 512))),
      billingMode: optional(extensibleChoice({ credit: nothing, debit: nothing }, {})),
      callDurationLimit: optional(integer(1, 4294967295)),
      enforceCallDurationLimit: optional(boolean),
      callStartingPoint: optional(extensibleChoice({ alerting: nothing, connect: nothing }, {})),
    },
    {},
  ),
  GenericData: extensibleSequence(
    {
      id: reference('GenericIdentifier'),
      parameters: optional(sequenceOf(reference('EnumeratedParameter'), size(1, 512))),
    },
    {},
  ),
  GenericIdentifier: extensibleChoice(
    { standard: extensibleInteger(0, 16383), oid: objectIdentifier, nonStandard: reference('GloballyUniqueID') },
    {},
  ),
  EnumeratedParameter: extensibleSequence(
    { id: reference('GenericIdentifier'), content: optional(reference('Content')) },
    {},
  ),
  Content: extensibleChoice(
    {
      raw: octetString(),
      text: characterString('IA5String'),
      unicode: characterString('BMPString'),
      bool: boolean,
      number8: integer(0, 255),
      number16: integer(0, 65535),
      number32: integer(0, 4294967295),
      id: reference('GenericIdentifier'),
      alias: reference('AliasAddress'),
      transport: reference('TransportAddress'),
      compound: sequenceOf(reference('EnumeratedParameter'), size(1, 512)),
      nested: sequenceOf(reference('GenericData'), size(1, 16)),
    },
    {},
  ),
  FeatureSet: extensibleSequence(
    {
      replacementFeatureSet: boolean,
      neededFeatures: optional(sequenceOf(reference('FeatureDescriptor'))),
      desiredFeatures: optional(sequenceOf(reference('FeatureDescriptor'))),
      supportedFeatures: optional(sequenceOf(reference('FeatureDescriptor'))),
    },
    {},
  ),
  TransportChannelInfo: extensibleSequence(
    { sendAddress: optional(reference('TransportAddress')), recvAddress: optional(reference('TransportAddress')) },
    {},
  ),
  RTPSession: extensibleSequence(
    {
      rtpAddress: reference('TransportChannelInfo'),
      rtcpAddress: reference('TransportChannelInfo'),
      cname: characterString('PrintableString'),
      ssrc: integer(1, 4294967295),
      sessionId: integer(1, 255),
      associatedSessionIds: sequenceOf(integer(1, 255)),
    },
    { multicast: nothing, bandwidth: reference('BandWidth') },
  ),
  RehomingModel: choice({ gatekeeperBased: nothing, endpointBased: nothing }),
} as const;
