/** Longest body that is looked at. */
const LONGEST = 1024;
const DIGIT = /^[0-9*#A-D]$/;

/**
 * The digit of an INFO: `application/dtmf-relay` (`Signal=5`, `Duration=160`) or `application/dtmf` (the bare digit), in
 * the spellings of Cisco and Polycom. Undefined for any other body.
 */
export function digitOfInfo(contentType: string, body: string): string | undefined {
  const [type = ''] = contentType.toLowerCase().split(';');
  if (body.length > LONGEST) {
    return undefined;
  }
  switch (type.trim()) {
    case 'application/dtmf-relay':
      return digit(/^\s*signal\s*=\s*(\S+)/im.exec(body)?.[1]);
    case 'application/dtmf':
      return digit(body.trim());
    default:
      return undefined;
  }
}

/** 10 and 11 are how some rooms write star and hash (the event codes of RFC 4733). */
function digit(text: string | undefined): string | undefined {
  const named = text === '10' ? '*' : text === '11' ? '#' : (text ?? '').toUpperCase();
  return DIGIT.test(named) ? named : undefined;
}
