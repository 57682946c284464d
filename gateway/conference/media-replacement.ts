import { BrowserParty } from './browser-party.ts';
import type { Conference } from './conference.ts';

function browsersOf(conference: Conference): BrowserParty[] {
  return conference.lessons.flatMap(({ parties }) => parties.filter((party) => party instanceof BrowserParty));
}

/** The media server is gone: browsers stay in their lessons without media. */
export function loseMedia(conference: Conference): void {
  for (const party of browsersOf(conference)) {
    party.loseMedia();
  }
  conference.closeBrowserSides();
}

/** There is another media server: what each lesson shares is opened there, and every browser told to follow. */
export async function renewMedia(conference: Conference): Promise<void> {
  await Promise.all(browsersOf(conference).map((party) => party.renewMedia()));
  try {
    await conference.commit();
  } catch (error) {
    // Its successor is given the newest state.
    conference.log.warn({ event: 'apply-failed', err: error }, 'the engine ended');
  }
}
