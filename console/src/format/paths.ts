/**
 * Which field is looked at, in the list and in the sample alike: the one under the pointer or with the focus, else the one that
 * was chosen. The keyboard reaches a list at one place and goes on with the arrow keys.
 */
import { type FocusEvent, type KeyboardEvent, type MouseEvent, useState } from 'react';

interface Looked {
  readonly active: string | null;
  /** Of the element around all that has `data-path`. */
  readonly handlers: {
    onClick(event: MouseEvent<HTMLElement>): void;
    onFocus(event: FocusEvent<HTMLElement>): void;
    onBlur(): void;
    onMouseMove(event: MouseEvent<HTMLElement>): void;
    onMouseLeave(): void;
    onKeyDown(event: KeyboardEvent<HTMLElement>): void;
  };
}

export function useLooked(onChoose: (path: string) => void): Looked {
  const [pointed, setPointed] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  return {
    active: pointed ?? focused ?? chosen,
    handlers: {
      onClick(event) {
        const path = pathOf(event.target);
        if (path === null) return;
        setChosen(path);
        onChoose(path);
      },
      onFocus(event) {
        setPointed(null);
        setFocused(pathOf(event.target));
      },
      onBlur: () => setFocused(null),
      onMouseMove(event) {
        // Where the page moves under a pointer that rests, as it does when the keyboard moves on, nobody points at anything.
        if (event.movementX !== 0 || event.movementY !== 0) setPointed(pathOf(event.target));
      },
      onMouseLeave: () => setPointed(null),
      onKeyDown: moveFocus,
    },
  };
}

function pathOf(target: EventTarget): string | null {
  return (target as Element).closest('[data-path]')?.getAttribute('data-path') ?? null;
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const list = (event.target as Element).closest('[data-paths]');
  const buttons = [...(list?.querySelectorAll<HTMLButtonElement>('button[data-path]') ?? [])];
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  const edges: Readonly<Record<string, number>> = { Home: 0, End: buttons.length - 1 };
  const step = steps[event.key];
  const next = step === undefined ? buttons[edges[event.key] ?? -1] : buttons[at + step];
  if (at === -1 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
