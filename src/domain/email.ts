/**
 * Addresses of mail. What is written to is one address and nothing else, in the plain form that every mail server takes, so that no
 * character of it can end a header or name a second one. What somebody signs in by, or an account signs by, may be
 * looser: it is only compared, or a key as TrackingMore has it, and before it is written to it is asked for the plain form as well.
 */
import { AppError, problem } from './error.ts';
import { limits } from './limits.ts';

const local = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const label = /^[\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?$/u;
/** Of RFC 5321, in octets. */
const localBytesMax = 64;
const addressBytesMax = 254;

/** Whether it can be written to. */
export function isEmail(text: string): boolean {
  if (text.length > Math.min(addressBytesMax, limits.fieldCharsMax) || !text.isWellFormed()) return false;
  const at = text.lastIndexOf('@');
  const [name, host] = [text.slice(0, at), text.slice(at + 1)];
  const labels = host.split('.');
  return (
    at > 0 &&
    Buffer.byteLength(text) <= addressBytesMax &&
    Buffer.byteLength(name) <= localBytesMax &&
    local.test(name) &&
    labels.length > 1 &&
    labels.every((one) => one.length <= 63 && label.test(one))
  );
}

const looseForm = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u;

/**
 * What somebody signs in by, or an account signs by.
 * @throws AppError `body_invalid`
 */
export function readEmail(text: string, where: string): string {
  if (looseForm.test(text) && text.isWellFormed() && text.length <= limits.fieldCharsMax) return text;
  const shown = text.slice(0, 60).toWellFormed();
  throw new AppError(problem('body_invalid', `"${shown}" is not an email address.`, where));
}

/** Two emails are the same where this is. */
export function foldedEmail(email: string): string {
  return email.normalize('NFC').toLowerCase();
}

/** For logs and attempts: `k***@example.com`. */
export function maskedEmail(text: string): string {
  return text.replace(/^(.).*(?=@)/su, '$1***');
}
