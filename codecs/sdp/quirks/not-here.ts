/** Habits of real systems that no description of this folder shows: where they are tested, or why not yet. */
export interface QuirksElsewhere {
  readonly where: string;
  readonly ids: readonly string[];
}

/** What H.323 shows: tests of `signaling/h323/quirks`, by these names. */
export const IN_H323: readonly string[] = [
  'dtmf-h323-rfc2833-pt101',
  'h245-polycom-h264-oid-truncated',
  'h245-cisco-ios-hangup-after-olcack-close',
  'h245-cisco-rtd-stops-rtp',
  'h323-codian-v7-displayname',
  'h323-codian-connect-no-bearer',
  'h245-netmeeting-t1000-olc-conflict',
  'h245-tandberg-olc-session0-ack32',
  'h239-tandberg-needs-tcs-fields',
  'h239-symmetry-breaking-random',
  'h239-role-labels',
  'h239-channelid-differs',
  'h239-yealink-olc-sessiontype',
  'h239-edgeprotect-wrong-rtcp',
  'h239-lifesize-teams-gw-match',
  'h239-avaya-xt5000-multiplepayloadstream',
  'h323-tandberg-odd-tpkt-keepalive',
  'h323-cisco-as5300-tpkt-padding',
  'h323-tpkt-length-over-255',
  'h323-polycom-m100-crash-no-destaddr',
  'h323-polycom-status-flood-after-notify',
  'h323-polycom-domain-alias',
  'ras-pexip-lrq-destination',
  'ras-avaya-grq-nonstandard',
  'ras-avaya-trailing-nul-alias',
  'h323-avaya-des-ecb',
  'h323-cisco-emptyfacility-keepalive',
  'h245-polycom-keepalive-userinput',
  'h323-innovaphone-tunnel-flag',
  'ras-innovaphone-random-generalid',
  'ras-innovaphone-irr-without-percallinfo',
  'ras-lifesize-icon-unused-tokens',
  'h323-scopia-vc240-no-h245address',
  'ras-cisco-gk-switch-needs-urq',
  'h323-h245address-despite-tunnel',
  'ras-cisco-gk-lightweight-rrq',
  'h323-cisco-notify-without-uuie',
  'h323-lifesize-uses-mediachannel-with-mux',
];

/** Tested where they can be seen. Suites are run by `npm run conformance -- NAME`. */
export const TESTED_ELSEWHERE: readonly QuirksElsewhere[] = [
  {
    where:
      'suite sipp, streams: cut messages, pings and several messages in one segment; edge/transport/stream-framing.test.ts',
    ids: ['sip-cisco-ce-large-tcp-invite'],
  },
  { where: 'suite sipp: a Via that names another address', ids: ['sip-polycom-needs-rport'] },
  {
    where: 'suite sipp, call: our answer stands in the 200, there is none before it',
    ids: ['sip-cisco-sipgateway-sdp-in-200'],
  },
  { where: 'suite sipp: an ACK whose URI lost its parameters', ids: ['sip-cisco-ack-uri-differs'] },
  {
    where: 'suite sipp, info; gateway/conference/dtmf-merge.test.ts: each press counts once',
    ids: ['sip-cisco-info-picture-fast-update', 'dtmf-cucm-info-only'],
  },
  {
    where: 'suite sipp, called and call: Allow names INFO in our INVITE and 200',
    ids: ['dtmf-polycom-info-if-allowed'],
  },
  { where: 'suite sipp, session-too-short', ids: ['sip-session-expires-60-refused'] },
  {
    where: 'suite sipp: a refresh with the same description, and one with another under the same version',
    ids: ['sip-refresh-reinvite-900s', 'sip-refresh-changed-sdp-same-version'],
  },
  { where: 'suite sipp: a refresh of ours that crosses one of the room', ids: ['sip-device-reinvite-glare-yield'] },
  {
    where: 'suite ghosts: a call with sound alone stays; only who sends nothing at all is asked',
    ids: ['rtp-cisco-8845-shutter-no-media'],
  },
  { where: 'signaling/h323/quirks', ids: IN_H323 },
  {
    where: 'gateway/conference/rendition-choice.test.ts',
    ids: ['rtp-videophone-mode0-only', 'rtp-tandberg-x7-clears-call-over-maxfs'],
  },
  { where: 'codecs/ffmpeg/quirks.test.ts', ids: ['rtp-x264-polycom-hdx4000-one-ref'] },
  {
    where: 'mcu/leg/quirks.test.ts',
    ids: [
      'dtmf-cisco-rtp-nte-old',
      'rtp-cisco-seq-jump',
      'rtp-grandstream-sps-pps-marker',
      'rtp-h264-out-of-band-parameter-sets',
      'rtcp-cisco-lsr-wrong-bits',
      'h323-rtcp-zero-byte-crash',
      'h323-realpresence-zero-byte-keepalive',
      'h323-yealink-mobile-no-h46019-keepalive',
      'h323-polycom-rtcp-no-multiplexid',
      'h323-vcs-keepalive-pt-equals-encryption-pt',
      'h323-h46019-keepalive-19s-burst',
      'h245-vfu-storm',
    ],
  },
];

/** Without a test, and why. */
export const NOT_YET: readonly QuirksElsewhere[] = [
  {
    where:
      'floor control (BFCP) and content are not there yet: their lines are refused, see `bfcp-floorid-stream-formats`, so that no message of BFCP and no second picture comes',
    ids: ['bfcp-status-nested-in-overall', 'bfcp-tested-hdx-vc120-icon'],
  },
  { where: 'we accept REFER and send none', ids: ['sip-cisco-refer-sub'] },
];
