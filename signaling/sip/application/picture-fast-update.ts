/** Content type of media control in SIP INFO (RFC 5168 §4). */
export const MEDIA_CONTROL_TYPE = 'application/media_control+xml';

/** A room's media control text may be this long; a longer one is no picture request. */
const LONGEST = 4096;

/** The body that asks for a key frame of every stream (RFC 5168 §5). */
export function pictureFastUpdate(): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>',
    '',
  ].join('\r\n');
}

/** Whether an INFO asks for a key frame. Looks for the one element: rooms nest and space the rest as they like. */
export function asksPictureFastUpdate(contentType: string, body: string): boolean {
  return (
    contentType.toLowerCase().startsWith(MEDIA_CONTROL_TYPE) &&
    body.length <= LONGEST &&
    /<\s*picture_fast_update\b/.test(body)
  );
}
