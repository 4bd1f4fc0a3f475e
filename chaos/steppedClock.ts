/**
 * Preloaded into the server under test: its wall clock is off by as many milliseconds as the file CHAOS_CLOCK says just now.
 * The monotonic clock is left alone, as it is when an operator sets the time.
 */
import { readFileSync } from 'node:fs';

const real = Date.now.bind(Date);
const file = process.env.CHAOS_CLOCK as string;
let offset = read();
setInterval(() => {
  offset = read();
}, 50).unref();
Date.now = () => real() + offset;

function read(): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}
