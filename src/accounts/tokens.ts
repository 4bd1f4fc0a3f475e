/** Tokens that stand for a person: 256 random bits, of which only the SHA-256 is kept. */
import { hash, randomBytes } from 'node:crypto';

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Looking a digest up tells nothing of the token by its timing. */
export function tokenHash(token: string): string {
  return hash('sha256', token);
}
