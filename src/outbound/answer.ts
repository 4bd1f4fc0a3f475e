/**
 * What is kept of a receiver's response: its headers as a flat record and its body as text, both bounded. A receiver may
 * send anything, so nothing here throws and no compressed body is unpacked beyond the limit.
 */
import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

export interface Body {
  readonly text: string;
  readonly truncated: boolean;
}

const headersMax = 64;
const headersBytesMax = 8 * 1024;

/** How much longer than its content a compressed body may be on the wire: frames and checksums. */
export const packedBytesExtra = 1024;

/** Lower-case names, several values of one joined by `, `; what does not fit any more is left out. */
export function flatHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const flat: Record<string, string> = {};
  let room = headersBytesMax;
  let count = 0;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || name === '__proto__') continue;
    const text = typeof value === 'string' ? value : value.join(', ');
    room -= name.length + text.length;
    if (room < 0 || ++count > headersMax) break;
    flat[name] = text;
  }
  return flat;
}

/** UTF-8, with U+FFFD for what is none and without NUL, which PostgreSQL cannot store. */
export function bodyText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/**
 * Unpacks at most `bytesMax` bytes. A body that is cut off, or is not what its header claims, gives what could be read of
 * it; one in an unknown encoding stays as it is.
 */
export function unpack(packed: Buffer, encoding: string, bytesMax: number): Promise<Body> {
  const unpacker = unpackerFor(encoding.trim().toLowerCase(), packed, bytesMax);
  if (unpacker === null) {
    return Promise.resolve({
      text: bodyText(packed.subarray(0, bytesMax)),
      truncated: packed.length > bytesMax,
    });
  }
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const end = (truncated: boolean): void => {
      unpacker.destroy();
      resolve({ text: bodyText(Buffer.concat(parts).subarray(0, bytesMax)), truncated });
    };
    unpacker.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size > bytesMax) end(true);
    });
    unpacker.on('end', () => end(false));
    unpacker.on('error', () => end(true));
    unpacker.end(packed);
  });
}

/** One byte more than the limit shows that there is more, so no step of any unpacker makes more than that. */
function unpackerFor(encoding: string, packed: Buffer, bytesMax: number): Transform | null {
  const chunkSize = Math.max(64, bytesMax + 1);
  // Flushing instead of finishing gives out what a cut-off body holds, where finishing would only report the cut.
  const finishFlush = constants.Z_SYNC_FLUSH;
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ chunkSize, finishFlush });
    case 'deflate':
      // The name says zlib; some senders leave its two bytes of header out.
      return isZlib(packed)
        ? createInflate({ chunkSize, finishFlush })
        : createInflateRaw({ chunkSize, finishFlush });
    case 'br':
      return createBrotliDecompress({ chunkSize, finishFlush: constants.BROTLI_OPERATION_FLUSH });
    case 'zstd':
      // Up to 128 MiB of memory could be asked for; RFC 8878 expects no more than 8 of a receiver.
      return createZstdDecompress({
        chunkSize,
        finishFlush: constants.ZSTD_e_flush,
        params: { [constants.ZSTD_d_windowLogMax]: 23 },
      });
    default:
      return null;
  }
}

/** RFC 1950: method 8, and the first two bytes a multiple of 31. */
function isZlib(packed: Buffer): boolean {
  const [first = 0, second = 0] = packed;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
