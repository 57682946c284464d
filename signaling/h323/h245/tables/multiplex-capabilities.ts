import {
  boolean,
  choice,
  extensibleChoice,
  extensibleSequence,
  integer,
  nothing,
  optional,
  reference,
  sequence,
  sequenceOf,
  size,
} from '../../asn1/notation.ts';

/** H.245 Annex A: multiplex capabilities, of which H.323 uses those of H.225.0. */
export const multiplexCapabilityTypes = {
  MultiplexCapability: extensibleChoice(
    {
      nonStandard: reference('NonStandardParameter'),
      h222Capability: reference('H222Capability'),
      h223Capability: reference('H223Capability'),
      v76Capability: reference('V76Capability'),
    },
    { h2250Capability: reference('H2250Capability'), genericMultiplexCapability: reference('GenericCapability') },
  ),
  H222Capability: extensibleSequence(
    { numberOfVCs: integer(1, 256), vcCapability: sequenceOf(reference('VCCapability')) },
    {},
  ),
  VCCapability: extensibleSequence(
    {
      aal1: optional(
        extensibleSequence(
          {
            nullClockRecovery: boolean,
            srtsClockRecovery: boolean,
            adaptiveClockRecovery: boolean,
            nullErrorCorrection: boolean,
            longInterleaver: boolean,
            shortInterleaver: boolean,
            errorCorrectionOnly: boolean,
            structuredDataTransfer: boolean,
            partiallyFilledCells: boolean,
          },
          {},
        ),
      ),
      aal5: optional(
        extensibleSequence({ forwardMaximumSDUSize: integer(0, 65535), backwardMaximumSDUSize: integer(0, 65535) }, {}),
      ),
      transportStream: boolean,
      programStream: boolean,
      availableBitRates: extensibleSequence(
        {
          type: choice({
            singleBitRate: integer(1, 65535),
            rangeOfBitRates: sequence({ lowerBitRate: integer(1, 65535), higherBitRate: integer(1, 65535) }),
          }),
        },
        {},
      ),
    },
    {
      aal1ViaGateway: extensibleSequence(
        {
          gatewayAddress: sequenceOf(reference('Q2931Address'), size(1, 256)),
          nullClockRecovery: boolean,
          srtsClockRecovery: boolean,
          adaptiveClockRecovery: boolean,
          nullErrorCorrection: boolean,
          longInterleaver: boolean,
          shortInterleaver: boolean,
          errorCorrectionOnly: boolean,
          structuredDataTransfer: boolean,
          partiallyFilledCells: boolean,
        },
        {},
      ),
    },
  ),
  H223Capability: extensibleSequence(
    {
      'transportWithI-frames': boolean,
      videoWithAL1: boolean,
      videoWithAL2: boolean,
      videoWithAL3: boolean,
      audioWithAL1: boolean,
      audioWithAL2: boolean,
      audioWithAL3: boolean,
      dataWithAL1: boolean,
      dataWithAL2: boolean,
      dataWithAL3: boolean,
      maximumAl2SDUSize: integer(0, 65535),
      maximumAl3SDUSize: integer(0, 65535),
      maximumDelayJitter: integer(0, 1023),
      h223MultiplexTableCapability: choice({
        basic: nothing,
        enhanced: extensibleSequence(
          {
            maximumNestingDepth: integer(1, 15),
            maximumElementListSize: integer(2, 255),
            maximumSubElementListSize: integer(2, 255),
          },
          {},
        ),
      }),
    },
    {
      maxMUXPDUSizeCapability: boolean,
      nsrpSupport: boolean,
      mobileOperationTransmitCapability: extensibleSequence(
        {
          modeChangeCapability: boolean,
          h223AnnexA: boolean,
          h223AnnexADoubleFlag: boolean,
          h223AnnexB: boolean,
          h223AnnexBwithHeader: boolean,
        },
        {},
      ),
      h223AnnexCCapability: reference('H223AnnexCCapability'),
      bitRate: integer(1, 19200),
      mobileMultilinkFrameCapability: extensibleSequence(
        { maximumSampleSize: integer(1, 255), maximumPayloadLength: integer(1, 65025) },
        {},
      ),
    },
  ),
  H223AnnexCCapability: extensibleSequence(
    {
      videoWithAL1M: boolean,
      videoWithAL2M: boolean,
      videoWithAL3M: boolean,
      audioWithAL1M: boolean,
      audioWithAL2M: boolean,
      audioWithAL3M: boolean,
      dataWithAL1M: boolean,
      dataWithAL2M: boolean,
      dataWithAL3M: boolean,
      alpduInterleaving: boolean,
      maximumAL1MPDUSize: integer(0, 65535),
      maximumAL2MSDUSize: integer(0, 65535),
      maximumAL3MSDUSize: integer(0, 65535),
    },
    { rsCodeCapability: boolean },
  ),
  V76Capability: extensibleSequence(
    {
      suspendResumeCapabilitywAddress: boolean,
      suspendResumeCapabilitywoAddress: boolean,
      rejCapability: boolean,
      sREJCapability: boolean,
      mREJCapability: boolean,
      crc8bitCapability: boolean,
      crc16bitCapability: boolean,
      crc32bitCapability: boolean,
      uihCapability: boolean,
      numOfDLCS: integer(2, 8191),
      twoOctetAddressFieldCapability: boolean,
      loopBackTestCapability: boolean,
      n401Capability: integer(1, 4095),
      maxWindowSizeCapability: integer(1, 127),
      v75Capability: reference('V75Capability'),
    },
    {},
  ),
  V75Capability: extensibleSequence({ audioHeader: boolean }, {}),
  H2250Capability: extensibleSequence(
    {
      maximumAudioDelayJitter: integer(0, 1023),
      receiveMultipointCapability: reference('MultipointCapability'),
      transmitMultipointCapability: reference('MultipointCapability'),
      receiveAndTransmitMultipointCapability: reference('MultipointCapability'),
      mcCapability: extensibleSequence({ centralizedConferenceMC: boolean, decentralizedConferenceMC: boolean }, {}),
      rtcpVideoControlCapability: boolean,
      mediaPacketizationCapability: reference('MediaPacketizationCapability'),
    },
    {
      transportCapability: reference('TransportCapability'),
      redundancyEncodingCapability: sequenceOf(reference('RedundancyEncodingCapability'), size(1, 256)),
      logicalChannelSwitchingCapability: boolean,
      t120DynamicPortCapability: boolean,
    },
  ),
  MediaPacketizationCapability: extensibleSequence(
    { h261aVideoPacketization: boolean },
    { rtpPayloadType: sequenceOf(reference('RTPPayloadType'), size(1, 256)) },
  ),
  RSVPParameters: extensibleSequence(
    {
      qosMode: optional(reference('QOSMode')),
      tokenRate: optional(integer(1, 4294967295)),
      bucketSize: optional(integer(1, 4294967295)),
      peakRate: optional(integer(1, 4294967295)),
      minPoliced: optional(integer(1, 4294967295)),
      maxPktSize: optional(integer(1, 4294967295)),
    },
    {},
  ),
  QOSMode: extensibleChoice({ guaranteedQOS: nothing, controlledLoad: nothing }, {}),
  ATMParameters: extensibleSequence(
    {
      maxNTUSize: integer(0, 65535),
      atmUBR: boolean,
      atmrtVBR: boolean,
      atmnrtVBR: boolean,
      atmABR: boolean,
      atmCBR: boolean,
    },
    {},
  ),
  ServicePriorityValue: extensibleSequence(
    { nonStandardParameter: optional(reference('NonStandardParameter')) },
    { value: integer(0, 255) },
  ),
  ServicePriority: extensibleSequence(
    {
      nonStandardData: optional(reference('NonStandardParameter')),
      servicePrioritySignalled: boolean,
      servicePriorityValue: optional(reference('ServicePriorityValue')),
    },
    { serviceClass: integer(0, 4095), serviceSubclass: integer(0, 255) },
  ),
  AuthorizationParameters: extensibleSequence({ nonStandardData: optional(reference('NonStandardParameter')) }, {}),
  QOSType: extensibleChoice({ desired: nothing, required: nothing }, {}),
  QOSClass: extensibleChoice(
    { class0: nothing, class1: nothing, class2: nothing, class3: nothing, class4: nothing, class5: nothing },
    {},
  ),
  QOSDescriptor: extensibleSequence(
    {
      nonStandardData: optional(reference('NonStandardParameter')),
      qosType: reference('QOSType'),
      qosClass: reference('QOSClass'),
    },
    {},
  ),
  GenericTransportParameters: extensibleSequence(
    {
      nonStandardData: optional(reference('NonStandardParameter')),
      averageRate: optional(integer(1, 4294967295)),
      burst: optional(integer(1, 4294967295)),
      peakRate: optional(integer(1, 4294967295)),
      maxPktSize: optional(integer(1, 4294967295)),
    },
    {},
  ),
  QOSCapability: extensibleSequence(
    {
      nonStandardData: optional(reference('NonStandardParameter')),
      rsvpParameters: optional(reference('RSVPParameters')),
      atmParameters: optional(reference('ATMParameters')),
    },
    {
      localQoS: boolean,
      genericTransportParameters: reference('GenericTransportParameters'),
      servicePriority: reference('ServicePriority'),
      authorizationParameter: reference('AuthorizationParameters'),
      qosDescriptor: reference('QOSDescriptor'),
      dscpValue: integer(0, 63),
    },
  ),
  MediaTransportType: extensibleChoice(
    { 'ip-UDP': nothing, 'ip-TCP': nothing, 'atm-AAL5-UNIDIR': nothing, 'atm-AAL5-BIDIR': nothing },
    {
      'atm-AAL5-compressed': extensibleSequence({ 'variable-delta': boolean }, {}),
      sctp: reference('SctpParam'),
      'udp-dtls-sctp': sequenceOf(reference('SctpParam')),
      'tcp-dtls-sctp': sequenceOf(reference('SctpParam')),
      'sctp-dtls': reference('SctpParam'),
    },
  ),
  MediaChannelCapability: extensibleSequence({ mediaTransport: optional(reference('MediaTransportType')) }, {}),
  TransportCapability: extensibleSequence(
    {
      nonStandard: optional(reference('NonStandardParameter')),
      qOSCapabilities: optional(sequenceOf(reference('QOSCapability'), size(1, 256))),
      mediaChannelCapabilities: optional(sequenceOf(reference('MediaChannelCapability'), size(1, 256))),
    },
    {},
  ),
  RedundancyEncodingCapability: extensibleSequence(
    {
      redundancyEncodingMethod: reference('RedundancyEncodingMethod'),
      primaryEncoding: reference('CapabilityTableEntryNumber'),
      secondaryEncoding: optional(sequenceOf(reference('CapabilityTableEntryNumber'), size(1, 256))),
    },
    {},
  ),
  RedundancyEncodingMethod: extensibleChoice(
    { nonStandard: reference('NonStandardParameter'), rtpAudioRedundancyEncoding: nothing },
    { rtpH263VideoRedundancyEncoding: reference('RTPH263VideoRedundancyEncoding') },
  ),
  RTPH263VideoRedundancyEncoding: extensibleSequence(
    {
      numberOfThreads: integer(1, 16),
      framesBetweenSyncPoints: integer(1, 256),
      frameToThreadMapping: extensibleChoice(
        { roundrobin: nothing, custom: sequenceOf(reference('RTPH263VideoRedundancyFrameMapping'), size(1, 256)) },
        {},
      ),
      containedThreads: optional(sequenceOf(integer(0, 15), size(1, 256))),
    },
    {},
  ),
  RTPH263VideoRedundancyFrameMapping: extensibleSequence(
    { threadNumber: integer(0, 15), frameSequence: sequenceOf(integer(0, 255), size(1, 256)) },
    {},
  ),
  MultipointCapability: extensibleSequence(
    {
      multicastCapability: boolean,
      multiUniCastConference: boolean,
      mediaDistributionCapability: sequenceOf(reference('MediaDistributionCapability')),
    },
    {},
  ),
  MediaDistributionCapability: extensibleSequence(
    {
      centralizedControl: boolean,
      distributedControl: boolean,
      centralizedAudio: boolean,
      distributedAudio: boolean,
      centralizedVideo: boolean,
      distributedVideo: boolean,
      centralizedData: optional(sequenceOf(reference('DataApplicationCapability'))),
      distributedData: optional(sequenceOf(reference('DataApplicationCapability'))),
    },
    {},
  ),
} as const;
