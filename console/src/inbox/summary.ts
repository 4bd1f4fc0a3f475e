/** A body in a few words: the number and the status, whatever version it is of; empty where it has neither. */
const wordCharsMax = 60;

export function summaryOf(body: string): string {
  try {
    const { type, data } = JSON.parse(body);
    const status = word(data?.status) || word(data?.delivery_status) || word(type);
    return [word(data?.tracking_number), status].filter(Boolean).join(' · ');
  } catch {
    return '';
  }
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, wordCharsMax) : '';
}
