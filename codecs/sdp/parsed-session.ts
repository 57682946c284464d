import type { parse } from 'sdp-transform';

/** What the parser makes of a session description. It turns text that looks like a number into one, whatever its types say. */
export type ParsedSession = ReturnType<typeof parse>;

/** One media part. The parser knows a=content (RFC 4796); its types do not. */
export type ParsedMedia = ParsedSession['media'][number] & { readonly content?: string | number };

/** The fields that stand in the session part and in media parts alike. */
export type ParsedShared = Pick<ParsedMedia, 'connection' | 'bandwidth' | 'direction'>;
