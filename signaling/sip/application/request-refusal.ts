/** The extensions that calls understand, for Supported and Require headers (RFC 3261 §20.37, §20.32). */
const SUPPORTED_OPTIONS: readonly string[] = ['timer', '100rel', 'replaces'];

/** What is looked at of a request that brings or asks for a session description. */
export interface SessionRequest {
  readonly require: string | undefined;
  /** Body types that the answer may have; SDP where it is absent (RFC 3261 §20.1). */
  readonly accept: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly body: string;
}

/** A final response that says what is not understood. */
export interface RequestRefusal {
  readonly status: 406 | 415 | 420;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Why an INVITE or UPDATE cannot be taken as it is: an extension that it requires (RFC 3261 §8.2.2.3), a body that is
 * compressed or no session description (§8.2.3), or that its sender takes none for an answer (§21.4.7). A body without a
 * Content-Type is taken for one. Undefined where nothing is wrong.
 */
export function requestRefusal({
  require,
  accept,
  contentType,
  contentEncoding,
  body,
}: SessionRequest): RequestRefusal | undefined {
  const unknown = (require ?? '')
    .split(',')
    .map((option) => option.trim())
    .filter((option) => option !== '' && !SUPPORTED_OPTIONS.includes(option.toLowerCase()));
  if (unknown.length > 0) {
    return { status: 420, headers: { Unsupported: unknown.join(', ') } };
  }
  if (body !== '' && !['', 'identity'].includes((contentEncoding ?? '').trim().toLowerCase())) {
    return { status: 415, headers: { 'Accept-Encoding': 'identity' } };
  }
  const [type = ''] = (contentType ?? '').split(';');
  const isSdp = ['', 'application/sdp'].includes(type.trim().toLowerCase());
  if (body !== '' && !isSdp) {
    return { status: 415, headers: { Accept: 'application/sdp' } };
  }
  return acceptsSdp(accept) ? undefined : { status: 406, headers: { Accept: 'application/sdp' } };
}

function acceptsSdp(accept: string | undefined): boolean {
  const types = (accept ?? '').split(',').map((range) => (range.split(';')[0] ?? '').trim().toLowerCase());
  return accept === undefined || types.some((type) => ['application/sdp', 'application/*', '*/*'].includes(type));
}

/** What `requestRefusal` looks at, off a message of the SIP server. */
export function sessionRequestOf(request: { get(name: string): string | undefined; body?: string }): SessionRequest {
  return {
    require: request.get('Require'),
    accept: request.get('Accept'),
    contentType: request.get('Content-Type'),
    contentEncoding: request.get('Content-Encoding'),
    body: request.body ?? '',
  };
}
