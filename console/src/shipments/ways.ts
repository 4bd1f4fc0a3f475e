/** How shipments are added, as the address says it; without a word it is one by a form. */
export const ways = ['one', 'paste', 'file'] as const;
export type Way = (typeof ways)[number];

export function readWay({ by }: Record<string, unknown>): { by?: Way } {
  return by === 'paste' || by === 'file' ? { by } : {};
}
