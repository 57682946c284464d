import {
  boolean,
  characterString,
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

/** H.245 Annex A: the multiplex table of H.223 and multilink, which no H.323 terminal uses but every message may carry. */
export const multiplexTableTypes = {
  MultiplexEntrySend: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      multiplexEntryDescriptors: sequenceOf(reference('MultiplexEntryDescriptor'), size(1, 15)),
    },
    {},
  ),
  MultiplexEntryDescriptor: sequence({
    multiplexTableEntryNumber: reference('MultiplexTableEntryNumber'),
    elementList: optional(sequenceOf(reference('MultiplexElement'), size(1, 256))),
  }),
  MultiplexElement: sequence({
    type: choice({
      logicalChannelNumber: integer(0, 65535),
      subElementList: sequenceOf(reference('MultiplexElement'), size(2, 255)),
    }),
    repeatCount: choice({ finite: integer(1, 65535), untilClosingFlag: nothing }),
  }),
  MultiplexTableEntryNumber: integer(1, 15),
  MultiplexEntrySendAck: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      multiplexTableEntryNumber: sequenceOf(reference('MultiplexTableEntryNumber'), size(1, 15)),
    },
    {},
  ),
  MultiplexEntrySendReject: extensibleSequence(
    {
      sequenceNumber: reference('SequenceNumber'),
      rejectionDescriptions: sequenceOf(reference('MultiplexEntryRejectionDescriptions'), size(1, 15)),
    },
    {},
  ),
  MultiplexEntryRejectionDescriptions: extensibleSequence(
    {
      multiplexTableEntryNumber: reference('MultiplexTableEntryNumber'),
      cause: extensibleChoice({ unspecifiedCause: nothing, descriptorTooComplex: nothing }, {}),
    },
    {},
  ),
  MultiplexEntrySendRelease: extensibleSequence(
    { multiplexTableEntryNumber: sequenceOf(reference('MultiplexTableEntryNumber'), size(1, 15)) },
    {},
  ),
  RequestMultiplexEntry: extensibleSequence(
    { entryNumbers: sequenceOf(reference('MultiplexTableEntryNumber'), size(1, 15)) },
    {},
  ),
  RequestMultiplexEntryAck: extensibleSequence(
    { entryNumbers: sequenceOf(reference('MultiplexTableEntryNumber'), size(1, 15)) },
    {},
  ),
  RequestMultiplexEntryReject: extensibleSequence(
    {
      entryNumbers: sequenceOf(reference('MultiplexTableEntryNumber'), size(1, 15)),
      rejectionDescriptions: sequenceOf(reference('RequestMultiplexEntryRejectionDescriptions'), size(1, 15)),
    },
    {},
  ),
  RequestMultiplexEntryRejectionDescriptions: extensibleSequence(
    {
      multiplexTableEntryNumber: reference('MultiplexTableEntryNumber'),
      cause: extensibleChoice({ unspecifiedCause: nothing }, {}),
    },
    {},
  ),
  RequestMultiplexEntryRelease: extensibleSequence(
    { entryNumbers: sequenceOf(reference('MultiplexTableEntryNumber'), size(1, 15)) },
    {},
  ),
  MultilinkRequest: extensibleChoice(
    {
      nonStandard: reference('NonStandardMessage'),
      callInformation: extensibleSequence({ maxNumberOfAdditionalConnections: integer(1, 65535) }, {}),
      addConnection: extensibleSequence(
        { sequenceNumber: reference('SequenceNumber'), dialingInformation: reference('DialingInformation') },
        {},
      ),
      removeConnection: extensibleSequence({ connectionIdentifier: reference('ConnectionIdentifier') }, {}),
      maximumHeaderInterval: extensibleSequence(
        {
          requestType: extensibleChoice(
            { currentIntervalInformation: nothing, requestedInterval: integer(0, 65535) },
            {},
          ),
        },
        {},
      ),
    },
    {},
  ),
  MultilinkResponse: extensibleChoice(
    {
      nonStandard: reference('NonStandardMessage'),
      callInformation: extensibleSequence(
        { dialingInformation: reference('DialingInformation'), callAssociationNumber: integer(0, 4294967295) },
        {},
      ),
      addConnection: extensibleSequence(
        {
          sequenceNumber: reference('SequenceNumber'),
          responseCode: extensibleChoice(
            {
              accepted: nothing,
              rejected: extensibleChoice({ connectionsNotAvailable: nothing, userRejected: nothing }, {}),
            },
            {},
          ),
        },
        {},
      ),
      removeConnection: extensibleSequence({ connectionIdentifier: reference('ConnectionIdentifier') }, {}),
      maximumHeaderInterval: extensibleSequence({ currentInterval: integer(0, 65535) }, {}),
    },
    {},
  ),
  MultilinkIndication: extensibleChoice(
    {
      nonStandard: reference('NonStandardMessage'),
      crcDesired: extensibleSequence({}, {}),
      excessiveError: extensibleSequence({ connectionIdentifier: reference('ConnectionIdentifier') }, {}),
    },
    {},
  ),
  DialingInformation: extensibleChoice(
    {
      nonStandard: reference('NonStandardMessage'),
      differential: sequenceOf(reference('DialingInformationNumber'), size(1, 65535)),
      infoNotAvailable: integer(1, 65535),
    },
    {},
  ),
  DialingInformationNumber: extensibleSequence(
    {
      networkAddress: characterString('NumericString', size(0, 40)),
      subAddress: optional(characterString('IA5String', size(1, 40))),
      networkType: sequenceOf(reference('DialingInformationNetworkType'), size(1, 255)),
    },
    {},
  ),
  DialingInformationNetworkType: extensibleChoice(
    { nonStandard: reference('NonStandardMessage'), 'n-isdn': nothing, gstn: nothing },
    { mobile: nothing },
  ),
  ConnectionIdentifier: extensibleSequence(
    { channelTag: integer(0, 4294967295), sequenceNumber: integer(0, 4294967295) },
    {},
  ),
  H223MultiplexReconfiguration: extensibleChoice(
    {
      h223ModeChange: extensibleChoice(
        { toLevel0: nothing, toLevel1: nothing, toLevel2: nothing, toLevel2withOptionalHeader: nothing },
        {},
      ),
      h223AnnexADoubleFlag: extensibleChoice({ start: nothing, stop: nothing }, {}),
    },
    {},
  ),
  NewATMVCCommand: extensibleSequence(
    {
      resourceID: integer(0, 65535),
      bitRate: integer(1, 65535),
      bitRateLockedToPCRClock: boolean,
      bitRateLockedToNetworkClock: boolean,
      aal: extensibleChoice(
        {
          aal1: extensibleSequence(
            {
              clockRecovery: extensibleChoice(
                { nullClockRecovery: nothing, srtsClockRecovery: nothing, adaptiveClockRecovery: nothing },
                {},
              ),
              errorCorrection: extensibleChoice(
                {
                  nullErrorCorrection: nothing,
                  longInterleaver: nothing,
                  shortInterleaver: nothing,
                  errorCorrectionOnly: nothing,
                },
                {},
              ),
              structuredDataTransfer: boolean,
              partiallyFilledCells: boolean,
            },
            {},
          ),
          aal5: extensibleSequence(
            { forwardMaximumSDUSize: integer(0, 65535), backwardMaximumSDUSize: integer(0, 65535) },
            {},
          ),
        },
        {},
      ),
      multiplex: extensibleChoice({ noMultiplex: nothing, transportStream: nothing, programStream: nothing }, {}),
      reverseParameters: extensibleSequence(
        {
          bitRate: integer(1, 65535),
          bitRateLockedToPCRClock: boolean,
          bitRateLockedToNetworkClock: boolean,
          multiplex: extensibleChoice({ noMultiplex: nothing, transportStream: nothing, programStream: nothing }, {}),
        },
        {},
      ),
    },
    {},
  ),
  MobileMultilinkReconfigurationCommand: extensibleSequence(
    {
      sampleSize: integer(1, 255),
      samplesPerFrame: integer(1, 255),
      status: extensibleChoice({ synchronized: nothing, reconfiguration: nothing }, {}),
    },
    {},
  ),
  H223SkewIndication: extensibleSequence(
    {
      logicalChannelNumber1: reference('LogicalChannelNumber'),
      logicalChannelNumber2: reference('LogicalChannelNumber'),
      skew: integer(0, 4095),
    },
    {},
  ),
  NewATMVCIndication: extensibleSequence(
    {
      resourceID: integer(0, 65535),
      bitRate: integer(1, 65535),
      bitRateLockedToPCRClock: boolean,
      bitRateLockedToNetworkClock: boolean,
      aal: extensibleChoice(
        {
          aal1: extensibleSequence(
            {
              clockRecovery: extensibleChoice(
                { nullClockRecovery: nothing, srtsClockRecovery: nothing, adaptiveClockRecovery: nothing },
                {},
              ),
              errorCorrection: extensibleChoice(
                {
                  nullErrorCorrection: nothing,
                  longInterleaver: nothing,
                  shortInterleaver: nothing,
                  errorCorrectionOnly: nothing,
                },
                {},
              ),
              structuredDataTransfer: boolean,
              partiallyFilledCells: boolean,
            },
            {},
          ),
          aal5: extensibleSequence(
            { forwardMaximumSDUSize: integer(0, 65535), backwardMaximumSDUSize: integer(0, 65535) },
            {},
          ),
        },
        {},
      ),
      multiplex: extensibleChoice({ noMultiplex: nothing, transportStream: nothing, programStream: nothing }, {}),
    },
    {
      reverseParameters: extensibleSequence(
        {
          bitRate: integer(1, 65535),
          bitRateLockedToPCRClock: boolean,
          bitRateLockedToNetworkClock: boolean,
          multiplex: extensibleChoice({ noMultiplex: nothing, transportStream: nothing, programStream: nothing }, {}),
        },
        {},
      ),
    },
  ),
  MobileMultilinkReconfigurationIndication: extensibleSequence(
    { sampleSize: integer(1, 255), samplesPerFrame: integer(1, 255) },
    {},
  ),
} as const;
