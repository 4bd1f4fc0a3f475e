/** A sample in lines, whose names are what leads to their explanation. */
import type { CSSProperties } from 'react';
import type { SampleLine } from './sample.ts';

interface SampleProps {
  readonly lines: readonly SampleLine[];
  readonly active: string | null;
  readonly label: string;
  /** Headers are written without quotes. */
  readonly plain?: boolean;
}

export function Sample({ lines, active, label, plain = false }: SampleProps) {
  const first = lines.findIndex(({ path }) => path !== null);
  const looked = lines.findIndex(({ path }) => path !== null && path === active);
  const reached = looked === -1 ? first : looked;
  return (
    <section className="code" aria-label={label} dir="ltr" data-paths>
      {lines.map(({ depth, path, name, text }, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else, and lines are never moved
          key={index}
          className="sampleLine"
          style={{ '--depth': depth } as CSSProperties}
          data-line={path ?? undefined}
          data-active={(path !== null && path === active) || undefined}
        >
          {name !== null && path !== null && (
            <>
              <button
                type="button"
                className="sampleKey"
                data-path={path}
                data-active={path === active || undefined}
                tabIndex={index === reached ? 0 : -1}
              >
                {plain ? name : JSON.stringify(name)}
              </button>
              {': '}
            </>
          )}
          {text}
        </div>
      ))}
    </section>
  );
}
