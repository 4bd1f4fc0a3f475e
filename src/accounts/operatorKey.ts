/** Where the operator's key stands unless the environment gives one. */
import path from 'node:path';
import { keptSecret } from '../base/secretFile.ts';
import { limits } from '../domain/limits.ts';
import { newKey } from './accounts.ts';

/**
 * The operator's key: a file of the data directory, made on first use.
 * @throws Error in words for the operator when the key in the file is none
 */
export function operatorKeyOf(folder: string): string {
  const file = path.join(folder, 'operator-key');
  const key = keptSecret(file, () => newKey('wop'));
  const { apiKeyCharsMin: min, apiKeyCharsMax: max } = limits;
  if (key.length >= min && key.length <= max) return key;
  throw new Error(
    `The operator key in ${file} has ${key.length} characters and needs ${min} to ${max}. Remove the file to have a key made at the next start, or write another into it.`,
  );
}
