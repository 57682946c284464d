/**
 * What the User-Agent of programs holds that look for exchanges to break into, in lower case. Test tools that operators use
 * as well, such as sipsak, are not among them.
 */
const SCANNERS = [
  'friendly-scanner',
  'friendly-request',
  'sipvicious',
  'sip-scan',
  'sipscan',
  'sipcli',
  'sundayddr',
  'vaxsipuseragent',
  'vaxipuseragent',
  'pplsip',
  'siparmyknife',
  'sivus_voip_scanner',
] as const;

/** Longest User-Agent that is looked at. */
const LONGEST = 256;

/** Whether a User-Agent is that of a known scanner. */
export function isScanner(userAgent: string | undefined): boolean {
  if (userAgent === undefined) return false;
  const text = userAgent.slice(0, LONGEST).toLowerCase();
  return SCANNERS.some((name) => text.includes(name));
}
