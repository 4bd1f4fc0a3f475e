/** A state as a coloured dot and a word: the word says it, the colour helps to find it. */
import type { CSSProperties, ReactNode } from 'react';

export type Tone = 'good' | 'bad' | 'wait' | 'rest';

interface DotProps {
  readonly tone: Tone;
  readonly hollow?: boolean;
  readonly children: ReactNode;
}

export function Dot({ tone, hollow = false, children }: DotProps) {
  const style = { '--dot': `var(--waybell-${tone})` } as CSSProperties;
  return (
    <span className="dot" style={style} data-hollow={hollow || undefined}>
      {children}
    </span>
  );
}
