import { MAX_MESSAGE_BYTES, type ServerMessage, serverMessageSchema } from '#signaling/webrtc/protocol.ts';

/** Reads the text of one message of the gateway; undefined where it is none. Never throws. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  if (text.length > MAX_MESSAGE_BYTES) return undefined;
  try {
    const message = serverMessageSchema.safeParse(JSON.parse(text));
    return message.success ? message.data : undefined;
  } catch {
    return undefined;
  }
}
