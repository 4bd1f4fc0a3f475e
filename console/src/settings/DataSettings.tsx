/** How long data stays, and what is kept of one person. */
import { PersonSection } from './PersonSection.tsx';
import { RetentionSection } from './RetentionSection.tsx';

export function DataSettings() {
  return (
    <>
      <RetentionSection />
      <PersonSection />
    </>
  );
}
