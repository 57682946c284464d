import type { PageFault } from '../page-fault.ts';

/**
 * What the page does when a fault ends its session: come back by itself, or tell and stop.
 * @param wasInLesson it had joined before: then a full lesson may be full of our own old session, which dies soon
 */
export function afterFault(fault: PageFault, wasInLesson: boolean): 'retry' | 'stop' {
  switch (fault) {
    case 'server-gone':
    case 'shutdown':
    case 'internal-error':
    case 'media-failed':
      return 'retry';
    case 'lesson-full':
    case 'no-capacity':
      return wasInLesson ? 'retry' : 'stop';
    case 'bad-request':
    case 'wrong-version':
    case 'unknown-class':
    case 'out-of-order':
    case 'lesson-over':
    case 'insecure-context':
    case 'unsupported-browser':
    case 'no-video-codec':
      return 'stop';
  }
}
