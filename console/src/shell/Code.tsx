/** Text as a machine wrote it, in a box that scrolls and that the keyboard reaches. */
import type { ReactNode } from 'react';

export function Code({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className="code" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
