import type { RunningService } from '../../service/running-service.ts';
import { RoomLine } from '../room-line.ts';
import { ScriptedRoom } from '../scripted-room.ts';

/** What a flow by hand works with. */
export interface Stage {
  readonly service: RunningService;
  /** Class of this flow alone. */
  readonly code: string;
  /** Why the legs of this flow ended so far, in order. */
  readonly ends: () => readonly string[];
  /** How many calls the class has now. */
  readonly calls: () => Promise<number>;
  /** The operator calls the room on this line into the class. */
  readonly dial: (line: RoomLine) => Promise<void>;
  /** The operator hangs up the call of the class. */
  readonly hangUp: () => Promise<void>;
}

/** A flow that sipp cannot play, and what must hold. */
export interface HandFlow {
  readonly what: string;
  readonly protocol: 'udp' | 'tcp';
  /** Why its legs end; `ended` is left out where the flow looks for itself. */
  readonly ended?: readonly string[];
  readonly play: (stage: Stage, line: RoomLine, room: ScriptedRoom) => Promise<void>;
}

/** Opens a line and a room on it, plays, and closes the line. */
export async function playByHand(flow: HandFlow, stage: Stage): Promise<void> {
  const line = await (flow.protocol === 'udp' ? RoomLine.udp(stage.service) : RoomLine.tcp(stage.service));
  try {
    await flow.play(stage, line, new ScriptedRoom(line, stage.service, stage.code));
    // What was said last shall leave.
    await pause(100);
  } finally {
    line.close();
  }
}

/** Some time passes, ms. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
