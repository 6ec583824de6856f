import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createChannel } from '../../../../src/pipeline/ingest/kafka/channel.ts';

describe('the queue between the broker and the store', () => {
  it('hands over what was put, in order', async () => {
    const channel = createChannel<number>(10);
    await channel.put(1);
    await channel.put(2);
    expect([await channel.take(), await channel.take()]).toEqual([1, 2]);
  });

  it('makes a reader wait for the writer', async () => {
    const channel = createChannel<number>(1);
    const taken = channel.take();
    await sleep(5);
    await channel.put(7);
    expect(await taken).toBe(7);
  });

  it('makes the writer wait for a slow reader', async () => {
    const channel = createChannel<number>(1);
    await channel.put(1);
    let isThrough = false;
    const second = channel.put(2).then(() => {
      isThrough = true;
    });
    await sleep(20);
    expect(isThrough).toBe(false);
    expect(channel.isFull()).toBe(true);
    expect(await channel.take()).toBe(1);
    await second;
    expect(channel.isFull()).toBe(false);
  });

  it('ends after what is left, and frees a waiting writer', async () => {
    const channel = createChannel<number>(1);
    await channel.put(1);
    const waiting = channel.put(2);
    channel.close();
    await waiting;
    await channel.put(3);
    expect([await channel.take(), await channel.take(), await channel.take()]).toEqual([1, 2, undefined]);
  });

  it('ends with the error, after what is left', async () => {
    const channel = createChannel<number>(1);
    await channel.put(1);
    channel.close(new Error('the broker is gone'));
    expect(await channel.take()).toBe(1);
    await expect(channel.take()).rejects.toThrow('the broker is gone');
  });
});
