import type { H225 } from '../h225/types.ts';

/** What we are to every peer: an MCU. The vendor's numbers are those of nobody (H.225.0 has none for free software). */
export const ENDPOINT: H225<'EndpointType'> = {
  vendor: {
    vendor: { t35CountryCode: 0, t35Extension: 0, manufacturerCode: 0 },
    productId: Buffer.from('Classbridge'),
    versionId: Buffer.from('0.1'),
  },
  mcu: {},
  mc: true,
  undefinedNode: false,
};
