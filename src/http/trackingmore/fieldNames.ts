/** A parcel's fields as a version spells them: by its own name, ours. Of two names of one field the first that is said counts. */
import type { FieldName, ReportedFields } from '../../tracking/readUpdate.ts';
import { type Members, textIn } from './said.ts';

export type FieldsByName = Readonly<Record<string, FieldName>>;

/** What was said; an empty text or null is not. @param textOf reads one of them */
export function fieldsIn(said: Members, names: FieldsByName, textOf = textIn): ReportedFields {
  const fields: Partial<Record<FieldName, string>> = {};
  for (const [wireName, name] of Object.entries(names)) {
    const text = textOf(said, wireName);
    if (text !== null) fields[name] ??= text;
  }
  return fields;
}

/** Of one of our fields, be it by a pointer into a body, or of what both call the same. */
export function wireNameOf(names: FieldsByName, own: string): string {
  const name = own.replace(/^\//, '');
  return Object.keys(names).find((wireName) => names[wireName] === name) ?? name;
}
