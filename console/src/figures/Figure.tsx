/** One figure under its name, in a list of them. */
import type { ReactNode } from 'react';
import './figures.css';

interface FigureProps {
  readonly name: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}

export function Figure({ name, isBad = false, children }: FigureProps) {
  return (
    <div className="figure" data-bad={isBad || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
