/** Said privately to whoever presses a button that nothing can be done with any more. */

/** The message was posted by another version of the bot. */
export const OLD_BUTTON =
  'This button is from another version of the bot, and nothing was done. `/finkvra status` says what is open.';

/** The store knows no such candidate: the message was posted from another one. */
export const FOREIGN_CARD =
  'This card is not in the store any more, and nothing was kept. `/finkvra status` says what is open.';
