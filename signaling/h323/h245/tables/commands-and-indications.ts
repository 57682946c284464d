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

/** H.245 Annex A: commands and indications. */
export const commandAndIndicationTypes = {
  MaximumBitRate: integer(0, 4294967295),
  LogicalChannelRateRequest: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      logicalChannelNumber: reference('LogicalChannelNumber'),
      maximumBitRate: reference('MaximumBitRate'),
    },
    {},
  ),
  LogicalChannelRateAcknowledge: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      logicalChannelNumber: reference('LogicalChannelNumber'),
      maximumBitRate: reference('MaximumBitRate'),
    },
    {},
  ),
  LogicalChannelRateReject: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      logicalChannelNumber: reference('LogicalChannelNumber'),
      rejectReason: reference('LogicalChannelRateRejectReason'),
      currentMaximumBitRate: optional(reference('MaximumBitRate')),
    },
    {},
  ),
  LogicalChannelRateRejectReason: extensibleChoice({ undefinedReason: nothing, insufficientResources: nothing }, {}),
  LogicalChannelRateRelease: extensibleSequence({}, {}),
  SendTerminalCapabilitySet: extensibleChoice(
    {
      specificRequest: extensibleSequence(
        {
          multiplexCapability: boolean,
          capabilityTableEntryNumbers: optional(sequenceOf(reference('CapabilityTableEntryNumber'), size(1, 65535))),
          capabilityDescriptorNumbers: optional(sequenceOf(reference('CapabilityDescriptorNumber'), size(1, 256))),
        },
        {},
      ),
      genericRequest: nothing,
    },
    {},
  ),
  EncryptionCommand: extensibleChoice(
    {
      encryptionSE: octetString(),
      encryptionIVRequest: nothing,
      encryptionAlgorithmID: sequence({
        h233AlgorithmIdentifier: reference('SequenceNumber'),
        associatedAlgorithm: reference('NonStandardParameter'),
      }),
    },
    {},
  ),
  FlowControlCommand: extensibleSequence(
    {
      scope: choice({
        logicalChannelNumber: reference('LogicalChannelNumber'),
        resourceID: integer(0, 65535),
        wholeMultiplex: nothing,
      }),
      restriction: choice({ maximumBitRate: integer(0, 16777215), noRestriction: nothing }),
    },
    {},
  ),
  EndSessionCommand: extensibleChoice(
    {
      nonStandard: reference('NonStandardParameter'),
      disconnect: nothing,
      gstnOptions: extensibleChoice(
        { telephonyMode: nothing, v8bis: nothing, v34DSVD: nothing, v34DuplexFAX: nothing, v34H324: nothing },
        {},
      ),
    },
    {
      isdnOptions: extensibleChoice({ telephonyMode: nothing, v140: nothing, terminalOnHold: nothing }, {}),
      genericInformation: sequenceOf(reference('GenericInformation')),
    },
  ),
  EncryptionUpdateDirection: extensibleChoice({ masterToSlave: nothing, slaveToMaster: nothing }, {}),
  MiscellaneousCommand: extensibleSequence(
    {
      logicalChannelNumber: reference('LogicalChannelNumber'),
      type: extensibleChoice(
        {
          equaliseDelay: nothing,
          zeroDelay: nothing,
          multipointModeCommand: nothing,
          cancelMultipointModeCommand: nothing,
          videoFreezePicture: nothing,
          videoFastUpdatePicture: nothing,
          videoFastUpdateGOB: sequence({ firstGOB: integer(0, 17), numberOfGOBs: integer(1, 18) }),
          videoTemporalSpatialTradeOff: integer(0, 31),
          videoSendSyncEveryGOB: nothing,
          videoSendSyncEveryGOBCancel: nothing,
        },
        {
          videoFastUpdateMB: extensibleSequence(
            { firstGOB: optional(integer(0, 255)), firstMB: optional(integer(1, 8192)), numberOfMBs: integer(1, 8192) },
            {},
          ),
          maxH223MUXPDUsize: integer(1, 65535),
          encryptionUpdate: reference('EncryptionSync'),
          encryptionUpdateRequest: reference('EncryptionUpdateRequest'),
          switchReceiveMediaOff: nothing,
          switchReceiveMediaOn: nothing,
          progressiveRefinementStart: extensibleSequence(
            {
              repeatCount: extensibleChoice(
                {
                  doOneProgression: nothing,
                  doContinuousProgressions: nothing,
                  doOneIndependentProgression: nothing,
                  doContinuousIndependentProgressions: nothing,
                },
                {},
              ),
            },
            {},
          ),
          progressiveRefinementAbortOne: nothing,
          progressiveRefinementAbortContinuous: nothing,
          videoBadMBs: extensibleSequence(
            { firstMB: integer(1, 9216), numberOfMBs: integer(1, 9216), temporalReference: integer(0, 1023) },
            {},
          ),
          lostPicture: sequenceOf(reference('PictureReference')),
          lostPartialPicture: extensibleSequence(
            {
              pictureReference: reference('PictureReference'),
              firstMB: integer(1, 9216),
              numberOfMBs: integer(1, 9216),
            },
            {},
          ),
          recoveryReferencePicture: sequenceOf(reference('PictureReference')),
          encryptionUpdateCommand: extensibleSequence(
            {
              encryptionSync: reference('EncryptionSync'),
              multiplePayloadStream: optional(reference('MultiplePayloadStream')),
            },
            {},
          ),
          encryptionUpdateAck: extensibleSequence({ synchFlag: integer(0, 255) }, {}),
        },
      ),
    },
    { direction: reference('EncryptionUpdateDirection') },
  ),
  KeyProtectionMethod: extensibleSequence(
    { secureChannel: boolean, sharedSecret: boolean, certProtectedKey: boolean },
    {},
  ),
  EncryptionUpdateRequest: extensibleSequence(
    { keyProtectionMethod: optional(reference('KeyProtectionMethod')) },
    { synchFlag: integer(0, 255) },
  ),
  PictureReference: extensibleChoice({ pictureNumber: integer(0, 1023), longTermPictureIndex: integer(0, 255) }, {}),
  FunctionNotUnderstood: choice({
    request: reference('RequestMessage'),
    response: reference('ResponseMessage'),
    command: reference('CommandMessage'),
  }),
  FunctionNotSupported: extensibleSequence(
    {
      cause: extensibleChoice({ syntaxError: nothing, semanticError: nothing, unknownFunction: nothing }, {}),
      returnedFunction: optional(octetString()),
    },
    {},
  ),
  MiscellaneousIndication: extensibleSequence(
    {
      logicalChannelNumber: reference('LogicalChannelNumber'),
      type: extensibleChoice(
        {
          logicalChannelActive: nothing,
          logicalChannelInactive: nothing,
          multipointConference: nothing,
          cancelMultipointConference: nothing,
          multipointZeroComm: nothing,
          cancelMultipointZeroComm: nothing,
          multipointSecondaryStatus: nothing,
          cancelMultipointSecondaryStatus: nothing,
          videoIndicateReadyToActivate: nothing,
          videoTemporalSpatialTradeOff: integer(0, 31),
        },
        {
          videoNotDecodedMBs: extensibleSequence(
            { firstMB: integer(1, 8192), numberOfMBs: integer(1, 8192), temporalReference: integer(0, 255) },
            {},
          ),
          transportCapability: reference('TransportCapability'),
        },
      ),
    },
    {},
  ),
  JitterIndication: extensibleSequence(
    {
      scope: choice({
        logicalChannelNumber: reference('LogicalChannelNumber'),
        resourceID: integer(0, 65535),
        wholeMultiplex: nothing,
      }),
      estimatedReceivedJitterMantissa: integer(0, 3),
      estimatedReceivedJitterExponent: integer(0, 7),
      skippedFrameCount: optional(integer(0, 15)),
      additionalDecoderBuffer: optional(integer(0, 262143)),
    },
    {},
  ),
  H2250MaximumSkewIndication: extensibleSequence(
    {
      logicalChannelNumber1: reference('LogicalChannelNumber'),
      logicalChannelNumber2: reference('LogicalChannelNumber'),
      maximumSkew: integer(0, 4095),
    },
    {},
  ),
  MCLocationIndication: extensibleSequence({ signalAddress: reference('TransportAddress') }, {}),
  VendorIdentification: extensibleSequence(
    {
      vendor: reference('NonStandardIdentifier'),
      productNumber: optional(octetString(size(1, 256))),
      versionNumber: optional(octetString(size(1, 256))),
    },
    {},
  ),
  IV8: octetString(size(8)),
  IV16: octetString(size(16)),
  Params: extensibleSequence(
    { iv8: optional(reference('IV8')), iv16: optional(reference('IV16')), iv: optional(octetString()) },
    {},
  ),
  UserInputIndication: extensibleChoice(
    { nonStandard: reference('NonStandardParameter'), alphanumeric: characterString('GeneralString') },
    {
      userInputSupportIndication: extensibleChoice(
        {
          nonStandard: reference('NonStandardParameter'),
          basicString: nothing,
          iA5String: nothing,
          generalString: nothing,
        },
        { encryptedBasicString: nothing, encryptedIA5String: nothing, encryptedGeneralString: nothing },
      ),
      signal: extensibleSequence(
        {
          signalType: characterString('IA5String', size(1), '0123456789#*ABCD!'),
          duration: optional(integer(1, 65535)),
          rtp: optional(
            extensibleSequence(
              {
                timestamp: optional(integer(0, 4294967295)),
                expirationTime: optional(integer(0, 4294967295)),
                logicalChannelNumber: reference('LogicalChannelNumber'),
              },
              {},
            ),
          ),
        },
        {
          rtpPayloadIndication: nothing,
          paramS: reference('Params'),
          encryptedSignalType: octetString(size(1)),
          algorithmOID: objectIdentifier,
        },
      ),
      signalUpdate: extensibleSequence(
        {
          duration: integer(1, 65535),
          rtp: optional(extensibleSequence({ logicalChannelNumber: reference('LogicalChannelNumber') }, {})),
        },
        {},
      ),
      extendedAlphanumeric: extensibleSequence(
        { alphanumeric: characterString('GeneralString'), rtpPayloadIndication: optional(nothing) },
        {
          encryptedAlphanumeric: extensibleSequence(
            { algorithmOID: objectIdentifier, paramS: optional(reference('Params')), encrypted: octetString() },
            {},
          ),
        },
      ),
      encryptedAlphanumeric: extensibleSequence(
        { algorithmOID: objectIdentifier, paramS: optional(reference('Params')), encrypted: octetString() },
        {},
      ),
      genericInformation: sequenceOf(reference('GenericInformation')),
    },
  ),
  FlowControlIndication: extensibleSequence(
    {
      scope: choice({
        logicalChannelNumber: reference('LogicalChannelNumber'),
        resourceID: integer(0, 65535),
        wholeMultiplex: nothing,
      }),
      restriction: choice({ maximumBitRate: integer(0, 16777215), noRestriction: nothing }),
    },
    {},
  ),
} as const;
