import {
  bitString,
  boolean,
  characterString,
  extensibleChoice,
  extensibleSequence,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  optional,
  reference,
  sequence,
  size,
} from '../../asn1/notation.ts';

/** H.245 Annex A: parameters of logical channels over multiplexes other than H.225.0. */
export const otherMultiplexTypes = {
  NetworkAccessParameters: extensibleSequence(
    {
      distribution: optional(extensibleChoice({ unicast: nothing, multicast: nothing }, {})),
      networkAddress: extensibleChoice(
        {
          q2931Address: reference('Q2931Address'),
          e164Address: characterString('IA5String', size(1, 128), '0123456789#*,'),
          localAreaAddress: reference('TransportAddress'),
        },
        {},
      ),
      associateConference: boolean,
      externalReference: optional(octetString(size(1, 255))),
    },
    { t120SetupProcedure: extensibleChoice({ originateCall: nothing, waitForCall: nothing, issueQuery: nothing }, {}) },
  ),
  Q2931Address: extensibleSequence(
    {
      address: extensibleChoice(
        { internationalNumber: characterString('NumericString', size(1, 16)), nsapAddress: octetString(size(1, 20)) },
        {},
      ),
      subaddress: optional(octetString(size(1, 20))),
    },
    {},
  ),
  V75Parameters: extensibleSequence({ audioHeaderPresent: boolean }, {}),
  H222LogicalChannelParameters: extensibleSequence(
    {
      resourceID: integer(0, 65535),
      subChannelID: integer(0, 8191),
      'pcr-pid': optional(integer(0, 8191)),
      programDescriptors: optional(octetString()),
      streamDescriptors: optional(octetString()),
    },
    {},
  ),
  H223LogicalChannelParameters: extensibleSequence(
    {
      adaptationLayerType: extensibleChoice(
        {
          nonStandard: reference('NonStandardParameter'),
          al1Framed: nothing,
          al1NotFramed: nothing,
          al2WithoutSequenceNumbers: nothing,
          al2WithSequenceNumbers: nothing,
          al3: sequence({ controlFieldOctets: integer(0, 2), sendBufferSize: integer(0, 16777215) }),
        },
        {
          al1M: reference('H223AL1MParameters'),
          al2M: reference('H223AL2MParameters'),
          al3M: reference('H223AL3MParameters'),
        },
      ),
      segmentableFlag: boolean,
    },
    {},
  ),
  H223AL1MParameters: extensibleSequence(
    {
      transferMode: extensibleChoice({ framed: nothing, unframed: nothing }, {}),
      headerFEC: extensibleChoice({ 'sebch16-7': nothing, 'golay24-12': nothing }, {}),
      crcLength: extensibleChoice(
        { crc4bit: nothing, crc12bit: nothing, crc20bit: nothing, crc28bit: nothing },
        { crc8bit: nothing, crc16bit: nothing, crc32bit: nothing, crcNotUsed: nothing },
      ),
      rcpcCodeRate: integer(8, 32),
      arqType: extensibleChoice(
        {
          noArq: nothing,
          typeIArq: reference('H223AnnexCArqParameters'),
          typeIIArq: reference('H223AnnexCArqParameters'),
        },
        {},
      ),
      alpduInterleaving: boolean,
      alsduSplitting: boolean,
    },
    { rsCodeCorrection: integer(0, 127) },
  ),
  H223AL2MParameters: extensibleSequence(
    { headerFEC: extensibleChoice({ 'sebch16-5': nothing, 'golay24-12': nothing }, {}), alpduInterleaving: boolean },
    {},
  ),
  H223AL3MParameters: extensibleSequence(
    {
      headerFormat: extensibleChoice({ 'sebch16-7': nothing, 'golay24-12': nothing }, {}),
      crcLength: extensibleChoice(
        { crc4bit: nothing, crc12bit: nothing, crc20bit: nothing, crc28bit: nothing },
        { crc8bit: nothing, crc16bit: nothing, crc32bit: nothing, crcNotUsed: nothing },
      ),
      rcpcCodeRate: integer(8, 32),
      arqType: extensibleChoice(
        {
          noArq: nothing,
          typeIArq: reference('H223AnnexCArqParameters'),
          typeIIArq: reference('H223AnnexCArqParameters'),
        },
        {},
      ),
      alpduInterleaving: boolean,
    },
    { rsCodeCorrection: integer(0, 127) },
  ),
  H223AnnexCArqParameters: extensibleSequence(
    {
      numberOfRetransmissions: extensibleChoice({ finite: integer(0, 16), infinite: nothing }, {}),
      sendBufferSize: integer(0, 16777215),
    },
    {},
  ),
  V76LogicalChannelParameters: extensibleSequence(
    {
      hdlcParameters: reference('V76HDLCParameters'),
      suspendResume: extensibleChoice(
        { noSuspendResume: nothing, suspendResumewAddress: nothing, suspendResumewoAddress: nothing },
        {},
      ),
      uIH: boolean,
      mode: extensibleChoice(
        {
          eRM: extensibleSequence(
            {
              windowSize: integer(1, 127),
              recovery: extensibleChoice({ rej: nothing, sREJ: nothing, mSREJ: nothing }, {}),
            },
            {},
          ),
          uNERM: nothing,
        },
        {},
      ),
      v75Parameters: reference('V75Parameters'),
    },
    {},
  ),
  V76HDLCParameters: extensibleSequence(
    { crcLength: reference('CRCLength'), n401: integer(1, 4095), loopbackTestProcedure: boolean },
    {},
  ),
  CRCLength: extensibleChoice({ crc8bit: nothing, crc16bit: nothing, crc32bit: nothing }, {}),
  EscrowData: extensibleSequence({ escrowID: objectIdentifier, escrowValue: bitString(size(1, 65535)) }, {}),
} as const;
