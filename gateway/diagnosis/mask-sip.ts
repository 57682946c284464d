/** Stands for what was masked in a header: a token, so that it may stand in quotes and without. */
export const MASKED = 'masked';

/** Headers that hold credentials, challenges or what belongs to them (RFC 3261 §20.7, §20.27, §20.28, §20.44; RFC 7616 §3.5). */
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'www-authenticate',
  'proxy-authenticate',
  'authentication-info',
  'proxy-authentication-info',
]);
/** Of a digest all is shown but what proves or helps to prove the password. */
const SECRET_PARAMETERS =
  /\b(response|nonce|cnonce|opaque|nextnonce|rspauth)(\s*=\s*)(?:"(?:[^"\\]|\\.)*"?|[^\s,;"]*)/gi;
/** Schemes whose parameters are known; of all others nothing but the name is shown. */
const DIGEST = /^\s*digest\b/i;
/** `sip:user:password@host` (RFC 3261 §19.1.1). */
const URI_PASSWORD = /(\bsips?:[^\s:@<>;?"]{0,128}:)[^\s@<>"]{0,128}@/gi;
/** Headers within a URI (RFC 3261 §19.1.1), as of a Refer-To. */
const URI_CREDENTIALS = /([?&](?:proxy-)?authorization=)[^&>\s"]*/gi;

/** A description's lines that hold keys or passwords: SDES (RFC 4568), MIKEY (RFC 4567), ICE (RFC 8839 §5.4), `k=` (RFC 4566 §5.12). */
const SECRET_LINES: readonly RegExp[] = [
  /^(a=crypto:[^\r\n]*?\binline:)([^\r\n]*)/gim,
  /^(a=key-mgmt:)([^\r\n]*)/gim,
  /^(a=ice-pwd:)([^\r\n]*)/gim,
  /^(k=)([^\r\n]*)/gim,
];

/** A SIP message, one character per byte, without its secrets; the length of its body stays as Content-Length says. */
export function maskSip(message: string): string {
  const blank = /\r?\n\r?\n/.exec(message);
  const headEnd = blank === null ? message.length : blank.index + blank[0].length;
  const head = message.slice(0, headEnd);
  return maskHead(head) + maskBody(message.slice(headEnd), head);
}

function maskHead(head: string): string {
  // A header goes on in lines that begin with a blank (RFC 3261 §7.3.1).
  const fields = head.split(/(?<=\n)(?![ \t])/);
  return fields.map(maskField).join('');
}

function maskField(field: string): string {
  const plain = field.replace(URI_PASSWORD, `$1${MASKED}@`).replace(URI_CREDENTIALS, `$1${MASKED}`);
  const [, name = '', colon = '', value = '', end = ''] = /^([^:\s]+)([ \t]*:[ \t]*)([\s\S]*?)(\s*)$/.exec(plain) ?? [];
  if (!SECRET_HEADERS.has(name.toLowerCase())) {
    return plain;
  }
  const isDigest = DIGEST.test(value) || /^(proxy-)?authentication-info$/i.test(name);
  const masked = isDigest
    ? value.replace(SECRET_PARAMETERS, `$1$2"${MASKED}"`)
    : `${/^\S*/.exec(value)?.[0] ?? ''} ${MASKED}`;
  return `${name}${colon}${masked}${end}`;
}

/** Each secret becomes as many `x` as it has octets. */
function maskBody(body: string, head: string): string {
  if (/^(?:content-type|c)[ \t]*:[^\r\n]*(?:dtmf|telephone-event)/im.test(head)) {
    // What a person presses may be a PIN. The names stay: Signal=, Duration=.
    return body.includes('=') ? body.replace(/(signal[ \t]*=[ \t]*)([^\r\n]*)/gi, hidden) : 'x'.repeat(body.length);
  }
  return SECRET_LINES.reduce((text, line) => text.replace(line, hidden), body).replace(
    /(\bsips?:[^\s:@<>;?"]{0,128}:)([^\s@<>"]{0,128})(?=@)/gi,
    hidden,
  );
}

function hidden(_all: string, before: string, secret: string): string {
  return before + 'x'.repeat(secret.length);
}
