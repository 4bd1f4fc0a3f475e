/**
 * HTML from templates. Whatever is put into one is escaped, for text and for attributes in double quotes alike, unless it
 * is `Html` itself, which only a template makes: what was not written here cannot become markup.
 */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** For this file, and for a style, whose hash is in the policy of its page. */
  static written(text: string): Html {
    return new Html(text);
  }
}

type Part = Html | string | number | null | readonly Part[];

/** Nothing is written of null; a list is written one part after the other. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] as string;
  parts.forEach((part, index) => {
    text += textOf(part) + (strings[index + 1] as string);
  });
  return Html.written(text);
}

function textOf(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escaped(String(part));
}

function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
