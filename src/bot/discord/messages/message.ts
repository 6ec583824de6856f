import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInMessageActionRow,
  type APIEmbed,
  type APISelectMenuOption,
  type APIStringSelectComponent,
  ButtonStyle,
  ComponentType,
} from 'discord-api-types/v10';
import type { PictureId } from '../../content/picture.ts';
import { clip, clipLines, LIMITS } from '../limits.ts';
import { customId } from './custom-ids.ts';

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

/** A picture in a message: an attachment named by its id, which an embed shows. */
export interface ShownPicture {
  readonly id: PictureId;
  /** Text for those who do not see it. */
  readonly alt: string;
}

/** A message as Discord takes it, without attachments. */
export interface DiscordMessage {
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly Row[];
  readonly pictures: readonly ShownPicture[];
}

export interface EmbedParts {
  readonly title?: string;
  readonly url?: string | null;
  readonly text: string;
  readonly footer?: string;
  readonly picture?: ShownPicture | null;
  /** Shown small beside the text instead of below it. */
  readonly thumbnail?: boolean;
}

/** An embed's reference to an attachment. */
export const attached = (picture: ShownPicture): string => `attachment://${picture.id}`;

/** An embed within Discord's limits; `text` is escaped Markdown. */
export const embed = ({ title, url, text, footer, picture, thumbnail = false }: EmbedParts): APIEmbed => ({
  ...(title === undefined ? {} : { title: clip(title, LIMITS.embedTitle) }),
  ...(url == null ? {} : { url }),
  description: clipLines(text, LIMITS.embedDescription),
  ...(footer === undefined ? {} : { footer: { text: clip(footer, LIMITS.embedFooter) } }),
  ...(picture == null
    ? {}
    : thumbnail
      ? { thumbnail: { url: attached(picture) } }
      : { image: { url: attached(picture) } }),
});

const lengthOf = ({ title, description, footer }: APIEmbed): number =>
  (title?.length ?? 0) + (description?.length ?? 0) + (footer?.text.length ?? 0);

/** As many embeds as fit into Discord's limit; the last one may be cut. */
const withinTotal = (embeds: readonly APIEmbed[]): APIEmbed[] => {
  let left: number = LIMITS.embedTotal;
  const fitting: APIEmbed[] = [];
  for (const one of embeds) {
    const rest = left - lengthOf({ ...one, description: '' });
    if (rest < 2) break;
    const cut = { ...one, description: clipLines(one.description ?? '', rest) };
    left -= lengthOf(cut);
    fitting.push(cut);
  }
  return fitting;
};

export const message = (parts: {
  readonly content?: string;
  readonly embeds?: readonly APIEmbed[];
  readonly components?: readonly Row[];
  readonly pictures?: readonly (ShownPicture | null | undefined)[];
}): DiscordMessage => ({
  content: clipLines(parts.content ?? '', LIMITS.content),
  embeds: withinTotal(parts.embeds ?? []),
  components: parts.components ?? [],
  pictures: (parts.pictures ?? []).flatMap((picture) => (picture == null ? [] : [picture])),
});

/** A button without colour: a green one would suggest an answer. */
export const button = (id: string, label: string): APIButtonComponentWithCustomId => ({
  type: ComponentType.Button,
  style: ButtonStyle.Secondary,
  custom_id: id,
  label: clip(label, LIMITS.buttonLabel),
});

export const row = (...components: APIComponentInMessageActionRow[]): Row => ({
  type: ComponentType.ActionRow,
  components,
});

export const select = (
  id: string,
  placeholder: string,
  options: readonly Pick<APISelectMenuOption, 'label' | 'value' | 'description' | 'default'>[],
): APIStringSelectComponent => ({
  type: ComponentType.StringSelect,
  custom_id: id,
  placeholder: clip(placeholder, LIMITS.placeholder),
  options: options
    .slice(0, LIMITS.options)
    .map((option) => ({ ...option, label: clip(option.label, LIMITS.optionLabel) })),
});

/** A button that runs a subcommand of `/finkvra`. */
export const wordButton = (word: string, label: string, key: string | null): APIButtonComponentWithCustomId =>
  button(customId('word', [word], key), label);

/** A message that can be found again: if none of its components carries the key, one is added. */
export const keyed = (said: DiscordMessage, key: string): DiscordMessage => {
  const ids = said.components.flatMap(({ components }) =>
    components.flatMap((one) => ('custom_id' in one ? [one.custom_id] : [])),
  );
  return ids.some((id) => id.endsWith(`@${key}`))
    ? said
    : { ...said, components: [...said.components, row(wordButton('status', 'Status', key))] };
};
