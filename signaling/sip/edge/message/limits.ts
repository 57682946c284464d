/** The largest message that is read, header and body, in bytes. */
export const MAX_MESSAGE_BYTES = 65_536;

/** The most header field lines in one message. */
export const MAX_HEADER_FIELDS = 256;

/** The longest start line or unfolded header field, in bytes. */
export const MAX_LINE_BYTES = 8_192;
