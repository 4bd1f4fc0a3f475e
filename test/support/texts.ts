/**
 * What is wrong with a translation beside the English it was made of: keys, forms of the plural, what is filled in, and
 * what was left in English. Keys follow i18next: `count_one`, `count_other` and so on, as `Intl.PluralRules` has forms.
 */
export type Texts = { readonly [key: string]: string | Texts };

const form = /_(zero|one|two|few|many|other)$/;
/** Texts that other languages write alike: names, words of the trade, and what is no word. */
const alike =
  /^(Waybell|TrackingMore|Svix|Webhooks?|URL|CSV|JSON|HTTP|SMTP|API|ID|PHP|Java|Node|Python|Go|Ruby|C#|V[234]|p(50|95|99)|\W|\d)+$/i;
/** Languages of another script: a text of theirs without one sign of it was left as it was. */
const scripts: Readonly<Record<string, RegExp>> = {
  ar: /\p{Script=Arabic}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  ko: /\p{Script=Hangul}/u,
  ru: /\p{Script=Cyrillic}/u,
  'zh-CN': /\p{Script=Han}/u,
  'zh-TW': /\p{Script=Han}/u,
};

export function faultsOf(language: string, english: Texts, translated: Texts): readonly string[] {
  const [source, target] = [flat(english), flat(translated)];
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const faults: string[] = [];
  const wanted = new Set<string>();
  for (const [key, text] of source) {
    if (!isPlural(key, source)) wanted.add(key);
    else if (key.endsWith('_zero')) wanted.add(key);
    else for (const name of forms) wanted.add(key.replace(form, `_${name}`));
    if (text.trim() === '') faults.push(`${key}: empty in English`);
  }
  for (const key of wanted) {
    const text = target.get(key);
    if (text === undefined) {
      faults.push(`${key}: missing`);
      continue;
    }
    const original = source.get(key) ?? source.get(key.replace(form, '_other')) ?? '';
    if (text.trim() === '') faults.push(`${key}: empty`);
    // A form for one or none may say the number in words.
    const [filled, asked] = [places(text), places(original)];
    const more = filled.filter((name) => !asked.includes(name));
    const less = asked.filter(
      (name) => !filled.includes(name) && !(form.test(key) && name.startsWith('count')),
    );
    if (more.length > 0 || less.length > 0)
      faults.push(
        `${key}: fills in ${filled.join(' ') || 'nothing'} where English fills in ${asked.join(' ')}`,
      );
    if (tags(text) !== tags(original)) faults.push(`${key}: other tags than in English`);
    if (isLeft(language, text, original)) faults.push(`${key}: left in English: ${text}`);
  }
  for (const key of target.keys()) if (!wanted.has(key)) faults.push(`${key}: not in English`);
  return faults;
}

/** Every text by its path, such as `webhooks.title`. */
export function flat(texts: Texts, path = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, text] of Object.entries(texts)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof text === 'string') all.set(here, text);
    else for (const [further, found] of flat(text, here)) all.set(further, found);
  }
  return all;
}

/** As the code says it: without the form of the plural. */
export function keyOf(path: string): string {
  return path.replace(form, '');
}

function isPlural(key: string, source: ReadonlyMap<string, string>): boolean {
  return form.test(key) && source.has(key.replace(form, '_other'));
}

/** What is filled in, with its format: `count, number`. */
function places(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)].map(([, name]) => name as string))].sort();
}

function tags(text: string): string {
  return [...text.matchAll(/<\/?\w+>/g)]
    .map(([tag]) => tag)
    .sort()
    .join('');
}

function isLeft(language: string, text: string, original: string): boolean {
  const bare = (said: string) =>
    said.replace(/\{\{[^}]*\}\}|<[^>]*>|`[^`]*`|[\w.-]*[_/{}@][\w./{}@-]*/g, ' ').trim();
  if (bare(original) === '' || alike.test(bare(original))) return false;
  const script = scripts[language];
  if (script !== undefined) return !script.test(text);
  // One word may be the same in both; a sentence is not.
  return text === original && bare(original).split(/\s+/).length > 2;
}
