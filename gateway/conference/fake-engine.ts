/** An engine without a process, for tests. */
import { Engine } from '#mcu/engine/engine.ts';
import { type Desired, desiredSchema } from '#mcu/engine/protocol.ts';

/** Takes every state at once, or when and how the test says. */
export class FakeEngine extends Engine {
  readonly applied: Desired[] = [];
  readonly keyFrames: string[] = [];
  /** Ports that other programs hold: legs that want them stay unbound. */
  readonly taken = new Set<number>();
  /** While it is there every state waits for it. */
  gate: Promise<void> | undefined;
  /** The engine dies under whoever asks. */
  dead = false;

  get last(): Desired | undefined {
    return this.applied.at(-1);
  }

  override async apply(desired: Desired): Promise<readonly string[]> {
    desiredSchema.parse(desired);
    this.applied.push(desired);
    await this.gate;
    if (this.dead) {
      throw new Error('the engine ended');
    }
    return desired.legs
      .filter(({ audio, video }) => [audio, video].some((stream) => this.taken.has(stream?.local.port ?? 0)))
      .map(({ id }) => id);
  }

  override giveKeyFrame(leg: string): void {
    this.keyFrames.push(leg);
  }
}
