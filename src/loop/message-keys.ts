/** Names of the messages a round needs; each is posted once however often it is asked for. */
export const headerKey = (roundId: number): string => `header:${roundId}`;
export const cardKey = (candidateId: number): string => `card:${candidateId}`;
export const reportKey = (roundId: number): string => `report:${roundId}`;
export const digestKey = (day: string): string => `digest:${day}`;
/** What stands in the digest's thread. */
export const digestDetailsKey = (day: string): string => `digest_details:${day}`;
/** At most one reminder of a round a day. */
export const reminderKey = (roundId: number, day: string): string => `reminder:${roundId}:${day}`;
/** The question whether a model that did worse shall be promoted. */
export const promotionKey = (roundId: number): string => `promotion:${roundId}`;
