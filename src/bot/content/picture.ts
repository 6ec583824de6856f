/** The chat's id of an uploaded picture. */
export type PictureId = string;

/** A picture in a private answer: shown there, sent separately, or not available. */
export type PrivatePicture =
  | { readonly kind: 'shown'; readonly id: PictureId }
  | { readonly kind: 'sent' }
  | { readonly kind: 'none' };

/** A table of figures, or their picture if the chat has it. */
export interface Figures {
  readonly title: string;
  /** Monospaced. */
  readonly table: string;
  readonly picture: PictureId | null;
  /** What the picture shows. */
  readonly pictured: string;
  readonly note: string;
}

/** How to find a picture that a private answer does not show; null if it shows it. */
export const pictureWords = (picture: PrivatePicture, what: string): string | null => {
  switch (picture.kind) {
    case 'shown':
      return null;
    case 'sent':
      return `${what} is in our direct messages.`;
    case 'none':
      return `${what} is not available just now.`;
  }
};
