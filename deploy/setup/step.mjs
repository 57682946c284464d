/**
 * One thing that a command needs before it can run.
 *
 * @typedef {object} Step
 * @property {string} name what it is, for a person
 * @property {() => string | undefined} missing quick: why it has to be made, undefined when it is there
 * @property {(report: (state: string) => void) => Promise<string | void>} make makes it; throws when it
 *   cannot; gives the outcome when that is not simply that it is there now
 * @property {() => readonly string[]} [debianPackages] quick: the Debian packages that `make` needs and that are not there
 */

export {};
