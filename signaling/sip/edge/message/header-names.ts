/**
 * The compact forms (RFC 3261 §7.3.3 and the registry of RFC 3968) with their long forms, both as the standard spells them.
 */
const COMPACT_FORMS: ReadonlyMap<string, string> = new Map([
  ['a', 'Accept-Contact'],
  ['b', 'Referred-By'],
  ['c', 'Content-Type'],
  ['d', 'Request-Disposition'],
  ['e', 'Content-Encoding'],
  ['f', 'From'],
  ['i', 'Call-ID'],
  ['j', 'Reject-Contact'],
  ['k', 'Supported'],
  ['l', 'Content-Length'],
  ['m', 'Contact'],
  ['n', 'Identity-Info'],
  ['o', 'Event'],
  ['r', 'Refer-To'],
  ['s', 'Subject'],
  ['t', 'To'],
  ['u', 'Allow-Events'],
  ['v', 'Via'],
  ['x', 'Session-Expires'],
  ['y', 'Identity'],
]);

/** The long forms in lower case. */
const LONG_FORMS: ReadonlySet<string> = new Set([...COMPACT_FORMS.values()].map((name) => name.toLowerCase()));

/** Names whose spelling is not simply a capital after each hyphen. */
const IRREGULAR_NAMES: ReadonlyMap<string, string> = new Map(
  ['Call-ID', 'CSeq', 'MIME-Version', 'Min-SE', 'RAck', 'RSeq', 'SIP-ETag', 'SIP-If-Match', 'WWW-Authenticate'].map(
    (name) => [name.toLowerCase(), name],
  ),
);

/** Names that the edge itself reads or that applications commonly send. */
const REGULAR_NAMES: ReadonlySet<string> = new Set(
  (
    'accept accept-encoding accept-language alert-info allow allow-events authentication-info authorization call-info ' +
    'contact content-disposition content-encoding content-language content-length content-type date diversion ' +
    'error-info event expires from history-info in-reply-to max-forwards min-expires organization p-asserted-identity ' +
    'p-preferred-identity path priority privacy proxy-authenticate proxy-authorization proxy-require reason record-route ' +
    'refer-to referred-by replaces reply-to require retry-after route server service-route session-expires session-id ' +
    'subject subscription-state supported timestamp to unsupported user-agent via warning'
  ).split(' '),
);

/** A header name as the edge keeps it. */
export interface HeaderName {
  /** As it is written. */
  readonly name: string;
  /** `name` in lower case, to compare by. */
  readonly key: string;
}

/** What known names came out as, by the spelling read; few, as senders spell alike, and bounded for those that do not. */
const SPELLINGS = new Map<string, HeaderName>();
const MAX_SPELLINGS = 1_024;

/** `canonicalHeaderName` with its lower-case form; the names that the edge knows are worked out once per spelling. */
export function headerName(given: string): HeaderName {
  const seen = SPELLINGS.get(given);
  if (seen !== undefined) return seen;
  const name = canonicalHeaderName(given);
  const key = name.toLowerCase();
  const read = { name, key };
  if (isKnown(key) && SPELLINGS.size < MAX_SPELLINGS) SPELLINGS.set(given, read);
  return read;
}

function isKnown(key: string): boolean {
  return REGULAR_NAMES.has(key) || IRREGULAR_NAMES.has(key) || LONG_FORMS.has(key);
}

/**
 * The spelling under which the edge keeps and writes a header name: the long form for a compact one, the standard's
 * capitals for names it knows, and the name as given for all others.
 * @param name as read, without blanks
 */
export function canonicalHeaderName(name: string): string {
  const lower = name.toLowerCase();
  const known = COMPACT_FORMS.get(lower) ?? IRREGULAR_NAMES.get(lower);
  if (known !== undefined) return known;
  if (!REGULAR_NAMES.has(lower)) return name;
  return lower.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
