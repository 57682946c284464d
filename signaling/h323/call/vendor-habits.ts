import type { H225 } from '../h225/types.ts';

/** ms between questions whether the far side is there; its answers also keep a NAT open. */
const ROUND_TRIP_INTERVAL = 20_000;

/** Cisco in the United States (T.35 country 181), as its gateways with IOS say it. */
const CISCO = { t35CountryCode: 181, manufacturerCode: 18 } as const;

/**
 * ms between two roundTripDelayRequests to a product of this vendor; undefined where it must not be asked: Cisco's IOS stops to send
 * media when it is asked again and again. That such a far side is gone is seen by TCP and by its silence.
 */
export function roundTripInterval(vendor: H225<'VendorIdentifier'> | undefined): number | undefined {
  return isOf(CISCO, vendor) ? undefined : ROUND_TRIP_INTERVAL;
}

function isOf(
  maker: { readonly t35CountryCode: number; readonly manufacturerCode: number },
  vendor: H225<'VendorIdentifier'> | undefined,
): boolean {
  return (
    vendor?.vendor.t35CountryCode === maker.t35CountryCode && vendor.vendor.manufacturerCode === maker.manufacturerCode
  );
}
