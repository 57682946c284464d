/** A file of an archive. */
export interface ArchivedFile {
  /** Path within the archive: at most 100 octets, plain characters. */
  readonly name: string;
  readonly content: Buffer | string;
}

const BLOCK = 512;
const LONGEST_NAME = 100;

/**
 * Files as a tar archive in the ustar format (POSIX.1-2017, pax, "ustar Interchange Format"). `at`: Unix time of all, ms.
 * @throws RangeError for a name that is too long or not plain
 */
export function tarOf(files: readonly ArchivedFile[], at: number): Buffer {
  const parts = files.flatMap(({ name, content }) => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    return [header(name, bytes.length, at), bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, size: number, at: number): Buffer {
  if (name.length > LONGEST_NAME || !/^[\w./@-]+$/.test(name)) {
    throw new RangeError(`no name for an archive: ${name}`);
  }
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 'latin1');
  block.write(octal(0o644, 7), 100, 'latin1');
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(octal(size, 11), 124, 'latin1');
  block.write(octal(Math.floor(at / 1000), 11), 136, 'latin1');
  // While the checksum is made it counts as blanks.
  block.write('        ', 148, 'latin1');
  block.write('0', 156, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  block.write(
    `${octal(
      block.reduce((sum, octet) => sum + octet, 0),
      6,
    )}\0 `,
    148,
    'latin1',
  );
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
