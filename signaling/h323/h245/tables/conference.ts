import {
  boolean,
  characterString,
  extensibleChoice,
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

/** H.245 Annex A: communication mode, conferences and their terminals. */
export const conferenceTypes = {
  CommunicationModeCommand: extensibleSequence(
    { communicationModeTable: sequenceOf(reference('CommunicationModeTableEntry'), size(1, 256)) },
    {},
  ),
  CommunicationModeRequest: extensibleSequence({}, {}),
  CommunicationModeResponse: extensibleChoice(
    { communicationModeTable: sequenceOf(reference('CommunicationModeTableEntry'), size(1, 256)) },
    {},
  ),
  CommunicationModeTableEntry: extensibleSequence(
    {
      nonStandard: optional(sequenceOf(reference('NonStandardParameter'))),
      sessionID: integer(1, 255),
      associatedSessionID: optional(integer(1, 255)),
      terminalLabel: optional(reference('TerminalLabel')),
      sessionDescription: characterString('BMPString', size(1, 128)),
      dataType: extensibleChoice(
        {
          videoData: reference('VideoCapability'),
          audioData: reference('AudioCapability'),
          data: reference('DataApplicationCapability'),
        },
        {},
      ),
      mediaChannel: optional(reference('TransportAddress')),
      mediaGuaranteedDelivery: optional(boolean),
      mediaControlChannel: optional(reference('TransportAddress')),
      mediaControlGuaranteedDelivery: optional(boolean),
    },
    {
      redundancyEncoding: reference('RedundancyEncoding'),
      sessionDependency: integer(1, 255),
      destination: reference('TerminalLabel'),
    },
  ),
  ConferenceRequest: extensibleChoice(
    {
      terminalListRequest: nothing,
      makeMeChair: nothing,
      cancelMakeMeChair: nothing,
      dropTerminal: reference('TerminalLabel'),
      requestTerminalID: reference('TerminalLabel'),
      enterH243Password: nothing,
      enterH243TerminalID: nothing,
      enterH243ConferenceID: nothing,
    },
    {
      enterExtensionAddress: nothing,
      requestChairTokenOwner: nothing,
      requestTerminalCertificate: extensibleSequence(
        {
          terminalLabel: optional(reference('TerminalLabel')),
          certSelectionCriteria: optional(reference('CertSelectionCriteria')),
          sRandom: optional(integer(1, 4294967295)),
        },
        {},
      ),
      broadcastMyLogicalChannel: reference('LogicalChannelNumber'),
      makeTerminalBroadcaster: reference('TerminalLabel'),
      sendThisSource: reference('TerminalLabel'),
      requestAllTerminalIDs: nothing,
      remoteMCRequest: reference('RemoteMCRequest'),
    },
  ),
  CertSelectionCriteria: sequenceOf(reference('Criteria'), size(1, 16)),
  Criteria: extensibleSequence({ field: objectIdentifier, value: octetString(size(1, 65535)) }, {}),
  TerminalLabel: extensibleSequence(
    { mcuNumber: reference('McuNumber'), terminalNumber: reference('TerminalNumber') },
    {},
  ),
  McuNumber: integer(0, 192),
  TerminalNumber: integer(0, 192),
  ConferenceResponse: extensibleChoice(
    {
      mCTerminalIDResponse: extensibleSequence(
        { terminalLabel: reference('TerminalLabel'), terminalID: reference('TerminalID') },
        {},
      ),
      terminalIDResponse: extensibleSequence(
        { terminalLabel: reference('TerminalLabel'), terminalID: reference('TerminalID') },
        {},
      ),
      conferenceIDResponse: extensibleSequence(
        { terminalLabel: reference('TerminalLabel'), conferenceID: reference('ConferenceID') },
        {},
      ),
      passwordResponse: extensibleSequence(
        { terminalLabel: reference('TerminalLabel'), password: reference('Password') },
        {},
      ),
      terminalListResponse: sequenceOf(reference('TerminalLabel'), size(1, 256)),
      videoCommandReject: nothing,
      terminalDropReject: nothing,
      makeMeChairResponse: extensibleChoice({ grantedChairToken: nothing, deniedChairToken: nothing }, {}),
    },
    {
      extensionAddressResponse: extensibleSequence({ extensionAddress: reference('TerminalID') }, {}),
      chairTokenOwnerResponse: extensibleSequence(
        { terminalLabel: reference('TerminalLabel'), terminalID: reference('TerminalID') },
        {},
      ),
      terminalCertificateResponse: extensibleSequence(
        {
          terminalLabel: optional(reference('TerminalLabel')),
          certificateResponse: optional(octetString(size(1, 65535))),
        },
        {},
      ),
      broadcastMyLogicalChannelResponse: extensibleChoice(
        { grantedBroadcastMyLogicalChannel: nothing, deniedBroadcastMyLogicalChannel: nothing },
        {},
      ),
      makeTerminalBroadcasterResponse: extensibleChoice(
        { grantedMakeTerminalBroadcaster: nothing, deniedMakeTerminalBroadcaster: nothing },
        {},
      ),
      sendThisSourceResponse: extensibleChoice({ grantedSendThisSource: nothing, deniedSendThisSource: nothing }, {}),
      requestAllTerminalIDsResponse: reference('RequestAllTerminalIDsResponse'),
      remoteMCResponse: reference('RemoteMCResponse'),
    },
  ),
  TerminalID: octetString(size(1, 128)),
  ConferenceID: octetString(size(1, 32)),
  Password: octetString(size(1, 32)),
  RequestAllTerminalIDsResponse: extensibleSequence(
    { terminalInformation: sequenceOf(reference('TerminalInformation')) },
    {},
  ),
  TerminalInformation: extensibleSequence(
    { terminalLabel: reference('TerminalLabel'), terminalID: reference('TerminalID') },
    {},
  ),
  RemoteMCRequest: extensibleChoice({ masterActivate: nothing, slaveActivate: nothing, deActivate: nothing }, {}),
  RemoteMCResponse: extensibleChoice(
    { accept: nothing, reject: extensibleChoice({ unspecified: nothing, functionNotSupported: nothing }, {}) },
    {},
  ),
  ConferenceCommand: extensibleChoice(
    {
      broadcastMyLogicalChannel: reference('LogicalChannelNumber'),
      cancelBroadcastMyLogicalChannel: reference('LogicalChannelNumber'),
      makeTerminalBroadcaster: reference('TerminalLabel'),
      cancelMakeTerminalBroadcaster: nothing,
      sendThisSource: reference('TerminalLabel'),
      cancelSendThisSource: nothing,
      dropConference: nothing,
    },
    { substituteConferenceIDCommand: reference('SubstituteConferenceIDCommand') },
  ),
  SubstituteConferenceIDCommand: extensibleSequence({ conferenceIdentifier: octetString(size(16)) }, {}),
  ConferenceIndication: extensibleChoice(
    {
      sbeNumber: integer(0, 9),
      terminalNumberAssign: reference('TerminalLabel'),
      terminalJoinedConference: reference('TerminalLabel'),
      terminalLeftConference: reference('TerminalLabel'),
      seenByAtLeastOneOther: nothing,
      cancelSeenByAtLeastOneOther: nothing,
      seenByAll: nothing,
      cancelSeenByAll: nothing,
      terminalYouAreSeeing: reference('TerminalLabel'),
      requestForFloor: nothing,
    },
    {
      withdrawChairToken: nothing,
      floorRequested: reference('TerminalLabel'),
      terminalYouAreSeeingInSubPictureNumber: reference('TerminalYouAreSeeingInSubPictureNumber'),
      videoIndicateCompose: reference('VideoIndicateCompose'),
      masterMCU: nothing,
      cancelMasterMCU: nothing,
    },
  ),
  TerminalYouAreSeeingInSubPictureNumber: extensibleSequence(
    { terminalNumber: reference('TerminalNumber'), subPictureNumber: integer(0, 255) },
    { mcuNumber: reference('McuNumber') },
  ),
  VideoIndicateCompose: extensibleSequence({ compositionNumber: integer(0, 255) }, {}),
} as const;
