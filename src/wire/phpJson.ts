/**
 * JSON as PHP's `json_encode` writes it by default, which is what TrackingMore sends: one line, ASCII only (`\uXXXX`
 * in lower case, surrogate pairs for the rest), `/` as `\/`. Receivers are known to hash or match these very bytes.
 */
export function phpJson(value: unknown): string {
  const json = JSON.stringify(value).replaceAll('/', '\\/');
  return beyondAscii.test(json) ? json.replace(everyBeyondAscii, escapeUnit) : json;
}

const beyondAscii = /[^\0-\x7f]/;
const everyBeyondAscii = /[\u0080-\uffff]/g;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
