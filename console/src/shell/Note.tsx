/** A word beside the rest. It interrupts nobody who reads by ear; as a status it is read out, where something has happened. */
import { Alert, type AlertProps } from '@mantine/core';

interface NoteProps extends AlertProps {
  readonly role?: 'note' | 'status';
}

export function Note({ role = 'note', ...props }: NoteProps) {
  return <Alert variant="default" className="note" role={role} {...props} />;
}
