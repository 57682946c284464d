import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksPictureFastUpdate, MEDIA_CONTROL_TYPE, pictureFastUpdate } from './picture-fast-update.ts';

test('a key frame is asked for in the words of RFC 5168, and understood in those of rooms', () => {
  assert.ok(asksPictureFastUpdate(MEDIA_CONTROL_TYPE, pictureFastUpdate()));
  const spaced =
    '<?xml version="1.0"?>\n<media_control>\n <vc_primitive>\n  <to_encoder>\n   <picture_fast_update>\n   </picture_fast_update>';
  assert.ok(asksPictureFastUpdate('Application/media_control+xml; charset=utf-8', spaced));
});

test('other bodies ask for nothing', () => {
  assert.ok(!asksPictureFastUpdate('application/dtmf-relay', pictureFastUpdate()));
  assert.ok(
    !asksPictureFastUpdate(MEDIA_CONTROL_TYPE, '<media_control><general_error>x</general_error></media_control>'),
  );
  assert.ok(!asksPictureFastUpdate(MEDIA_CONTROL_TYPE, `${' '.repeat(5000)}<picture_fast_update/>`));
});
