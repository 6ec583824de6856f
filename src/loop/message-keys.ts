/** Names of the messages a round needs; each is posted once however often it is asked for. */
export const headerKey = (roundId: number): string => `header:${roundId}`;
export const cardKey = (candidateId: number): string => `card:${candidateId}`;
export const reportKey = (roundId: number): string => `report:${roundId}`;
export const digestKey = (day: string): string => `digest:${day}`;
