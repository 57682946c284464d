import {
  bitString,
  boolean,
  characterString,
  extensibleChoice,
  extensibleSequence,
  integer,
  objectIdentifier,
  octetString,
  optional,
  reference,
  sequence,
  sequenceOf,
  size,
} from '../../asn1/notation.ts';

/** H.225.0: what an endpoint is. */
export const endpointTypes = {
  EndpointType: extensibleSequence(
    {
      nonStandardData: optional(reference('NonStandardParameter')),
      vendor: optional(reference('VendorIdentifier')),
      gatekeeper: optional(reference('GatekeeperInfo')),
      gateway: optional(reference('GatewayInfo')),
      mcu: optional(reference('McuInfo')),
      terminal: optional(reference('TerminalInfo')),
      mc: boolean,
      undefinedNode: boolean,
    },
    { set: bitString(size(32)), supportedTunnelledProtocols: sequenceOf(reference('TunnelledProtocol')) },
  ),
  GatewayInfo: extensibleSequence(
    {
      protocol: optional(sequenceOf(reference('SupportedProtocols'))),
      nonStandardData: optional(reference('NonStandardParameter')),
    },
    {},
  ),
  SupportedProtocols: extensibleChoice(
    {
      nonStandardData: reference('NonStandardParameter'),
      h310: reference('H310Caps'),
      h320: reference('H320Caps'),
      h321: reference('H321Caps'),
      h322: reference('H322Caps'),
      h323: reference('H323Caps'),
      h324: reference('H324Caps'),
      voice: reference('VoiceCaps'),
      't120-only': reference('T120OnlyCaps'),
    },
    {
      nonStandardProtocol: reference('NonStandardProtocol'),
      t38FaxAnnexbOnly: reference('T38FaxAnnexbOnlyCaps'),
      sip: reference('SIPCaps'),
    },
  ),
  H310Caps: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')) },
    {
      dataRatesSupported: sequenceOf(reference('DataRate')),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
    },
  ),
  H320Caps: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')) },
    {
      dataRatesSupported: sequenceOf(reference('DataRate')),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
    },
  ),
  H321Caps: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')) },
    {
      dataRatesSupported: sequenceOf(reference('DataRate')),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
    },
  ),
  H322Caps: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')) },
    {
      dataRatesSupported: sequenceOf(reference('DataRate')),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
    },
  ),
  H323Caps: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')) },
    {
      dataRatesSupported: sequenceOf(reference('DataRate')),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
    },
  ),
  H324Caps: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')) },
    {
      dataRatesSupported: sequenceOf(reference('DataRate')),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
    },
  ),
  VoiceCaps: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')) },
    {
      dataRatesSupported: sequenceOf(reference('DataRate')),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
    },
  ),
  T120OnlyCaps: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')) },
    {
      dataRatesSupported: sequenceOf(reference('DataRate')),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
    },
  ),
  NonStandardProtocol: extensibleSequence(
    {
      nonStandardData: optional(reference('NonStandardParameter')),
      dataRatesSupported: optional(sequenceOf(reference('DataRate'))),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
    },
    {},
  ),
  T38FaxAnnexbOnlyCaps: extensibleSequence(
    {
      nonStandardData: optional(reference('NonStandardParameter')),
      dataRatesSupported: optional(sequenceOf(reference('DataRate'))),
      supportedPrefixes: sequenceOf(reference('SupportedPrefix')),
      t38FaxProtocol: reference('DataProtocolCapability'),
      t38FaxProfile: reference('T38FaxProfile'),
    },
    {},
  ),
  SIPCaps: extensibleSequence(
    {
      nonStandardData: optional(reference('NonStandardParameter')),
      dataRatesSupported: optional(sequenceOf(reference('DataRate'))),
      supportedPrefixes: optional(sequenceOf(reference('SupportedPrefix'))),
    },
    {},
  ),
  McuInfo: extensibleSequence(
    { nonStandardData: optional(reference('NonStandardParameter')) },
    { protocol: sequenceOf(reference('SupportedProtocols')) },
  ),
  TerminalInfo: extensibleSequence({ nonStandardData: optional(reference('NonStandardParameter')) }, {}),
  GatekeeperInfo: extensibleSequence({ nonStandardData: optional(reference('NonStandardParameter')) }, {}),
  VendorIdentifier: extensibleSequence(
    {
      vendor: reference('H221NonStandard'),
      productId: optional(octetString(size(1, 256))),
      versionId: optional(octetString(size(1, 256))),
    },
    { enterpriseNumber: objectIdentifier },
  ),
  H221NonStandard: extensibleSequence(
    { t35CountryCode: integer(0, 255), t35Extension: integer(0, 255), manufacturerCode: integer(0, 65535) },
    {},
  ),
  TunnelledProtocol: extensibleSequence(
    {
      id: extensibleChoice(
        {
          tunnelledProtocolObjectID: objectIdentifier,
          tunnelledProtocolAlternateID: reference('TunnelledProtocolAlternateIdentifier'),
        },
        {},
      ),
      subIdentifier: optional(characterString('IA5String', size(1, 64))),
    },
    {},
  ),
  TunnelledProtocolAlternateIdentifier: extensibleSequence(
    {
      protocolType: characterString('IA5String', size(1, 64)),
      protocolVariant: optional(characterString('IA5String', size(1, 64))),
    },
    {},
  ),
  NonStandardParameter: sequence({ nonStandardIdentifier: reference('NonStandardIdentifier'), data: octetString() }),
  NonStandardIdentifier: extensibleChoice(
    { object: objectIdentifier, h221NonStandard: reference('H221NonStandard') },
    {},
  ),
} as const;
