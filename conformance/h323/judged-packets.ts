import { tsharkFields } from '../diagnosis/tshark.ts';
import { everyField, shownPackets } from './pdml.ts';

/** What tshark says where it cannot read something. */
export const COMPLAINT = /^Malformed Packet|^Severity level: (?:Error|Warning)/;
/** The protocols that are judged. What tshark says of the TCP below is the network's. */
const OURS = new Set(['tpkt', 'q931', 'h225', 'h245', 'ras']);
/** Of tshark: warning. */
const WARNING = 0x60_00_00;
/** Of what is recorded where it is sent, the sums are not there yet. */
const UNSUMMED = ['ip', 'udp', 'tcp'].flatMap((name) => ['-o', `${name}.check_checksum:FALSE`]);
/** Complaints that are told in words. */
const MOST_TOLD = 20;

/** What tshark made of all H.323 that one side sent. */
export interface Judgement {
  /** Packets with messages of call signalling (H.225.0 on TCP). */
  readonly callSignalling: number;
  /** Of these, how many have H.245 within. */
  readonly tunnelledControl: number;
  /** Packets with H.245 on a connection of its own. */
  readonly separateControl: number;
  /** Datagrams of RAS. */
  readonly ras: number;
  /** What it does not like, and what it did not know for H.323 at all, each with the number of the packet. */
  readonly complaints: readonly string[];
}

/**
 * Has tshark read a capture file that holds nothing but H.323. Octets that it cannot tell are complaints as well: else H.245, whose ports
 * tshark learns from call signalling, could be passed over unread.
 * @param sender the address whose packets are judged
 */
export async function judgePackets(file: string, sender: string): Promise<Judgement> {
  const sent = `ip.src == ${sender} && (tcp.len > 0 || udp) && !tcp.analysis.retransmission`;
  const fields = ['frame.number', 'frame.protocols', 'tcp.reassembled_in', 'udp.port'];
  const packets = await tsharkFields(file, sent, fields, UNSUMMED);
  const read = packets.map((packet) => ({
    number: packet['frame.number'],
    protocols: new Set(packet['frame.protocols']?.split(':')),
    isRas: packet['udp.port'] !== '',
    isPart: packet['tcp.reassembled_in'] !== '',
  }));
  const count = (is: (packet: (typeof read)[number]) => boolean) => read.filter(is).length;
  const isCallSignalling = ({ protocols }: (typeof read)[number]) => protocols.has('q931');
  const hasControl = ({ protocols }: (typeof read)[number]) => protocols.has('h245');
  const unknown = read
    .filter(({ protocols, isPart }) => !isPart && ![...OURS].some((name) => protocols.has(name)))
    .map(({ number, protocols }) => `packet ${number}: taken for ${[...protocols].join(':')}`);
  return {
    callSignalling: count((packet) => isCallSignalling(packet)),
    tunnelledControl: count((packet) => isCallSignalling(packet) && hasControl(packet)),
    separateControl: count((packet) => !isCallSignalling(packet) && !packet.isRas && hasControl(packet)),
    ras: count((packet) => packet.isRas && packet.protocols.has('h225')),
    complaints: [...unknown, ...(await complaintsOf(file, sent))],
  };
}

async function complaintsOf(file: string, sent: string): Promise<string[]> {
  const suspect = `${sent} && (_ws.malformed || _ws.expert.severity >= ${WARNING})`;
  const shown = await shownPackets(file, suspect);
  return shown
    .flatMap(({ frameNumber, protocols }) => {
      const isMalformed = protocols.some(({ name }) => name === '_ws.malformed');
      const lines = [...everyField(protocols.filter(({ name }) => OURS.has(name)))]
        .map(({ showname, show }) => showname || show)
        .filter((line) => COMPLAINT.test(line));
      return [...lines, ...(isMalformed ? ['malformed'] : [])].map((line) => `packet ${frameNumber}: ${line}`);
    })
    .slice(0, MOST_TOLD);
}
