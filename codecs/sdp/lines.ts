/** What a stranger may fill: characters, lines, media lines, formats on a line, characters on a line. */
const MAXIMUM_LENGTH = 65_536;
const MAXIMUM_LINES = 2000;
const MAXIMUM_MEDIA = 32;
const MAXIMUM_FORMATS = 128;
const MAXIMUM_LINE = 4096;

/** The fields of an m= line (RFC 8866 §5.14). */
export interface MediaLine {
  /** In lower case. */
  readonly mediaType: string;
  /** 0 for a port that is none. */
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  /** Values of the line's a=floorid (RFC 8856 §5.4): a floor and the labels of its streams. */
  readonly floors: readonly string[];
}

/** The lines of a session description, ready for the parser: one more in `sections` (the session, first) than in `media`. */
export interface SdpLines {
  readonly media: readonly MediaLine[];
  readonly sections: readonly (readonly string[])[];
}

/** The attributes that are read. Others never reach the parser, whose expressions for some of them take long on hostile text. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'rtpmap',
  'fmtp',
  'rtcp-fb',
  'rtcp',
  'rtcp-mux',
  'rtcp-rsize',
  'sendrecv',
  'sendonly',
  'recvonly',
  'inactive',
  'ptime',
  'mid',
  'label',
  'content',
]);

/**
 * Splits a session description into its lines, at CRLF, LF or CR, and levels the spellings seen from real peers that the parser
 * does not know.
 */
export function readLines(text: string): SdpLines | { readonly fault: string } {
  if (text.length > MAXIMUM_LENGTH) return { fault: `session description longer than ${MAXIMUM_LENGTH} characters` };
  const lines = text.split(/\r\n|\r|\n/, MAXIMUM_LINES + 1);
  if (lines.length > MAXIMUM_LINES) return { fault: `session description of more than ${MAXIMUM_LINES} lines` };
  const media: (Omit<MediaLine, 'floors'> & { readonly floors: string[] })[] = [];
  const sections: string[][] = [[]];
  for (const raw of lines) {
    const line = raw.trim();
    if (line.startsWith('m=')) {
      const mediaLine = line.length > MAXIMUM_LINE ? undefined : parseMediaLine(line.slice(2));
      if (mediaLine === undefined) return { fault: `media line ${media.length + 1} cannot be read` };
      if (media.length === MAXIMUM_MEDIA) return { fault: `more than ${MAXIMUM_MEDIA} media lines` };
      media.push(mediaLine);
      sections.push([]);
    } else if (/^a=floorid:/i.test(line) && line.length <= MAXIMUM_LINE) {
      media.at(-1)?.floors.push(line.slice('a=floorid:'.length).trim());
    } else if (line.length <= MAXIMUM_LINE) {
      sections.at(-1)?.push(...levelled(line));
    }
  }
  return { media, sections };
}

function parseMediaLine(text: string) {
  // An answer repeats these fields: what could not be written again is not read.
  if (!/^[\x20-\x7e\t]*$/.test(text)) return undefined;
  const [mediaType, portText, protocol, ...formats] = text.split(/\s+/).filter((field) => field !== '');
  const [, port] = /^(\d+)(?:\/\d+)?$/.exec(portText ?? '') ?? [];
  if (mediaType === undefined || port === undefined || protocol === undefined || formats.length > MAXIMUM_FORMATS)
    return undefined;
  const number = Number(port);
  return { mediaType: mediaType.toLowerCase(), port: number <= 65_535 ? number : 0, protocol, formats, floors: [] };
}

/** One line as the parser knows it; none if it is not read at all. */
function levelled(line: string): readonly string[] {
  const value = line.slice(2).trim().replace(/\s+/g, ' ');
  switch (line.slice(0, 2)) {
    case 'o=':
    case 'b=':
      return [line.slice(0, 2) + value];
    case 'c=':
      return [`c=${value.replace(/^in ip/i, 'IN IP')}`];
    case 'a=':
      return levelledAttribute(value);
    default:
      return [];
  }
}

function levelledAttribute(text: string): readonly string[] {
  const [, rawName = '', colon = '', rawValue = ''] = /^([^\s:]*) ?(:?) ?(.*)$/.exec(text) ?? [];
  const name = rawName.toLowerCase();
  if (!ATTRIBUTES.has(name)) return [];
  // Polycom HDX puts two messages on one line: `* ccm fir tmmbr`.
  const [, payload, messages] = /^(\S+ ccm) ((?:fir|tmmbr) (?:fir|tmmbr)\b.*)$/i.exec(rawValue) ?? [];
  if (name === 'rtcp-fb' && payload !== undefined && messages !== undefined) {
    return messages.split(' ').map((message) => `a=rtcp-fb:${payload} ${message}`.toLowerCase());
  }
  if (name === 'rtcp-fb') return [`a=rtcp-fb:${rawValue.toLowerCase()}`];
  return [`a=${name}${colon}${rawValue}`];
}
