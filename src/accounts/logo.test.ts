import assert from 'node:assert/strict';
import test from 'node:test';
import { limits } from '../domain/limits.ts';
import { readPicture } from './logo.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');

function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(33);
  latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR').copy(header);
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}

/** With a segment before the frame, as most have. */
function jpeg(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc2, 0, 17, 8, 0, 0, 0, 0, 3, 0, 0]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([latin('\xff\xd8\xff\xe0\0\x08JFIF\0\0\xff'), frame]);
}

function webp(kind: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number): Buffer {
  const bytes = Buffer.alloc(30);
  latin(`RIFF\0\0\0\0WEBP${kind}`).copy(bytes);
  if (kind === 'VP8 ') {
    bytes.writeUInt16LE(width, 26);
    bytes.writeUInt16LE(height, 28);
  } else if (kind === 'VP8L') bytes.writeUInt32LE((width - 1) | ((height - 1) << 14), 21);
  else {
    bytes.writeUIntLE(width - 1, 24, 3);
    bytes.writeUIntLE(height - 1, 27, 3);
  }
  return bytes;
}

test('a picture is told by its bytes, with its size', () => {
  assert.deepEqual(readPicture(png(300, 80)), { contentType: 'image/png', width: 300, height: 80 });
  assert.deepEqual(readPicture(jpeg(640, 480)), { contentType: 'image/jpeg', width: 640, height: 480 });
  for (const kind of ['VP8 ', 'VP8L', 'VP8X'] as const)
    assert.deepEqual(readPicture(webp(kind, 200, 50)), { contentType: 'image/webp', width: 200, height: 50 });
});

test('what is no such picture is refused, whatever it begins with', () => {
  const others = ['', 'x', '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', 'GIF89a'];
  const broken = [png(1, 1).subarray(0, 20), latin('\xff\xd8\xff\xd8'), latin('RIFF\0\0\0\0WEBPVP9 ')];
  for (const bytes of [...others.map(latin), ...broken, Buffer.alloc(100, 0xff)])
    assert.throws(() => readPicture(bytes), { message: /no PNG, JPEG or WebP/ });
});

test('a picture with no side or a huge one is refused, and one of too many bytes', () => {
  for (const [width, height] of [
    [0, 10],
    [10, 0],
    [limits.logoPixelsMax + 1, 10],
    [0xffffffff, 1],
  ] as const)
    assert.throws(() => readPicture(png(width, height)), { message: /pixels on a side/ });
  assert.throws(() => readPicture(Buffer.concat([png(9, 9), Buffer.alloc(limits.logoBytesMax)])), {
    message: /at most 128 KiB/,
  });
});

test('segments of a JPEG that lead nowhere end the search', () => {
  const segments = Buffer.alloc(100_000, 0);
  segments.writeUInt16BE(0xffd8);
  for (let at = 2; at + 4 < segments.length; at += 4) segments.writeUInt32BE(0xffe00000, at);
  assert.throws(() => readPicture(segments));
});
