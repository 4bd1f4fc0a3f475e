/** The parts of the settings, each with an address of its own, and who sees which. */
import type { Session } from '../session/session.ts';

interface Place {
  readonly to: string;
  readonly name: string;
  isFor(session: Session): boolean;
}

const everybody = () => true;
export const owners = ({ role }: Session) => role === 'owner';
/** A key has no password and no language. */
const members = ({ member }: Session) => member !== null;

export const places = [
  { to: '/settings/account', name: 'account', isFor: everybody },
  { to: '/settings/you', name: 'you', isFor: members },
  { to: '/settings/notices', name: 'notices', isFor: members },
  { to: '/settings/members', name: 'members', isFor: owners },
  { to: '/settings/keys', name: 'keys', isFor: owners },
  { to: '/settings/tracking-page', name: 'trackPage', isFor: owners },
  { to: '/settings/couriers', name: 'couriers', isFor: owners },
  { to: '/settings/data', name: 'data', isFor: owners },
  { to: '/settings/audit', name: 'audit', isFor: owners },
] as const satisfies readonly Place[];
