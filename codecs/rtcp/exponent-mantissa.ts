/** A bit rate as exponent and mantissa, the form that TMMBR and REMB share; never more than what was asked, never above the field. */
export function splitBitRate(bitRate: number, mantissaBits: number): { exponent: number; mantissa: number } {
  const limit = 2 ** mantissaBits;
  let mantissa = Math.max(0, Math.floor(bitRate));
  if (!Number.isFinite(mantissa)) mantissa = Number.MAX_SAFE_INTEGER;
  let exponent = 0;
  while (mantissa >= limit) {
    mantissa = Math.floor(mantissa / 2);
    exponent++;
  }
  return { exponent, mantissa };
}
