import type axe from 'axe-core';

declare global {
  /** What the tests put into the page. */
  interface Window {
    axe: typeof axe;
    /** Tells the test of a violated content security policy. */
    complain(text: string): void;
  }
}
