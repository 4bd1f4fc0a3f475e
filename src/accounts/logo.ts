/**
 * Which picture a logo is, by its own first bytes: what a caller says it is, a browser would have to believe. Three formats are
 * taken, none of which can hold a script. Only as much is read as tells the format and the size in pixels; whether the
 * rest is whole is for who draws it.
 */
import { hash } from 'node:crypto';
import type { LogoType } from '../domain/account.ts';
import { AppError, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';

export interface Picture {
  readonly contentType: LogoType;
  readonly width: number;
  readonly height: number;
}

export function hashOfLogo(bytes: Buffer): string {
  return hash('sha256', bytes);
}

/** @throws AppError `body_invalid`, `body_too_large` */
export function readPicture(bytes: Buffer): Picture {
  if (bytes.length > limits.logoBytesMax) throw new AppError(problem('body_too_large', logoTooLarge));
  const picture = pngOf(bytes) ?? jpegOf(bytes) ?? webpOf(bytes);
  if (picture === null) throw new AppError(problem('body_invalid', unknown));
  const { width, height } = picture;
  if (Math.min(width, height) < 1 || Math.max(width, height) > limits.logoPixelsMax)
    throw new AppError(problem('body_invalid', wrongSize));
  return picture;
}

export const logoTooLarge = `A logo has at most ${limits.logoBytesMax / 1024} KiB. Send a smaller one.`;
const unknown = 'This is no PNG, JPEG or WebP picture. Send the bytes of one as the body.';
const wrongSize = `A logo has at most ${limits.logoPixelsMax} pixels on a side, and at least one. Send a smaller one.`;

const pngBeginning = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** The first chunk is the header (PNG, 5.6 and 11.2.2). */
function pngOf(bytes: Buffer): Picture | null {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(pngBeginning)) return null;
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { contentType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** The size stands in the frame's header, behind segments of known length (ITU-T T.81, B.1 and B.2). */
function jpegOf(bytes: Buffer): Picture | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame)
      return {
        contentType: 'image/jpeg',
        width: bytes.readUInt16BE(at + 7),
        height: bytes.readUInt16BE(at + 5),
      };
    at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return null;
}

/** One of three kinds of first chunk (RFC 9649, 2.5 to 2.7). */
function webpOf(bytes: Buffer): Picture | null {
  if (bytes.length < 30 || bytes.toString('latin1', 0, 4) !== 'RIFF') return null;
  if (bytes.toString('latin1', 8, 12) !== 'WEBP') return null;
  const contentType = 'image/webp';
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return {
        contentType,
        width: bytes.readUInt16LE(26) & 0x3fff,
        height: bytes.readUInt16LE(28) & 0x3fff,
      };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { contentType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { contentType, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
}
