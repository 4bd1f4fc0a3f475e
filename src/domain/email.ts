/**
 * Addresses of mail. What is written to is more than somebody's way to sign in: one address and nothing else, in the plain form
 * that every mail server takes, so that no character of it can end a header or name a second one.
 */
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

/** For logs and attempts: `k***@example.com`. */
export function maskedEmail(text: string): string {
  return text.replace(/^(.).*(?=@)/su, '$1***');
}
