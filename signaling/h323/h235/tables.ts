import { asnModule } from '../asn1/codec.ts';
import {
  anyInteger,
  bitString,
  boolean,
  characterString,
  extensibleChoice,
  extensibleSequence,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  openType,
  optional,
  reference,
  sequence,
  sequenceOf,
  size,
} from '../asn1/notation.ts';

/** H.235.0 (H235-SECURITY-MESSAGES): tokens, keys and what is hashed, signed or encrypted. Values that are encoded by themselves before they are encrypted or signed stand as their octets. */
export const h235Types = {
  ChallengeString: octetString(size(8, 128)),
  TimeStamp: integer(1, 4294967295),
  RandomVal: anyInteger,
  Password: characterString('BMPString', size(1, 128)),
  Identifier: characterString('BMPString', size(1, 128)),
  KeyMaterial: bitString(size(1, 2048)),
  KeyMaterialExt: bitString(size(2049, 65536)),
  NonStandardParameter: sequence({ nonStandardIdentifier: objectIdentifier, data: octetString() }),
  DHset: extensibleSequence(
    { halfkey: bitString(size(0, 2048)), modSize: bitString(size(0, 2048)), generator: bitString(size(0, 2048)) },
    {},
  ),
  DHsetExt: extensibleSequence(
    {
      halfkey: bitString(size(2049, 65536)),
      modSize: optional(bitString(size(2049, 65536))),
      generator: optional(bitString(size(2049, 65536))),
    },
    {},
  ),
  ECpoint: extensibleSequence({ x: optional(bitString(size(0, 511))), y: optional(bitString(size(0, 511))) }, {}),
  ECKASDH: extensibleChoice(
    {
      eckasdhp: sequence({
        'public-key': reference('ECpoint'),
        modulus: bitString(size(0, 511)),
        base: reference('ECpoint'),
        weierstrassA: bitString(size(0, 511)),
        weierstrassB: bitString(size(0, 511)),
      }),
      eckasdh2: sequence({
        'public-key': reference('ECpoint'),
        fieldSize: bitString(size(0, 511)),
        base: reference('ECpoint'),
        weierstrassA: bitString(size(0, 511)),
        weierstrassB: bitString(size(0, 511)),
      }),
    },
    {},
  ),
  ECGDSASignature: sequence({ r: bitString(size(0, 511)), s: bitString(size(0, 511)) }),
  TypedCertificate: extensibleSequence({ type: objectIdentifier, certificate: octetString() }, {}),
  AuthenticationBES: extensibleChoice({ default: nothing, radius: nothing }, {}),
  AuthenticationMechanism: extensibleChoice(
    {
      dhExch: nothing,
      pwdSymEnc: nothing,
      pwdHash: nothing,
      certSign: nothing,
      ipsec: nothing,
      tls: nothing,
      nonStandard: reference('NonStandardParameter'),
    },
    { authenticationBES: reference('AuthenticationBES'), keyExch: objectIdentifier },
  ),
  ClearToken: extensibleSequence(
    {
      tokenOID: objectIdentifier,
      timeStamp: optional(reference('TimeStamp')),
      password: optional(reference('Password')),
      dhkey: optional(reference('DHset')),
      challenge: optional(reference('ChallengeString')),
      random: optional(reference('RandomVal')),
      certificate: optional(reference('TypedCertificate')),
      generalID: optional(reference('Identifier')),
      nonStandard: optional(reference('NonStandardParameter')),
    },
    {
      eckasdhkey: reference('ECKASDH'),
      sendersID: reference('Identifier'),
      h235Key: reference('H235Key'),
      profileInfo: sequenceOf(reference('ProfileElement')),
      dhkeyext: reference('DHsetExt'),
    },
  ),
  ProfileElement: extensibleSequence(
    { elementID: integer(0, 255), paramS: optional(reference('Params')), element: optional(reference('Element')) },
    {},
  ),
  Element: extensibleChoice(
    {
      octets: octetString(),
      integer: anyInteger,
      bits: bitString(),
      name: characterString('BMPString'),
      flag: boolean,
    },
    {},
  ),
  SIGNED: sequence({
    toBeSigned: openType,
    algorithmOID: objectIdentifier,
    paramS: reference('Params'),
    signature: bitString(),
  }),
  ENCRYPTED: sequence({ algorithmOID: objectIdentifier, paramS: reference('Params'), encryptedData: octetString() }),
  HASHED: sequence({ algorithmOID: objectIdentifier, paramS: reference('Params'), hash: bitString() }),
  IV8: octetString(size(8)),
  IV16: octetString(size(16)),
  Params: extensibleSequence(
    { ranInt: optional(anyInteger), iv8: optional(reference('IV8')) },
    { iv16: reference('IV16'), iv: octetString(), clearSalt: octetString() },
  ),
  EncodedGeneralToken: openType,
  PwdCertToken: reference('ClearToken'),
  EncodedPwdCertToken: openType,
  CryptoToken: extensibleChoice(
    {
      cryptoEncryptedToken: sequence({ tokenOID: objectIdentifier, token: reference('ENCRYPTED') }),
      cryptoSignedToken: sequence({ tokenOID: objectIdentifier, token: reference('SIGNED') }),
      cryptoHashedToken: sequence({
        tokenOID: objectIdentifier,
        hashedVals: reference('ClearToken'),
        token: reference('HASHED'),
      }),
      cryptoPwdEncr: reference('ENCRYPTED'),
    },
    {},
  ),
  H235Key: extensibleChoice(
    {
      secureChannel: reference('KeyMaterial'),
      sharedSecret: reference('ENCRYPTED'),
      certProtectedKey: reference('SIGNED'),
    },
    { secureSharedSecret: reference('V3KeySyncMaterial'), secureChannelExt: reference('KeyMaterialExt') },
  ),
  KeySignedMaterial: sequence({
    generalId: reference('Identifier'),
    mrandom: reference('RandomVal'),
    srandom: optional(reference('RandomVal')),
    timeStamp: optional(reference('TimeStamp')),
    encrptval: reference('ENCRYPTED'),
  }),
  EncodedKeySignedMaterial: openType,
  H235CertificateSignature: extensibleSequence(
    {
      certificate: reference('TypedCertificate'),
      responseRandom: reference('RandomVal'),
      requesterRandom: optional(reference('RandomVal')),
      signature: reference('SIGNED'),
    },
    {},
  ),
  ReturnSig: sequence({
    generalId: reference('Identifier'),
    responseRandom: reference('RandomVal'),
    requestRandom: optional(reference('RandomVal')),
    certificate: optional(reference('TypedCertificate')),
  }),
  EncodedReturnSig: openType,
  KeySyncMaterial: extensibleSequence(
    { generalID: reference('Identifier'), keyMaterial: reference('KeyMaterial') },
    {},
  ),
  EncodedKeySyncMaterial: openType,
  V3KeySyncMaterial: extensibleSequence(
    {
      generalID: optional(reference('Identifier')),
      algorithmOID: optional(objectIdentifier),
      paramS: reference('Params'),
      encryptedSessionKey: optional(octetString()),
      encryptedSaltingKey: optional(octetString()),
      clearSaltingKey: optional(octetString()),
      paramSsalt: optional(reference('Params')),
      keyDerivationOID: optional(objectIdentifier),
    },
    { genericKeyMaterial: octetString() },
  ),
} as const;

/** Reads and writes what H.235 hashes, signs or encrypts by itself. */
export const h235 = asnModule(h235Types);
