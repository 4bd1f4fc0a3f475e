/** What was given, without what was not: members whose value is undefined are left out, and a type says which those may be. */
type Given<T> = {
  [Member in keyof T as undefined extends T[Member] ? never : Member]: T[Member];
} & { [Member in keyof T as undefined extends T[Member] ? Member : never]?: Exclude<T[Member], undefined> };

export function given<T extends object>(members: T): Given<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>;
}
