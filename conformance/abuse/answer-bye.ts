/** Headers that an answer repeats (RFC 3261 §8.2.6). */
const REPEATED = /^(Via|From|To|Call-ID|CSeq):/i;

/** The 200 to a BYE; undefined for all else. */
export function answerOfBye(message: Buffer): Buffer | undefined {
  const [start = '', ...lines] = (message.toString('latin1').split('\r\n\r\n')[0] ?? '').split('\r\n');
  return start.startsWith('BYE ')
    ? Buffer.from(
        ['SIP/2.0 200 OK', ...lines.filter((line) => REPEATED.test(line)), 'Content-Length: 0', '', ''].join('\r\n'),
        'latin1',
      )
    : undefined;
}
