/**
 * Arrays as parameters, in PostgreSQL's binary form (`array_send` in its source): a statement takes a whole batch as one
 * array for each column and unpacks it by `unnest`. As text every quote of every document would have to be escaped here
 * and found again there.
 */
const textOid = 25;
const int8Oid = 20;
const headBytes = 20;

/** For a parameter `$n::text[]`. */
export function texts(values: readonly (string | null)[]): Buffer {
  let bytes = headBytes;
  for (const value of values) bytes += 4 + (value === null ? 0 : Buffer.byteLength(value));
  const buffer = Buffer.allocUnsafe(bytes);
  let at = writeHead(buffer, textOid, values.length);
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
      continue;
    }
    const length = buffer.write(value, at + 4);
    buffer.writeInt32BE(length, at);
    at += 4 + length;
  }
  return buffer;
}

/** For a parameter `$n::bigint[]`; every whole number is one, and is cast where a column is smaller. */
export function numbers(values: readonly (number | null)[]): Buffer {
  const buffer = Buffer.allocUnsafe(headBytes + values.length * 12);
  let at = writeHead(buffer, int8Oid, values.length);
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
      continue;
    }
    at = buffer.writeInt32BE(8, at);
    const high = Math.floor(value / 2 ** 32);
    at = buffer.writeInt32BE(high, at);
    at = buffer.writeUInt32BE(value - high * 2 ** 32, at);
  }
  return buffer.subarray(0, at);
}

/** The column at that place of all rows, for `texts`. */
export function textColumn(rows: readonly (readonly unknown[])[], place: number): Buffer {
  return texts(rows.map((row) => row[place] as string | null));
}

/** The same for `numbers`. */
export function numberColumn(rows: readonly (readonly unknown[])[], place: number): Buffer {
  return numbers(rows.map((row) => row[place] as number | null));
}

/** One dimension, beginning at 1, which may hold nulls. */
function writeHead(buffer: Buffer, elementOid: number, length: number): number {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(elementOid, 8);
  buffer.writeInt32BE(length, 12);
  return buffer.writeInt32BE(1, 16);
}
