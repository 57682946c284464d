import {
  characterString,
  extensibleChoice,
  extensibleSequence,
  nothing,
  octetString,
  optional,
  reference,
  sequence,
  size,
} from '../../asn1/notation.ts';

/** H.225.0: aliases and party numbers. */
export const aliasTypes = {
  AliasAddress: extensibleChoice(
    {
      dialedDigits: characterString('IA5String', size(1, 128), '0123456789#*,'),
      'h323-ID': characterString('BMPString', size(1, 256)),
    },
    {
      'url-ID': characterString('IA5String', size(1, 512)),
      transportID: reference('TransportAddress'),
      'email-ID': characterString('IA5String', size(1, 512)),
      partyNumber: reference('PartyNumber'),
      mobileUIM: reference('MobileUIM'),
      isupNumber: reference('IsupNumber'),
    },
  ),
  AddressPattern: extensibleChoice(
    {
      wildcard: reference('AliasAddress'),
      range: sequence({ startOfRange: reference('PartyNumber'), endOfRange: reference('PartyNumber') }),
    },
    {},
  ),
  PartyNumber: extensibleChoice(
    {
      e164Number: reference('PublicPartyNumber'),
      dataPartyNumber: reference('NumberDigits'),
      telexPartyNumber: reference('NumberDigits'),
      privateNumber: reference('PrivatePartyNumber'),
      nationalStandardPartyNumber: reference('NumberDigits'),
    },
    {},
  ),
  PublicPartyNumber: sequence({
    publicTypeOfNumber: reference('PublicTypeOfNumber'),
    publicNumberDigits: reference('NumberDigits'),
  }),
  PrivatePartyNumber: sequence({
    privateTypeOfNumber: reference('PrivateTypeOfNumber'),
    privateNumberDigits: reference('NumberDigits'),
  }),
  NumberDigits: characterString('IA5String', size(1, 128), '0123456789#*,'),
  DisplayName: sequence({
    language: optional(characterString('IA5String')),
    name: characterString('BMPString', size(1, 80)),
  }),
  PublicTypeOfNumber: extensibleChoice(
    {
      unknown: nothing,
      internationalNumber: nothing,
      nationalNumber: nothing,
      networkSpecificNumber: nothing,
      subscriberNumber: nothing,
      abbreviatedNumber: nothing,
    },
    {},
  ),
  PrivateTypeOfNumber: extensibleChoice(
    {
      unknown: nothing,
      level2RegionalNumber: nothing,
      level1RegionalNumber: nothing,
      pISNSpecificNumber: nothing,
      localNumber: nothing,
      abbreviatedNumber: nothing,
    },
    {},
  ),
  MobileUIM: extensibleChoice({ 'ansi-41-uim': reference('ANSI-41-UIM'), 'gsm-uim': reference('GSM-UIM') }, {}),
  'TBCD-STRING': characterString('IA5String', undefined, '0123456789#*abc'),
  'ANSI-41-UIM': extensibleSequence(
    {
      imsi: optional(characterString('IA5String', size(3, 16), '0123456789#*abc')),
      min: optional(characterString('IA5String', size(3, 16), '0123456789#*abc')),
      mdn: optional(characterString('IA5String', size(3, 16), '0123456789#*abc')),
      msisdn: optional(characterString('IA5String', size(3, 16), '0123456789#*abc')),
      esn: optional(characterString('IA5String', size(16), '0123456789#*abc')),
      mscid: optional(characterString('IA5String', size(3, 16), '0123456789#*abc')),
      'system-id': extensibleChoice(
        {
          sid: characterString('IA5String', size(1, 4), '0123456789#*abc'),
          mid: characterString('IA5String', size(1, 4), '0123456789#*abc'),
        },
        {},
      ),
      systemMyTypeCode: optional(octetString(size(1))),
      systemAccessType: optional(octetString(size(1))),
      qualificationInformationCode: optional(octetString(size(1))),
      sesn: optional(characterString('IA5String', size(16), '0123456789#*abc')),
      soc: optional(characterString('IA5String', size(3, 16), '0123456789#*abc')),
    },
    {},
  ),
  'GSM-UIM': extensibleSequence(
    {
      imsi: optional(characterString('IA5String', size(3, 16), '0123456789#*abc')),
      tmsi: optional(octetString(size(1, 4))),
      msisdn: optional(characterString('IA5String', size(3, 16), '0123456789#*abc')),
      imei: optional(characterString('IA5String', size(15, 16), '0123456789#*abc')),
      hplmn: optional(characterString('IA5String', size(1, 4), '0123456789#*abc')),
      vplmn: optional(characterString('IA5String', size(1, 4), '0123456789#*abc')),
    },
    {},
  ),
  IsupNumber: extensibleChoice(
    {
      e164Number: reference('IsupPublicPartyNumber'),
      dataPartyNumber: reference('IsupDigits'),
      telexPartyNumber: reference('IsupDigits'),
      privateNumber: reference('IsupPrivatePartyNumber'),
      nationalStandardPartyNumber: reference('IsupDigits'),
    },
    {},
  ),
  IsupPublicPartyNumber: extensibleSequence(
    { natureOfAddress: reference('NatureOfAddress'), address: reference('IsupDigits') },
    {},
  ),
  IsupPrivatePartyNumber: extensibleSequence(
    { privateTypeOfNumber: reference('PrivateTypeOfNumber'), address: reference('IsupDigits') },
    {},
  ),
  NatureOfAddress: extensibleChoice(
    {
      unknown: nothing,
      subscriberNumber: nothing,
      nationalNumber: nothing,
      internationalNumber: nothing,
      networkSpecificNumber: nothing,
      routingNumberNationalFormat: nothing,
      routingNumberNetworkSpecificFormat: nothing,
      routingNumberWithCalledDirectoryNumber: nothing,
    },
    {},
  ),
  IsupDigits: characterString('IA5String', size(1, 128), '0123456789ABCDE'),
  ExtendedAliasAddress: extensibleSequence(
    {
      address: reference('AliasAddress'),
      presentationIndicator: optional(reference('PresentationIndicator')),
      screeningIndicator: optional(reference('ScreeningIndicator')),
    },
    {},
  ),
} as const;
