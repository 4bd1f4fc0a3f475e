/** A process that holds a data directory until it is killed; prints a line once it does, or why it cannot. */
import { openIn } from './folder.ts';

try {
  await openIn(process.argv[2] as string);
  console.log('open');
  setInterval(() => {}, 1000);
} catch (error) {
  console.log((error as Error).message);
}
