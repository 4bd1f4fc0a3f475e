/**
 * A merchant's colour as it can be read: which text stands on it, and what it becomes as a text of its own on a light and a dark
 * page. The rule is WCAG 2.2's: relative luminance, and 4.5 to 1 for text.
 */
/** Where a merchant has chosen none. */
export const brandColorDefault = '#22577a';

export interface BrandColors {
  /** The colour itself. */
  readonly brand: string;
  /** For text on it. */
  readonly onBrand: string;
  /** The colour as text on the light page, and on the dark one. */
  readonly light: string;
  readonly dark: string;
}

/** Of the backgrounds on which coloured text stands, the one on which it is read worst: the page by day, a card by night. */
export const lightSurface = '#f4f5f7';
export const darkSurface = '#1b1f24';
const paper = '#ffffff';
const ink = '#000000';
const contrastMin = 4.5;
const steps = 20;

export function brandColors(color: string): BrandColors {
  return {
    brand: color,
    onBrand: contrastOf(color, paper) >= contrastOf(color, ink) ? paper : ink,
    light: readableOn(lightSurface, color, '#000000'),
    dark: readableOn(darkSurface, color, '#ffffff'),
  };
}

/** 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [high, low] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The colour, with as little of another in it as makes it readable. */
function readableOn(surface: string, color: string, towards: string): string {
  for (let step = 0; step < steps; step++) {
    const mixed = mix(color, towards, step / steps);
    if (contrastOf(mixed, surface) >= contrastMin) return mixed;
  }
  return towards;
}

function mix(color: string, other: string, share: number): string {
  const others = channelsOf(other);
  const mixed = channelsOf(color).map((value, at) =>
    Math.round(value + ((others[at] as number) - value) * share),
  );
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function luminanceOf(color: string): number {
  const [red, green, blue] = channelsOf(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(color: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
