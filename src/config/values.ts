/** Values of settings, as flags, variables and files give them: what each may be, and what the operator is told where it is not. */
import { limits } from '../domain/limits.ts';
import { SETTINGS, type SettingName } from './settings.ts';

/** A setting that cannot be read, in words for the operator. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function list(value: unknown): readonly string[] {
  const items = Array.isArray(value)
    ? value.flatMap((item) => String(item).split(','))
    : (text(value)?.split(',') ?? []);
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

export function wholeNumber(name: SettingName, value: unknown, min: number, max: number): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
  throw new ConfigError(`${SETTINGS[name].flag} is a whole number from ${min} to ${max}, not "${value}".`);
}

export function truth(name: SettingName, value: unknown): boolean {
  if (value === undefined || value === false || value === 'false' || value === '0') return false;
  if (value === true || value === 'true' || value === '1') return true;
  throw new ConfigError(`${SETTINGS[name].flag} is true or false, not "${value}".`);
}

export function url(name: SettingName, value: string | null): string | null {
  if (value === null) return null;
  if (!URL.canParse(value) || !/^https?:/.test(value)) {
    // What was given is not quoted: it may hold a password, at whatever place if it is no URL.
    throw new ConfigError(
      `${SETTINGS[name].flag} is a URL that starts with http:// or https://, such as http://10.0.0.5:3128.`,
    );
  }
  return value.replace(/\/+$/, '');
}

/** What was given is not quoted: it may hold a password. */
export function databaseUrl(name: SettingName, value: string | null): string | null {
  if (value === null) return value;
  const { flag } = SETTINGS[name];
  if (!/^postgres(ql)?:\/\//.test(value))
    throw new ConfigError(`${flag} is a URL that starts with postgres://.`);
  // What stands before it would be taken for the host, and named in messages.
  if (/[?#].*@/s.test(value)) {
    throw new ConfigError(
      `${flag} holds an @ behind a ? or #: write these three as %40, %3F and %23 in its user and password.`,
    );
  }
  return value;
}

export function apiKey(
  key: string | null,
  variable: string,
  min: number = limits.apiKeyCharsMin,
): string | null {
  if (key === null) return null;
  const max = limits.apiKeyCharsMax;
  if (!/^[\x21-\x7e]+$/.test(key) || key.length < min || key.length > max) {
    throw new ConfigError(
      `${variable} has ${min} to ${max} printable characters without spaces. Make one with \`openssl rand -hex 24\`.`,
    );
  }
  return key;
}
