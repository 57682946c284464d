import type axe from 'axe-core';

declare global {
  interface Window {
    /** Put there by the test. */
    axe: typeof axe;
  }
}
