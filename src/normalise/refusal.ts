/** How the sentences end that refuse a time: each says what to send instead. */

export const remedy = 'send YYYY-MM-DDTHH:MM:SS with an offset such as +01:00, or YYYY-MM-DD';

export const unreadable = `is not a date and time in a known form: ${remedy}`;
