import { type SimpleShardingStrategy, WebSocketShard } from '@discordjs/ws';

/** How long a connection may take to close; one that still answers is closed in one round trip. */
const CLOSE_MS = 2_000;

/** Ends a socket without waiting for the other side. */
const terminate = (socket: unknown): void => {
  if (typeof socket !== 'object' || socket === null) return;
  if ('terminate' in socket && typeof socket.terminate === 'function') socket.terminate();
};

/**
 * The library closes a connection whose heartbeats are not acknowledged and waits until the other side agrees: half a
 * minute if that is silent, in which every click fails. Such a connection is cut after two seconds, and resumed then.
 * The library has no setting for it, so its shard and its socket are read from its objects.
 */
export const cutSilent = (strategy: SimpleShardingStrategy): void => {
  const shards: unknown = Reflect.get(strategy, 'shards');
  const [shard]: unknown[] = shards instanceof Map ? [...shards.values()] : [];
  if (!(shard instanceof WebSocketShard)) throw new Error('@discordjs/ws keeps its shard elsewhere now');
  const destroy = shard.destroy.bind(shard);
  shard.destroy = async (options) => {
    const socket: unknown = Reflect.get(shard, 'connection');
    const timer = setTimeout(() => terminate(socket), CLOSE_MS);
    try {
      await destroy(options);
    } finally {
      clearTimeout(timer);
    }
  };
};
