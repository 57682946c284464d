/** The oldest Node and npm that can set the project up (the service itself runs on the Node that npm installs). */
const OLDEST = { node: 20, npm: 10 };

/**
 * @param {{ node: string, npm: string | undefined }} versions such as { node: '20.20.2', npm: '11.19.1' }; npm undefined
 *   when it is not known
 * @returns {string | undefined} what is wrong, for a person
 */
export function versionComplaint({ node, npm }) {
  if (major(node) < OLDEST.node)
    return `Node ${OLDEST.node} or newer is needed to set the project up; this is Node ${node}`;
  if (npm !== undefined && major(npm) < OLDEST.npm) {
    return `npm ${OLDEST.npm} or newer is needed to set the project up; this is npm ${npm}`;
  }
  return undefined;
}

/**
 * The version of the npm that runs this process, as npm tells its children.
 *
 * @param {string | undefined} userAgent `npm_config_user_agent`, such as `npm/11.19.1 node/v20.20.2 linux x64`
 * @returns {string | undefined} undefined when not run by npm
 */
export function npmVersionOf(userAgent) {
  return userAgent?.match(/\bnpm\/(\d+\.\d+\.\d+)/)?.[1];
}

/** @param {string} version */
function major(version) {
  return Number.parseInt(version, 10);
}
