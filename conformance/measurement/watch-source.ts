import type { HostMedia } from '../host/host-media.ts';
import type { SeenPicture } from '../host/picture-receiver.ts';
import { FrameFlow } from './frame-flow.ts';

type Viewer = { readonly media: HostMedia };

/** How the picture of one host comes to another one, from now on. */
export function watchSource(viewer: Viewer, source: number): FrameFlow {
  return listen(viewer, source).flow;
}

/** The same while something is done. */
export async function flowDuring(viewer: Viewer, source: number, work: () => Promise<unknown>): Promise<FrameFlow> {
  const { flow, end } = listen(viewer, source);
  try {
    await work();
  } finally {
    end();
  }
  return flow;
}

function listen({ media }: Viewer, source: number): { readonly flow: FrameFlow; readonly end: () => void } {
  const flow = new FrameFlow();
  const look = ({ at, marks }: SeenPicture): void => {
    for (const { host, frame } of marks) {
      if (host === source) {
        flow.shown(frame, at);
      }
    }
  };
  media.on('picture', look);
  return { flow, end: () => media.off('picture', look) };
}
