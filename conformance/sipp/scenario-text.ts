import { readFileSync } from 'node:fs';

const PART = /<\?part ([a-z0-9-]+)((?:\s+[a-z-]+="[^"]*")*)\s*\?>/g;
const VALUE = /([a-z-]+)="([^"]*)"/g;
const HOLE = /\{\{([a-z-]+)(?:\|([^}]*))?\}\}/g;
const DEEPEST = 4;

type Values = ReadonlyMap<string, string>;

/**
 * The text of a scenario for sipp, with its own holes filled by `words` and its parts put in. `<?part NAME hole="value"?>` stands for `parts/NAME.xml`, whose
 * holes `{{hole}}` or `{{hole|usual value}}` it fills; a line with nothing but an empty hole goes away. Three holes are read:
 * `body` names a file of `bodies/` and fills that one's holes (`audio version=2`); `headers` are lines parted by `\n`;
 * `checks` are `where:regular expression` parted by ` && `, where `where` is the name of a header that must fit, `body`, or
 * `no-body` for what must not be in it. Throws for a part or body that is not there.
 */
export function scenarioText(name: string, words: Readonly<Record<string, string>> = {}): string {
  const checked: string[] = [];
  const own = fill(file('scenarios', `${name}.xml`), new Map(Object.entries(words)), (_hole, value) => value);
  const text = withParts(own, checked, DEEPEST);
  const references = checked.length === 0 ? '' : `<Reference variables="${checked.join(',')}"/>\n`;
  return text.replace('</scenario>', `${references}</scenario>`);
}

function withParts(text: string, checked: string[], deepest: number): string {
  if (deepest < 0) {
    throw new Error('a part holds itself');
  }
  return text.replace(PART, (_whole, name: string, given: string) => {
    const values = new Map([...given.matchAll(VALUE)].map(([, hole = '', value = '']) => [hole, value]));
    const lines = file('parts', `${name}.xml`)
      .trimEnd()
      .split('\n')
      .flatMap((line) => fillLine(line, values, checked));
    return withParts(lines.join('\n'), checked, deepest - 1);
  });
}

function fillLine(line: string, values: Values, checked: string[]): string[] {
  // What is handed on to a part within this one is read there.
  const handsOn = line.includes('<?part');
  const filled = fill(line, values, (hole, value) => (handsOn ? value : readHole(hole, value, checked)));
  return filled === '' && line !== '' ? [] : [filled];
}

function fill(text: string, values: Values, read: (hole: string, value: string) => string): string {
  return text.replace(HOLE, (_hole, hole: string, usual = '') => read(hole, values.get(hole) ?? usual));
}

function readHole(hole: string, value: string, checked: string[]): string {
  switch (hole) {
    case 'body':
      return bodyText(value);
    case 'headers':
      return value.replaceAll('\\n', '\n');
    case 'checks':
      return checksText(value, checked);
    default:
      return value;
  }
}

function bodyText(value: string): string {
  const [name = '', ...given] = value.split(' ');
  const values = new Map(given.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  return fill(file('bodies', `${name}.txt`), values, (_hole, filled) => filled).replace(/\n$/, '');
}

function checksText(value: string, checked: string[]): string {
  const checks = value === '' ? [] : value.split(' && ');
  return checks.map((check) => checkText(check, checked)).join('');
}

function checkText(check: string, checked: string[]): string {
  const [, where = '', expression = ''] = /^([A-Za-z-]+):(.*)$/.exec(check) ?? [];
  const variable = `check${checked.length + 1}`;
  checked.push(variable);
  const place = where.endsWith('body') ? 'search_in="body"' : `search_in="hdr" header="${where}:"`;
  const wanted = where === 'no-body' ? 'check_it_inverse' : 'check_it';
  return `<ereg regexp="${expression}" ${place} ${wanted}="true" assign_to="${variable}"/>`;
}

function file(folder: string, name: string): string {
  return readFileSync(new URL(`./${folder}/${name}`, import.meta.url), 'utf8');
}
