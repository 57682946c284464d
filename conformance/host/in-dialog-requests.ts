import type Srf from 'drachtio-srf';
import { digitOfInfo } from '#signaling/sip/application/dtmf-info.ts';
import { asksPictureFastUpdate } from '#signaling/sip/application/picture-fast-update.ts';

import type { HostMedia } from './host-media.ts';
import type { HostSession } from './host-session.ts';

const SDP = 'application/sdp';

/** Answers what the far side asks within a call: re-INVITE with an offer and without, OPTIONS, INFO. */
export function answerInDialogRequests(dialog: Srf.Dialog, session: HostSession, media: HostMedia): void {
  dialog.on('modify', (request, response) => answerReInvite(dialog, session, media, request, response));
  dialog.on('options', (_request, response) => response.send(200));
  dialog.on('info', (request, response) => answerInfo(media, request, response));
}

function answerReInvite(
  dialog: Srf.Dialog,
  session: HostSession,
  media: HostMedia,
  request: Srf.SrfRequest,
  response: Srf.SrfResponse,
): void {
  const isOffer = Boolean(request.body);
  const answer = isOffer ? session.answer(request.body) : undefined;
  const body = answer?.sdp ?? session.offer();
  if (answer === undefined) {
    onAnswer(dialog, (sdp) => media.use(session.accept(sdp)));
  } else {
    media.use(answer.media);
  }
  dialog.local.sdp = body;
  response.send(200, { headers: { 'Content-Type': SDP }, body });
}

/** The next ACK that holds an answer: that of the call itself may still be under way. */
function onAnswer(dialog: Srf.Dialog, take: (sdp: string) => void): void {
  const listen = ({ body }: { readonly body?: string }): void => {
    if (body) {
      dialog.off('ack', listen);
      take(body);
    }
  };
  dialog.on('ack', listen);
}

function answerInfo(media: HostMedia, request: Srf.SrfRequest, response: Srf.SrfResponse): void {
  const type = request.get('Content-Type') ?? '';
  const body = request.body ?? '';
  const digit = digitOfInfo(type, body);
  if (asksPictureFastUpdate(type, body)) {
    media.giveKeyFrame();
  } else if (digit !== undefined) {
    media.emit('digit', digit);
  } else {
    response.send(415);
    return;
  }
  response.send(200);
}
