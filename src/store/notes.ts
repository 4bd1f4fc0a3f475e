/** The notes that a store keeps for itself; what others note (the inbox's token, what samples were made) is theirs to name. */

/** Of the key that its secrets are sealed by. */
export const keyNote = 'vault-key-id';

/** Written to find out whether the store can be written. */
export const readyNote = 'ready';

/** In PostgreSQL: that a move into it was begun, and how far it is. Goes with the end of the move. */
export const moveNote = 'moving';

/** In PostgreSQL: what is added to the numbers of this server's transactions. */
export const logBaseNote = 'log-base';

/** In PostgreSQL: the day up to which days are gone. */
export const keptUntilNote = 'days-kept-until';

/** A move leaves these where they are. */
export const ownNotes: readonly string[] = [keyNote, readyNote, moveNote, logBaseNote, keptUntilNote];
