/** A box to tick in a row of a long list: the browser's own, since Mantine's takes as long to draw as the rest of the row. */
import type { MouseEvent } from 'react';

interface TickProps {
  readonly label: string;
  readonly isOn: boolean;
  /** The space bar clicks too. */
  readonly onClick: (event: MouseEvent) => void;
}

export function Tick({ label, isOn, onClick }: TickProps) {
  return (
    <label className="tick">
      <input type="checkbox" aria-label={label} checked={isOn} onChange={() => {}} onClick={onClick} />
    </label>
  );
}
