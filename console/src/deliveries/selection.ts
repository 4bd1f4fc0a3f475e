/** Which deliveries of a list are ticked. With the shift key all up to the one ticked before are as this one becomes. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** The one that was ticked last; null: none yet. */
  readonly last: string | null;
}

export const noSelection: Selection = { ids: new Set(), last: null };

/** @param listed all of the list, as they are shown */
export function toggled(
  { ids, last }: Selection,
  id: string,
  { listed, isRange }: { readonly listed: readonly string[]; readonly isRange: boolean },
): Selection {
  const to = listed.indexOf(id);
  const from = isRange && last !== null ? listed.indexOf(last) : -1;
  const meant = from === -1 ? [id] : listed.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: ids.has(id) ? without(ids, meant) : new Set([...ids, ...meant]), last: id };
}

function without(ids: ReadonlySet<string>, gone: readonly string[]): ReadonlySet<string> {
  return new Set([...ids].filter((id) => !gone.includes(id)));
}
