/** Lengths of time that several folders reckon with. */

export const dayMs = 86_400_000;
