import { asnModule } from '../asn1/codec.ts';
import { imported } from '../asn1/notation.ts';
import type { Value } from '../asn1/value.ts';
import { h235Types } from '../h235/tables.ts';
import { h245Types } from '../h245/types.ts';
import { admissionTypes } from './tables/admission.ts';
import { aliasTypes } from './tables/aliases.ts';
import { callElementTypes } from './tables/call-elements.ts';
import { callSignallingTypes } from './tables/call-signalling.ts';
import { capacityAndFeatureTypes } from './tables/capacity-and-features.ts';
import { commonTypes } from './tables/common.ts';
import { endpointTypes } from './tables/endpoints.ts';
import { registrationTypes } from './tables/registration.ts';
import { statusTypes } from './tables/status.ts';

/** H.225.0 version 8 (H323-MESSAGES). */
export const h225Types = {
  SIGNED: imported(h235Types, 'SIGNED'),
  ENCRYPTED: imported(h235Types, 'ENCRYPTED'),
  HASHED: imported(h235Types, 'HASHED'),
  ChallengeString: imported(h235Types, 'ChallengeString'),
  TimeStamp: imported(h235Types, 'TimeStamp'),
  RandomVal: imported(h235Types, 'RandomVal'),
  Password: imported(h235Types, 'Password'),
  EncodedPwdCertToken: imported(h235Types, 'EncodedPwdCertToken'),
  ClearToken: imported(h235Types, 'ClearToken'),
  CryptoToken: imported(h235Types, 'CryptoToken'),
  AuthenticationMechanism: imported(h235Types, 'AuthenticationMechanism'),
  DataProtocolCapability: imported(h245Types, 'DataProtocolCapability'),
  T38FaxProfile: imported(h245Types, 'T38FaxProfile'),
  QOSCapability: imported(h245Types, 'QOSCapability'),
  ...callSignallingTypes,
  ...callElementTypes,
  ...endpointTypes,
  ...aliasTypes,
  ...commonTypes,
  ...capacityAndFeatureTypes,
  ...registrationTypes,
  ...admissionTypes,
  ...statusTypes,
};

/** A value of a type of H.225.0 by its name: `H225<'Setup-UUIE'>`. */
export type H225<N extends keyof typeof h225Types> = Value<typeof h225Types, (typeof h225Types)[N]>;

/** Reads and writes messages of H.225.0 and what stands in them. */
export const h225 = asnModule(h225Types);
