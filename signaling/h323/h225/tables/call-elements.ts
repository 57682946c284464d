import {
  enumerated,
  extensibleChoice,
  extensibleSequence,
  integer,
  nothing,
  octetString,
  optional,
  reference,
  sequence,
  sequenceOf,
  size,
} from '../../asn1/notation.ts';

/** H.225.0: elements of call signalling messages. */
export const callElementTypes = {
  StimulusControl: extensibleSequence(
    {
      nonStandard: optional(reference('NonStandardParameter')),
      isText: optional(nothing),
      h248Message: optional(octetString()),
    },
    {},
  ),
  ScnConnectionType: extensibleChoice(
    {
      unknown: nothing,
      bChannel: nothing,
      hybrid2x64: nothing,
      hybrid384: nothing,
      hybrid1536: nothing,
      hybrid1920: nothing,
      multirate: nothing,
    },
    {},
  ),
  ScnConnectionAggregation: extensibleChoice(
    {
      auto: nothing,
      none: nothing,
      h221: nothing,
      'bonded-mode1': nothing,
      'bonded-mode2': nothing,
      'bonded-mode3': nothing,
    },
    {},
  ),
  PresentationIndicator: extensibleChoice(
    { presentationAllowed: nothing, presentationRestricted: nothing, addressNotAvailable: nothing },
    {},
  ),
  ScreeningIndicator: enumerated(
    ['userProvidedNotScreened', 'userProvidedVerifiedAndPassed', 'userProvidedVerifiedAndFailed', 'networkProvided'],
    true,
  ),
  ConferenceList: extensibleSequence(
    {
      conferenceID: optional(reference('ConferenceIdentifier')),
      conferenceAlias: optional(reference('AliasAddress')),
      nonStandardData: optional(reference('NonStandardParameter')),
    },
    {},
  ),
  TransportAddress: extensibleChoice(
    {
      ipAddress: sequence({ ip: octetString(size(4)), port: integer(0, 65535) }),
      ipSourceRoute: extensibleSequence(
        {
          ip: octetString(size(4)),
          port: integer(0, 65535),
          route: sequenceOf(octetString(size(4))),
          routing: extensibleChoice({ strict: nothing, loose: nothing }, {}),
        },
        {},
      ),
      ipxAddress: sequence({ node: octetString(size(6)), netnum: octetString(size(4)), port: octetString(size(2)) }),
      ip6Address: extensibleSequence({ ip: octetString(size(16)), port: integer(0, 65535) }, {}),
      netBios: octetString(size(16)),
      nsap: octetString(size(1, 20)),
      nonStandardAddress: reference('NonStandardParameter'),
    },
    {},
  ),
  FacilityReason: extensibleChoice(
    { routeCallToGatekeeper: nothing, callForwarded: nothing, routeCallToMC: nothing, undefinedReason: nothing },
    {
      conferenceListChoice: nothing,
      startH245: nothing,
      noH245: nothing,
      newTokens: nothing,
      featureSetUpdate: nothing,
      forwardedElements: nothing,
      transportedInformation: nothing,
    },
  ),
  ReleaseCompleteReason: extensibleChoice(
    {
      noBandwidth: nothing,
      gatekeeperResources: nothing,
      unreachableDestination: nothing,
      destinationRejection: nothing,
      invalidRevision: nothing,
      noPermission: nothing,
      unreachableGatekeeper: nothing,
      gatewayResources: nothing,
      badFormatAddress: nothing,
      adaptiveBusy: nothing,
      inConf: nothing,
      undefinedReason: nothing,
    },
    {
      facilityCallDeflection: nothing,
      securityDenied: nothing,
      calledPartyNotRegistered: nothing,
      callerNotRegistered: nothing,
      newConnectionNeeded: nothing,
      nonStandardReason: reference('NonStandardParameter'),
      replaceWithConferenceInvite: reference('ConferenceIdentifier'),
      genericDataReason: nothing,
      neededFeatureNotSupported: nothing,
      tunnelledSignallingRejected: nothing,
      invalidCID: nothing,
      securityError: reference('SecurityErrors'),
      hopCountExceeded: nothing,
    },
  ),
} as const;
