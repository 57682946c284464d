/** A habit of a real system in an answer to our offer, and what we make of it. */
export interface AnswerQuirk {
  readonly id: string;
  readonly who: string;
  readonly does: string;
  readonly source: string;
  /** Media lines of the answer, in a session of their own. */
  readonly sdp: readonly string[];
  /** What we send then. */
  readonly sends: string;
  /** Payload types that we receive pictures with. */
  readonly receives: readonly number[];
}

/** Our offer names H.264 as 97 (42e01f mode 1), 98 (mode 0), 102 (640c1f), 103 (64001f) and VP8 as 104. */
export const ANSWER_QUIRKS: readonly AnswerQuirk[] = [
  {
    id: 'sdp-poly-x30-answer-codecs-not-offered',
    who: 'Poly Studio X30',
    does: 'answers a picture line with its whole own list, vnd.polycom.lpr and H.265 first, under its own payload types',
    source:
      'suitenumerique/livekit-sip pkg/sip/pipeline/elements/sipbin/zz_test.go; its slides line taken for the picture',
    sdp: [
      'm=audio 23166 RTP/AVP 0',
      'a=rtpmap:0 PCMU/8000',
      'm=video 26416 RTP/AVP 116 98 109 110 111 96 34',
      'b=TIAS:4096000',
      'a=rtpmap:116 vnd.polycom.lpr/9000',
      'a=fmtp:116 V=2;minPP=0;PP=150;RS=52;RP=10;PS=1400',
      'a=rtpmap:98 H265/90000',
      'a=fmtp:98 level-id=90; max-lsr=250675200; max-lps=8355840; max-fps=6000',
      'a=rtpmap:109 H264/90000',
      'a=fmtp:109 profile-level-id=428020; max-mbps=490000; max-fs=8192; sar-supported=13; sar=13',
      'a=rtpmap:110 H264/90000',
      'a=fmtp:110 profile-level-id=428020; packetization-mode=1; max-mbps=490000; max-fs=8192; sar-supported=13; sar=13',
      'a=rtpmap:111 H264/90000',
      'a=fmtp:111 profile-level-id=640020; packetization-mode=1; max-mbps=490000; max-fs=8192; sar-supported=13; sar=13',
    ],
    sends: '0 PCMU, 109 H264 1080p 2000 kbit/s',
    receives: [97, 98, 102, 103, 109, 110, 111],
  },
  {
    id: 'sdp-cucm-answer-single-pt-label',
    who: 'Cisco CUCM 11.5',
    does: 'answers one payload type of the many, with labels and attributes of its own, from another address than o= says',
    source: 'drachtio/drachtio-rtpengine-webrtcproxy#8; the picture’s payload type is ours',
    sdp: [
      'a=cisco-mari:v1',
      'm=audio 42176 RTP/AVP 9 101',
      'a=rtpmap:9 G722/8000',
      'a=rtpmap:101 telephone-event/8000',
      'm=video 42178 RTP/AVP 97',
      'a=rtpmap:97 H264/90000',
      'a=fmtp:97 profile-level-id=42E01F;packetization-mode=1;max-fs=3600;max-mbps=108000',
      'a=label:11',
      'a=trafficclass:conversational.video.immersive',
    ],
    sends: '9 G722, DTMF 101, 97 H264 720p 2000 kbit/s',
    receives: [97, 98, 102, 103],
  },
  {
    id: 'sdp-tandberg-answer-all-payloads-kept',
    who: 'Tandberg C and SX series',
    does: 'keeps four payload types of pictures in its answer, and codecs that nobody offered',
    source: 'sipwise/rtpengine#80; the fmtp after what the thread tells',
    sdp: [
      'm=audio 35014 RTP/AVP 108 105 104 8 0 101',
      'b=TIAS:64000',
      'a=rtpmap:108 MP4A-LATM/90000',
      'a=fmtp:108 profile-level-id=24;object=23;bitrate=64000',
      'a=rtpmap:105 G7221/16000',
      'a=fmtp:105 bitrate=24000',
      'a=rtpmap:104 G7221/16000',
      'a=fmtp:104 bitrate=32000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=rtcp:35015',
      'm=video 35044 RTP/AVP 126 97 96 34',
      'b=TIAS:2000000',
      'a=rtpmap:126 H264/90000',
      'a=fmtp:126 packetization-mode=1;profile-level-id=428016;max-br=5000;max-mbps=245000;max-fs=9000',
      'a=rtpmap:97 H264/90000',
      'a=fmtp:97 profile-level-id=428016;max-br=5000;max-mbps=245000;max-fs=9000',
      'a=rtpmap:96 H263-1998/90000',
      'a=rtpmap:34 H263/90000',
    ],
    sends: '8 PCMA, DTMF 101, 126 H264 1080p 2000 kbit/s',
    receives: [97, 98, 102, 103, 126],
  },
  {
    id: 'sdp-multi-h264-answer-different-pt-rtp',
    who: 'several, seen with pjsip',
    does: 'answers more than one H.264 and sends another one than the first',
    source: 'pjsip/pjproject#1236; lines of our own',
    sdp: [
      'm=audio 4000 RTP/AVP 0',
      'm=video 4002 RTP/AVP 97 98',
      'a=rtpmap:97 H264/90000',
      'a=fmtp:97 profile-level-id=42e01f;packetization-mode=1',
      'a=rtpmap:98 H264/90000',
      'a=fmtp:98 profile-level-id=42e01f;packetization-mode=0',
    ],
    sends: '0 PCMU, 97 H264 720p 2000 kbit/s',
    receives: [97, 98, 102, 103],
  },
];
