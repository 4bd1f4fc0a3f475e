/** A date and a time of the account's zone, kept as the instant that they are. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { instantOf, wallTimeOf } from '../i18n/zone.ts';
import { useTimeZone } from '../session/session.ts';

interface WallTimeFieldProps {
  readonly label: string;
  readonly description?: string;
  /** Null: none is said. */
  readonly instant: string | null;
  readonly onChange: (instant: string | null) => void;
}

export function WallTimeField({ label, description, instant, onChange }: WallTimeFieldProps) {
  const timeZone = useTimeZone();
  const said = instant === null ? '' : wallTimeOf(instant, timeZone);
  // While a part of it is missing the browser has no value; what is typed must not be taken away meanwhile.
  const [draft, setDraft] = useState({ of: said, typed: said });
  const value = draft.of === said ? draft.typed : said;
  return (
    <TextInput
      label={label}
      description={description}
      type="datetime-local"
      value={value}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        const next = typed === '' ? null : instantOf(typed, timeZone);
        setDraft({ of: next === null ? '' : wallTimeOf(next, timeZone), typed });
        onChange(next);
      }}
    />
  );
}
