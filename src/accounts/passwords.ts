/**
 * Passwords: what one must be, how it is kept, and whether one fits. Kept is argon2id (RFC 9106) in PHC's text form with its own
 * parameters, so that they can be raised without anybody having to choose anew. Each hashing takes its memory and a thread, so
 * few go on at a time and few wait; comparing with what is no hash takes as long as with one, so that time tells nobody
 * whether there is a password.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { foldedEmail } from '../domain/email.ts';
import { AppError, problem } from '../domain/error.ts';
import { limits } from '../domain/limits.ts';

export interface Passwords {
  /** @throws AppError `busy` */
  hash(password: string): Promise<string>;
  /** Whether the password fits. @param kept null: there is none, and nothing fits @throws AppError `busy` */
  fits(password: string, kept: string | null): Promise<boolean>;
}

export interface HashCost {
  readonly memoryKiB: number;
  readonly passes: number;
}

/** Above what OWASP's cheat sheet on storing passwords asks for at least (19 MiB, 2 passes). */
const usualCost: HashCost = { memoryKiB: 64 * 1024, passes: 2 };
const lanes = 1;
const saltBytes = 16;
const tagBytes = 32;
const atOnceMax = 2;
const waitingMax = 20;

const busy = problem('busy', 'Too many are signing in just now. Send it again after `Retry-After`.');

export function makePasswords(cost: HashCost = usualCost): Passwords {
  const waiting: (() => void)[] = [];
  let underway = 0;

  async function inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (underway < atOnceMax) underway++;
    else if (waiting.length >= waitingMax) throw new AppError(busy);
    // Whoever ends hands its place on.
    else await new Promise<void>((begin) => waiting.push(begin));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) underway--;
      else next();
    }
  }

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(saltBytes);
        return written({ ...cost, salt, tag: await tagOf(password, { ...cost, salt }) });
      }),
    fits: (password, kept) =>
      inTurn(async () => {
        const known = kept === null ? null : readHash(kept);
        const salt = known?.salt ?? Buffer.alloc(saltBytes);
        const tag = await tagOf(password, { ...(known ?? cost), salt });
        return known !== null && timingSafeEqual(tag, known.tag);
      }),
  };
}

/**
 * What is wrong with a password, in words for who chose it; null: nothing.
 * @param email of whom it is to be
 */
export function passwordFault(password: string, email: string): string | null {
  const { passwordCharsMin: min, passwordCharsMax: max } = limits;
  const { length } = [...password];
  if (length < min || length > max)
    return `A password has ${min} to ${max} characters. This one has ${length}.`;
  if (foldedEmail(password.trim()) === foldedEmail(email))
    return 'A password is not the email. Choose another.';
  return null;
}

interface Kept extends HashCost {
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const argon2Of = promisify(argon2);

/** Keyboards differ in how they compose a letter: the same one is meant. */
function tagOf(password: string, { memoryKiB, passes, salt }: Omit<Kept, 'tag'>): Promise<Buffer> {
  return argon2Of('argon2id', {
    message: password.normalize('NFC'),
    nonce: salt,
    parallelism: lanes,
    tagLength: tagBytes,
    memory: memoryKiB,
    passes,
  });
}

const hashForm = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

function written({ memoryKiB, passes, salt, tag }: Kept): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${text(salt)}$${text(tag)}`;
}

function readHash(kept: string): Kept | null {
  const [, memory, passes, salt = '', tag = ''] = hashForm.exec(kept) ?? [];
  if (memory === undefined) return null;
  return {
    memoryKiB: Number(memory),
    passes: Number(passes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}
