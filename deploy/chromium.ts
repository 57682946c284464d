/** The program of Debian's package `chromium`, which the setup installs for tests. */
export const CHROMIUM_PROGRAM = '/usr/bin/chromium';

/** Options with which it runs as root and without a screen, and calls nobody but who is under test. */
export const QUIET_CHROMIUM: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
