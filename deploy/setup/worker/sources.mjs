/**
 * The C++ files that one of mediasoup's meson.build files lists under a name.
 *
 * @param {string} mesonBuild text of the file
 * @param {string} name such as `common_sources`; lists that are added to it by `+=` count too
 * @returns {string[]} paths as written there, relative to that meson.build
 */
export function sourceList(mesonBuild, name) {
  const lists = mesonBuild.matchAll(new RegExp(`^ *${name} \\+?= \\[(.*?)^ *\\]`, 'gms'));
  return [...lists].flatMap(([, list = '']) =>
    [...list.matchAll(/^\s*'([^']+\.(?:cpp|cc))'/gm)].map(([, file = '']) => file),
  );
}

/**
 * Divides sources into groups to be compiled as one file each. The order is kept as far as the clashes allow: neighbours
 * share most headers.
 *
 * @param {readonly string[]} sources
 * @param {number} size about how many go into a group, at least 1
 * @param {readonly (readonly string[])[]} apart rows of sources of which no two may be in one group
 * @returns {string[][]} every source in exactly one group, no group empty
 */
export function unityGroups(sources, size, apart) {
  /** @type {string[][]} */
  const groups = Array.from({ length: Math.ceil(sources.length / size) }, () => []);
  sources.forEach((source, position) => {
    const enemies = new Set(apart.filter((row) => row.includes(source)).flat());
    const home = Math.floor(position / size);
    const inTurn = [...groups.slice(home), ...groups.slice(0, home)];
    const group = inTurn.find((members) => !members.some((member) => member !== source && enemies.has(member)));
    if (group) group.push(source);
    else groups.push([source]);
  });
  return groups.filter((group) => group.length > 0);
}

/**
 * @param {string} text
 * @param {{ file: string, from: string, to: string }} patch
 * @returns {string} the text with the one place changed
 * @throws {Error} when the place is not there exactly once
 */
export function applyPatch(text, { file, from, to }) {
  if (text.split(from).length !== 2)
    throw new Error(`the change to ${file} does not apply to this version of mediasoup`);
  return text.replace(from, () => to);
}
