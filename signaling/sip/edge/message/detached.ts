/**
 * The same text in memory of its own. What is cut out of a message, or put together of such pieces, keeps the whole text of
 * the message alive; what is held for longer than the message is detached first.
 * @param text one character per byte, as all text of messages
 */
export function detached(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
