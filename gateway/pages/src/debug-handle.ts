import type { Lesson } from './lesson.ts';
import type { LessonState } from './lesson-state.ts';

declare global {
  interface Window {
    /** With `?debug=1` only. */
    classbridge?: {
      /** Counters of every stream that is sent or received. */
      stats(): Promise<Record<string, unknown>>;
      state(): LessonState;
    };
  }
}

/** Lets people who debug look into a lesson from the browser's console. */
export function exposeForDebugging(lesson: Lesson): void {
  window.classbridge = { stats: () => lesson.stats(), state: () => lesson.state.value };
}
