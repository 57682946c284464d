import {
  boolean,
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

/** H.245 Annex A: request mode. */
export const requestModeTypes = {
  RequestMode: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      requestedModes: sequenceOf(reference('ModeDescription'), size(1, 256)),
    },
    {},
  ),
  RequestModeAck: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      response: extensibleChoice(
        { willTransmitMostPreferredMode: nothing, willTransmitLessPreferredMode: nothing },
        {},
      ),
    },
    {},
  ),
  RequestModeReject: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      cause: extensibleChoice({ modeUnavailable: nothing, multipointConstraint: nothing, requestDenied: nothing }, {}),
    },
    {},
  ),
  RequestModeRelease: extensibleSequence({}, {}),
  ModeDescription: sequenceOf(reference('ModeElement'), size(1, 256)),
  ModeElementType: extensibleChoice(
    {
      nonStandard: reference('NonStandardParameter'),
      videoMode: reference('VideoMode'),
      audioMode: reference('AudioMode'),
      dataMode: reference('DataMode'),
      encryptionMode: reference('EncryptionMode'),
    },
    {
      h235Mode: reference('H235Mode'),
      multiplexedStreamMode: reference('MultiplexedStreamParameter'),
      redundancyEncodingDTMode: reference('RedundancyEncodingDTMode'),
      multiplePayloadStreamMode: reference('MultiplePayloadStreamMode'),
      depFecMode: reference('DepFECMode'),
      fecMode: reference('FECMode'),
    },
  ),
  ModeElement: extensibleSequence(
    { type: reference('ModeElementType'), h223ModeParameters: optional(reference('H223ModeParameters')) },
    {
      v76ModeParameters: reference('V76ModeParameters'),
      h2250ModeParameters: reference('H2250ModeParameters'),
      genericModeParameters: reference('GenericCapability'),
      multiplexedStreamModeParameters: reference('MultiplexedStreamModeParameters'),
      logicalChannelNumber: reference('LogicalChannelNumber'),
    },
  ),
  H235Mode: extensibleSequence(
    {
      encryptionAuthenticationAndIntegrity: reference('EncryptionAuthenticationAndIntegrity'),
      mediaMode: extensibleChoice(
        {
          nonStandard: reference('NonStandardParameter'),
          videoMode: reference('VideoMode'),
          audioMode: reference('AudioMode'),
          dataMode: reference('DataMode'),
        },
        {},
      ),
    },
    {},
  ),
  MultiplexedStreamModeParameters: extensibleSequence({ logicalChannelNumber: reference('LogicalChannelNumber') }, {}),
  RedundancyEncodingDTMode: extensibleSequence(
    {
      redundancyEncodingMethod: reference('RedundancyEncodingMethod'),
      primary: reference('RedundancyEncodingDTModeElement'),
      secondary: sequenceOf(reference('RedundancyEncodingDTModeElement')),
    },
    {},
  ),
  RedundancyEncodingDTModeElement: extensibleSequence(
    {
      type: extensibleChoice(
        {
          nonStandard: reference('NonStandardParameter'),
          videoMode: reference('VideoMode'),
          audioMode: reference('AudioMode'),
          dataMode: reference('DataMode'),
          encryptionMode: reference('EncryptionMode'),
          h235Mode: reference('H235Mode'),
        },
        { fecMode: reference('FECMode') },
      ),
    },
    {},
  ),
  MultiplePayloadStreamMode: extensibleSequence(
    { elements: sequenceOf(reference('MultiplePayloadStreamElementMode')) },
    {},
  ),
  MultiplePayloadStreamElementMode: extensibleSequence({ type: reference('ModeElementType') }, {}),
  DepFECMode: extensibleChoice(
    {
      rfc2733Mode: extensibleSequence(
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
                  samePort: extensibleSequence({ protectedType: reference('ModeElementType') }, {}),
                },
                {},
              ),
            },
            {},
          ),
        },
        {},
      ),
    },
    {},
  ),
  FECMode: extensibleSequence(
    {
      protectedElement: reference('ModeElementType'),
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
  H223ModeParameters: extensibleSequence(
    {
      adaptationLayerType: extensibleChoice(
        {
          nonStandard: reference('NonStandardParameter'),
          al1Framed: nothing,
          al1NotFramed: nothing,
          al2WithoutSequenceNumbers: nothing,
          al2WithSequenceNumbers: nothing,
          al3: sequence({ controlFieldOctets: integer(0, 2), sendBufferSize: integer(0, 16777215) }),
        },
        {
          al1M: reference('H223AL1MParameters'),
          al2M: reference('H223AL2MParameters'),
          al3M: reference('H223AL3MParameters'),
        },
      ),
      segmentableFlag: boolean,
    },
    {},
  ),
  V76ModeParameters: extensibleChoice({ suspendResumewAddress: nothing, suspendResumewoAddress: nothing }, {}),
  H2250ModeParameters: extensibleSequence(
    { redundancyEncodingMode: optional(reference('RedundancyEncodingMode')) },
    {},
  ),
  RedundancyEncodingMode: extensibleSequence(
    {
      redundancyEncodingMethod: reference('RedundancyEncodingMethod'),
      secondaryEncoding: optional(
        extensibleChoice({ nonStandard: reference('NonStandardParameter'), audioData: reference('AudioMode') }, {}),
      ),
    },
    {},
  ),
  VideoMode: extensibleChoice(
    {
      nonStandard: reference('NonStandardParameter'),
      h261VideoMode: reference('H261VideoMode'),
      h262VideoMode: reference('H262VideoMode'),
      h263VideoMode: reference('H263VideoMode'),
      is11172VideoMode: reference('IS11172VideoMode'),
    },
    { genericVideoMode: reference('GenericCapability') },
  ),
  H261VideoMode: extensibleSequence(
    {
      resolution: choice({ qcif: nothing, cif: nothing }),
      bitRate: integer(1, 19200),
      stillImageTransmission: boolean,
    },
    {},
  ),
  H262VideoMode: extensibleSequence(
    {
      profileAndLevel: extensibleChoice(
        {
          'profileAndLevel-SPatML': nothing,
          'profileAndLevel-MPatLL': nothing,
          'profileAndLevel-MPatML': nothing,
          'profileAndLevel-MPatH-14': nothing,
          'profileAndLevel-MPatHL': nothing,
          'profileAndLevel-SNRatLL': nothing,
          'profileAndLevel-SNRatML': nothing,
          'profileAndLevel-SpatialatH-14': nothing,
          'profileAndLevel-HPatML': nothing,
          'profileAndLevel-HPatH-14': nothing,
          'profileAndLevel-HPatHL': nothing,
        },
        {},
      ),
      videoBitRate: optional(integer(0, 1073741823)),
      vbvBufferSize: optional(integer(0, 262143)),
      samplesPerLine: optional(integer(0, 16383)),
      linesPerFrame: optional(integer(0, 16383)),
      framesPerSecond: optional(integer(0, 15)),
      luminanceSampleRate: optional(integer(0, 4294967295)),
    },
    {},
  ),
  H263VideoMode: extensibleSequence(
    {
      resolution: extensibleChoice(
        { sqcif: nothing, qcif: nothing, cif: nothing, cif4: nothing, cif16: nothing },
        { custom: nothing },
      ),
      bitRate: integer(1, 19200),
      unrestrictedVector: boolean,
      arithmeticCoding: boolean,
      advancedPrediction: boolean,
      pbFrames: boolean,
    },
    {
      errorCompensation: boolean,
      enhancementLayerInfo: reference('EnhancementLayerInfo'),
      h263Options: reference('H263Options'),
    },
  ),
  IS11172VideoMode: extensibleSequence(
    {
      constrainedBitstream: boolean,
      videoBitRate: optional(integer(0, 1073741823)),
      vbvBufferSize: optional(integer(0, 262143)),
      samplesPerLine: optional(integer(0, 16383)),
      linesPerFrame: optional(integer(0, 16383)),
      pictureRate: optional(integer(0, 15)),
      luminanceSampleRate: optional(integer(0, 4294967295)),
    },
    {},
  ),
  AudioMode: extensibleChoice(
    {
      nonStandard: reference('NonStandardParameter'),
      g711Alaw64k: nothing,
      g711Alaw56k: nothing,
      g711Ulaw64k: nothing,
      g711Ulaw56k: nothing,
      'g722-64k': nothing,
      'g722-56k': nothing,
      'g722-48k': nothing,
      g728: nothing,
      g729: nothing,
      g729AnnexA: nothing,
      g7231: choice({
        noSilenceSuppressionLowRate: nothing,
        noSilenceSuppressionHighRate: nothing,
        silenceSuppressionLowRate: nothing,
        silenceSuppressionHighRate: nothing,
      }),
      is11172AudioMode: reference('IS11172AudioMode'),
      is13818AudioMode: reference('IS13818AudioMode'),
    },
    {
      g729wAnnexB: integer(1, 256),
      g729AnnexAwAnnexB: integer(1, 256),
      g7231AnnexCMode: reference('G7231AnnexCMode'),
      gsmFullRate: reference('GSMAudioCapability'),
      gsmHalfRate: reference('GSMAudioCapability'),
      gsmEnhancedFullRate: reference('GSMAudioCapability'),
      genericAudioMode: reference('GenericCapability'),
      g729Extensions: reference('G729Extensions'),
      vbd: reference('VBDMode'),
    },
  ),
  IS11172AudioMode: extensibleSequence(
    {
      audioLayer: choice({ audioLayer1: nothing, audioLayer2: nothing, audioLayer3: nothing }),
      audioSampling: choice({ audioSampling32k: nothing, audioSampling44k1: nothing, audioSampling48k: nothing }),
      multichannelType: choice({ singleChannel: nothing, twoChannelStereo: nothing, twoChannelDual: nothing }),
      bitRate: integer(1, 448),
    },
    {},
  ),
  IS13818AudioMode: extensibleSequence(
    {
      audioLayer: choice({ audioLayer1: nothing, audioLayer2: nothing, audioLayer3: nothing }),
      audioSampling: choice({
        audioSampling16k: nothing,
        audioSampling22k05: nothing,
        audioSampling24k: nothing,
        audioSampling32k: nothing,
        audioSampling44k1: nothing,
        audioSampling48k: nothing,
      }),
      multichannelType: choice({
        singleChannel: nothing,
        twoChannelStereo: nothing,
        twoChannelDual: nothing,
        'threeChannels2-1': nothing,
        'threeChannels3-0': nothing,
        'fourChannels2-0-2-0': nothing,
        'fourChannels2-2': nothing,
        'fourChannels3-1': nothing,
        'fiveChannels3-0-2-0': nothing,
        'fiveChannels3-2': nothing,
      }),
      lowFrequencyEnhancement: boolean,
      multilingual: boolean,
      bitRate: integer(1, 1130),
    },
    {},
  ),
  G7231AnnexCMode: extensibleSequence(
    {
      'maxAl-sduAudioFrames': integer(1, 256),
      silenceSuppression: boolean,
      g723AnnexCAudioMode: extensibleSequence(
        {
          highRateMode0: integer(27, 78),
          highRateMode1: integer(27, 78),
          lowRateMode0: integer(23, 66),
          lowRateMode1: integer(23, 66),
          sidMode0: integer(6, 17),
          sidMode1: integer(6, 17),
        },
        {},
      ),
    },
    {},
  ),
  VBDMode: extensibleSequence({ type: reference('AudioMode') }, {}),
  DataMode: extensibleSequence(
    {
      application: extensibleChoice(
        {
          nonStandard: reference('NonStandardParameter'),
          t120: reference('DataProtocolCapability'),
          'dsm-cc': reference('DataProtocolCapability'),
          userData: reference('DataProtocolCapability'),
          t84: reference('DataProtocolCapability'),
          t434: reference('DataProtocolCapability'),
          h224: reference('DataProtocolCapability'),
          nlpid: sequence({ nlpidProtocol: reference('DataProtocolCapability'), nlpidData: octetString() }),
          dsvdControl: nothing,
          h222DataPartitioning: reference('DataProtocolCapability'),
        },
        {
          t30fax: reference('DataProtocolCapability'),
          t140: reference('DataProtocolCapability'),
          t38fax: sequence({
            t38FaxProtocol: reference('DataProtocolCapability'),
            t38FaxProfile: reference('T38FaxProfile'),
          }),
          genericDataMode: reference('GenericCapability'),
          dataChannel: reference('DataChannel'),
        },
      ),
      bitRate: integer(0, 4294967295),
    },
    {},
  ),
  EncryptionMode: extensibleChoice({ nonStandard: reference('NonStandardParameter'), h233Encryption: nothing }, {}),
} as const;
