/**
 * Secrets at rest: AES-256-GCM under one key, which is a file in the data directory. A sealed text is
 * `keyId.base64url(nonce, tag, cipher)`; the key's id (a digest of it) lets a wrong key be named rather than failing as a
 * broken text, and a later key be told from an older one. What a secret is for is authenticated with it, so that a
 * sealed value moved to another column does not open.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { keptSecret } from './base/secretFile.ts';

export interface Vault {
  /** Id of the key in use. */
  readonly keyId: string;
  /** @param purpose what the secret is, e.g. `webhook.secret` */
  seal(purpose: string, secret: string): string;
  /** @throws Error when the text was sealed by another key or for another purpose */
  open(purpose: string, sealed: string): string;
}

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

export function makeVault(key: Buffer): Vault {
  if (key.length !== keyBytes)
    throw new Error(`A vault key has ${keyBytes} bytes, this one has ${key.length}.`);
  const keyId = createHash('sha256').update('waybell vault').update(key).digest('hex').slice(0, 8);
  return {
    keyId,
    seal(purpose, secret) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')}`;
    },
    open(purpose, sealed) {
      const [sealedBy, payload = ''] = sealed.split('.');
      if (sealedBy !== keyId) {
        throw new Error(
          `This secret was sealed by key ${sealedBy}, but the key in use is ${keyId}. Put the right key file in place.`,
        );
      }
      const bytes = Buffer.from(payload, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      return (
        decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
      );
    },
  };
}

const keyFile = 'vault-key';

/** The key that a data directory has. @throws Error, in words for the operator, when there is none */
export function keyIn(folder: string): Buffer {
  const file = path.join(folder, keyFile);
  try {
    return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  } catch (cause) {
    throw new Error(`The key that seals its secrets cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

/** The key of a data directory, made on first use (mode 0600). Two processes starting at once agree on one key. */
export function keyOfFolder(folder: string): Buffer {
  const key = keptSecret(path.join(folder, keyFile), () => randomBytes(keyBytes).toString('base64'));
  return Buffer.from(key, 'base64');
}
